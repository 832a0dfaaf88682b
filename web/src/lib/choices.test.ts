import { expect, test } from "vitest";
import { choices } from "./choices.ts";

test("all names can be chosen, and so can what the address names although it is not there", () => {
  expect(choices(["a"], "Any", "").map((one) => one.value)).toEqual(["", "a"]);
  expect(choices(["a"], "Any", "gone").map((one) => one.value)).toEqual(["", "a", "gone"]);
  expect(choices(["a"], "Any", "a")).toEqual([
    { value: "", label: "Any" },
    { value: "a", label: "a" },
  ]);
});
