import { expect, test } from "vitest";
import { ages, anything, perStep, stacked, total } from "./series.ts";

test("gaps count as nothing, and a series of gaps and zeros is nothing to draw", () => {
  expect(total([1, null, 2])).toBe(3);
  expect(anything([null, 0], [0])).toBe(false);
  expect(anything([null, 0], [null, 4])).toBe(true);
});

test("ages are told in a unit that fits the oldest, and gaps stay gaps", () => {
  expect(ages([30, null, 90])).toEqual({ unit: "seconds", values: [30, null, 90] });
  expect(ages([60, 600])).toEqual({ unit: "minutes", values: [1, 10] });
  expect(ages([5_400, 86_400])).toEqual({ unit: "hours", values: [1.5, 24] });
  expect(ages([864_000])).toEqual({ unit: "days", values: [10] });
  expect(ages([])).toEqual({ unit: "seconds", values: [] });
});

test("a bucket is called by its length", () => {
  expect(perStep(60)).toBe("per minute");
  expect(perStep(720)).toBe("per 12 minutes");
  expect(perStep(30)).toBe("per 30 seconds");
  expect(perStep(5_400)).toBe("per 1.5 hours");
  expect(perStep(86_400)).toBe("per day");
});

test("stacked parts: the first is the whole, the last is itself, a bucket without any stays empty", () => {
  expect(
    stacked([
      [1, null, 0],
      [2, null, 5],
      [3, null, null],
    ]),
  ).toEqual([
    [6, null, 5],
    [5, null, 5],
    [3, null, null],
  ]);
});

test("the length of a bucket is known from two, and a week is called one", () => {
  expect(perStep(604_800)).toBe("per week");
  expect(perStep(21_600)).toBe("per 6 hours");
});
