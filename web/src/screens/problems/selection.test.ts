import { expect, test } from "vitest";
import { press, still, whole } from "./selection.ts";

const ids = [9, 8, 7, 6, 5];

test("a press chooses one, and another lets it go", () => {
  const one = press(ids, new Set(), 8, null, false);
  expect([...one]).toEqual([8]);
  expect([...press(ids, one, 8, 8, false)]).toEqual([]);
});

test("shift chooses everything between, in either direction, and lets go the same way", () => {
  const some = press(ids, new Set([8]), 6, 8, true);
  expect([...some].sort()).toEqual([6, 7, 8]);
  expect([...press(ids, new Set([6]), 9, 6, true)].sort()).toEqual([6, 7, 8, 9]);
  expect([...press(ids, new Set(ids), 7, 9, true)].sort()).toEqual([5, 6]);
});

test("shift without anything before, or with one that has gone, is a plain press", () => {
  expect([...press(ids, new Set(), 7, null, true)]).toEqual([7]);
  expect([...press(ids, new Set(), 7, 100, true)]).toEqual([7]);
});

test("what has gone from the page is not chosen any more", () => {
  expect([...still([5, 6], new Set([6, 7]))]).toEqual([6]);
});

test("the box for all knows all, some and none", () => {
  expect(whole(ids, new Set(ids))).toBe("all");
  expect(whole(ids, new Set([5]))).toBe("some");
  expect(whole(ids, new Set([1]))).toBe("none");
  expect(whole([], new Set())).toBe("none");
});
