import { expect, test } from "vitest";
import { fromField, rangeOf, since, spanOf, toField } from "./range.ts";

const NOW = Date.parse("2026-11-26T01:20:00.000Z");

test("an address names a range that the view offers, or gets the view's own", () => {
  expect(rangeOf("7d", ["1h", "7d"], "1h")).toBe("7d");
  expect(rangeOf("30d", ["1h", "7d"], "1h")).toBe("1h");
  expect(rangeOf("", ["1h", "7d"], "7d")).toBe("7d");
  expect(rangeOf("constructor", ["1h"], "1h")).toBe("1h");
});

test("a range begins so long ago", () => {
  expect(since("24h", NOW)).toBe("2026-11-25T01:20:00.000Z");
});

test("a named range goes before two moments, and what is no time is left out", () => {
  expect(spanOf(new URLSearchParams("range=1h&to=2020-01-01"), NOW)).toEqual({ from: "2026-11-26T00:20:00.000Z" });
  expect(spanOf(new URLSearchParams("from=2026-01-01T00:00:00Z&to=soon"), NOW)).toEqual({
    from: "2026-01-01T00:00:00.000Z",
    to: undefined,
  });
  expect(spanOf(new URLSearchParams("range=toString"), NOW)).toEqual({ from: undefined, to: undefined });
});

test("a moment survives the way through a field, to the minute", () => {
  const time = "2026-11-26T01:20:00.000Z";
  expect(fromField(toField(time))).toBe(time);
  expect(toField("nonsense")).toBe("");
  expect(toField(null)).toBe("");
  expect(fromField("")).toBeNull();
});
