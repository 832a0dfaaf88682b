import { expect, test } from "vitest";
import { alone, places, spanText } from "./chart.ts";

test("a value that stands alone is drawn as a dot, one with a neighbour is not", () => {
  expect(alone([null, 4, null, 2, 3, null, 0])).toEqual([1, 6]);
  expect(alone([5])).toEqual([0]);
  expect(alone([null, null])).toEqual([]);
});

test("what tells of a day is drawn in the middle of it, and named from its beginning to its end", () => {
  const day = 86_400;
  expect(places([0, day], day)).toEqual([day / 2, day * 1.5]);
  expect(places([5], 0)).toEqual([5]);
  const from = new Date(2026, 10, 26).getTime() / 1000;
  expect(spanText(from, day)).toBe("26 Nov, 00:00 – 27 Nov, 00:00");
  expect(spanText(from, 0)).toBe("26 Nov, 00:00");
});
