import { expect, test } from "vitest";
import { compare, objectProblem } from "./json.ts";

test("an object is right, anything else is not an event", () => {
  expect(objectProblem(' {"a": [1, -2.5e3, true, null, "x\\u00e9\\n"], "b": {}} ')).toBeNull();
  expect(objectProblem("[1]")?.message).toContain("one JSON object");
  expect(objectProblem("null")?.message).toContain("one JSON object");
});

test.each([
  ["", 1, 1, "a value is missing"],
  ['{\n  "a": 1,\n}', 3, 1, "comma too many"],
  ['{"a": [1, 2,]}', 1, 13, "comma too many"],
  ['{\n  "a" 1\n}', 2, 7, "colon"],
  ['{"a": 1 "b": 2}', 1, 9, "comma or }"],
  ['{"a": 01}', 1, 7, "a value is expected"],
  ["{'a': 1}", 1, 2, "name in double quotes"],
  ["{\"a\": 'x'}", 1, 7, "double quotes"],
  ['{"a": "x', 1, 7, "is missing"],
  ['{"a": "x\ny"}', 1, 9, "line break"],
  ['{"a": "\\x"}', 1, 8, "backslash"],
  ['{"a": 1', 1, 8, "} is missing"],
  ['{"a": 1}\n}', 2, 1, "Nothing may follow"],
  ['{"a": nul}', 1, 7, "a value is expected"],
])("%j is wrong at %i:%i", (text, line, column, message) => {
  const problem = objectProblem(text);
  expect(problem).toMatchObject({ line, column });
  expect(problem?.message).toContain(message);
});

test("a text that nests beyond measure is told, not crashed on", () => {
  expect(objectProblem("[".repeat(100_000))?.message).toContain("too deep");
});

test("two values are compared leaf by leaf", () => {
  expect(compare({ a: 1, b: { c: "x", d: [1, 2] } }, { a: 2, b: { c: "x", d: [1] }, e: {} })).toEqual([
    { name: "a", before: "1", now: "2", same: false },
    { name: "b.c", before: "x", now: "x", same: true },
    { name: "b.d.0", before: "1", now: "1", same: true },
    { name: "b.d.1", before: "2", now: null, same: false },
    { name: "e", before: null, now: "{}", same: false },
  ]);
  expect(compare(null, null)).toEqual([]);
});
