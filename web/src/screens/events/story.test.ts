import { expect, test } from "vitest";
import type { Attempt, Explanation } from "../../lib/api/types.ts";
import { formLines, outcomes, plansOf, resultOf, steps } from "./story.ts";

const explanation = { outcome: "plan" } as Explanation;
const call = (id: number, destination: string, started_at: string) => ({ id, destination, started_at }) as Attempt;

test("a story goes destination by destination, calls by when they were made", () => {
  const story = {
    received_at: "2026-11-26T01:00:00Z",
    original: null,
    fates: [
      { destination: "a", outcome: "delivered" as const, code: null, dead_letter: null },
      { destination: "b", outcome: "pending" as const, code: null, dead_letter: null },
    ],
    plans: [
      { destination: "b", explanation },
      { destination: "a", explanation },
    ],
    attempts: [call(3, "a", "2026-11-26T01:02:00Z"), call(2, "b", "2026-11-26T01:01:00Z"), call(1, "a", "2026-11-26T01:01:00Z")],
  };
  const told = steps(story).map((step) =>
    "destination" in step ? `${step.kind} ${step.destination}${step.kind === "attempt" ? step.attempt.id : ""}` : step.kind,
  );
  expect(told).toEqual(["received", "plan a", "attempt a1", "attempt a3", "outcome a", "plan b", "attempt b2", "outcome b"]);
});

test("an edit is a step of its own, with who made it", () => {
  const original = { at: "2026-11-26T02:00:00Z", code: "score_invalid", edited_by: "grace", event: "{}", reason: "Invalid Score" };
  const told = steps({ received_at: "x", original, fates: [], plans: [], attempts: [] });
  expect(told).toEqual([
    { kind: "received", at: "x" },
    { kind: "edited", at: "2026-11-26T02:00:00Z", by: "grace" },
  ]);
});

test("calls for a destination that has gone are still told", () => {
  const told = steps({ received_at: "x", original: null, fates: [], plans: [], attempts: [call(1, "gone", "2026-11-26T01:00:00Z")] });
  expect(told.map((step) => step.kind)).toEqual(["received", "attempt"]);
});

test("destinations that planned the same are told together", () => {
  const other = { outcome: "skipped" } as Explanation;
  const plans = [
    { destination: "a", explanation },
    { destination: "b", explanation: other },
    { destination: "c", explanation: { ...explanation } },
  ];
  expect(plansOf({ plans })).toEqual([
    { destinations: ["a", "c"], explanation },
    { destinations: ["b"], explanation: other },
  ]);
});

test("outcomes are the same whatever their order, and differ when one does", () => {
  const [a, b] = ["a", "b"].map((destination) => ({ destination, outcome: "pending" as const, code: null, dead_letter: null })) as [
    never,
    never,
  ];
  expect(outcomes([a, b])).toBe(outcomes([b, a]));
  expect(outcomes([a])).not.toBe(outcomes([{ ...(a as object), outcome: "dead" } as never]));
});

test("results have words, also those of a newer version", () => {
  expect(resultOf({ result: "ok", status: 200 })).toEqual({ label: "Succeeded", tone: "good" });
  expect(resultOf({ result: "some_thing", status: 500 })).toEqual({ label: "some thing", tone: "warn" });
  expect(resultOf({ result: "constructor", status: 200 })).toEqual({ label: "constructor", tone: "neutral" });
});

test("a form reads one field a line, anything else as it is", () => {
  expect(formLines("email=alex%40example.com&properties%5Bcity%5D=New+Orleans&a=b%3Dc")).toBe(
    "email = alex@example.com\nproperties[city] = New Orleans\na = b=c",
  );
  expect(formLines('{"a": "b=c"}')).toBe('{"a": "b=c"}');
  expect(formLines("bad=%E0%A4%A")).toBe("bad=%E0%A4%A");
  expect(formLines("")).toBe("");
});
