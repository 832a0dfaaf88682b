import { expect, test } from "vitest";
import { Action } from "./action.svelte.ts";
import { ApiProblem } from "./api/problem.ts";

const refused = (code: string, field?: string) =>
  new ApiProblem({ code, message: "the name is taken", what_to_do: "choose another", ...(field ? { field } : {}) }, 409);

test("it is busy while it runs, and does not run twice at once", async () => {
  const action = new Action();
  let finish = () => {};
  let runs = 0;
  const work = () => new Promise<void>((resolve) => ((runs += 1), (finish = resolve)));
  const first = action.run(work);
  expect(action.busy).toBe(true);
  expect(await action.run(work)).toBe(false);
  finish();
  expect(await first).toBe(true);
  expect([action.busy, action.problem, runs]).toEqual([false, null, 1]);
});

test("one that fails keeps its problem until it is tried again", async () => {
  const action = new Action();
  expect(await action.run(() => Promise.reject(refused("taken")))).toBe(false);
  expect(action.busy).toBe(false);
  expect(action.problem?.code).toBe("taken");
  expect(await action.run(async () => {})).toBe(true);
  expect(action.problem).toBeNull();
});

test("what fails for a reason of our own is said, and what was cancelled is not", async () => {
  const action = new Action();
  await action.run(() => Promise.reject(new TypeError("x is undefined")));
  expect(action.problem?.code).toBe("console_failed");
  await action.run(() => Promise.reject(new DOMException("", "AbortError")));
  expect(action.problem).toBeNull();
});

test("a problem of a field is shown beside it, and nowhere else", async () => {
  const action = new Action();
  await action.run(() => Promise.reject(refused("taken", "name")));
  expect(action.at("name")).toBe("The name is taken. Choose another.");
  expect(action.at("region")).toBeUndefined();
  expect(action.except("name")).toBeNull();
  expect(action.except("region")?.code).toBe("taken");
  await action.run(() => Promise.reject(refused("invalid_request", "name")));
  expect(action.at("name")).toBe("The name is taken.");
  action.clear();
  expect(action.at("name")).toBeUndefined();
});
