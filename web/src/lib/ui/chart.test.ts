import { expect, test } from "vitest";
import { alone } from "./chart.ts";

test("a value that stands alone is drawn as a dot, one with a neighbour is not", () => {
  expect(alone([null, 4, null, 2, 3, null, 0])).toEqual([1, 6]);
  expect(alone([5])).toEqual([0]);
  expect(alone([null, null])).toEqual([]);
});
