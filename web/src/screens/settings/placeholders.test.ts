import { expect, test } from "vitest";
import { lines, texts } from "./placeholders.ts";

test("what is shown is read back as it was", () => {
  const all = ["undefined", "[object object]", "n/a"];
  expect(texts(lines(all))).toEqual(all);
  expect(texts("")).toEqual([]);
});

test("empty lines, spaces around a text and repetitions are left out", () => {
  expect(texts(" undefined \n\n\r\nUNDEFINED\ntest user\n")).toEqual(["undefined", "test user"]);
});
