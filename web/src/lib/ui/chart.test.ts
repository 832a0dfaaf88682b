import { expect, test } from "vitest";
import { alone, places, spansOf, spanText } from "./chart.ts";

test("a value that stands alone is drawn as a dot, one with a neighbour is not", () => {
  expect(alone([null, 4, null, 2, 3, null, 0])).toEqual([1, 6]);
  expect(alone([5])).toEqual([0]);
  expect(alone([null, null])).toEqual([]);
});

test("what tells of a day is drawn in the middle of it, however long it is, and named from its beginning to its end", () => {
  const [hour, day] = [3_600, 86_400];
  const spans = spansOf([0, 25 * hour], 48 * hour);
  expect(spans).toEqual([
    [0, 25 * hour],
    [25 * hour, 48 * hour],
  ]);
  expect(places([0, 25 * hour], spans)).toEqual([12.5 * hour, 36.5 * hour]);
  expect(places([5], null)).toEqual([5]);
  expect(spansOf([], 7)).toEqual([]);
  const from = new Date(2026, 10, 26).getTime() / 1000;
  expect(spanText([from, from + day])).toBe("26 Nov, 00:00 – 27 Nov, 00:00");
  expect(spanText([from, from])).toBe("26 Nov, 00:00");
});
