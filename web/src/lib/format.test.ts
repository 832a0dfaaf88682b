import { expect, test } from "vitest";
import { compact, count, duration, plural, pretty, relative, sentence, share, took } from "./format.ts";

test("numbers have separators, and units agree with them", () => {
  expect(count(1234567)).toBe("1,234,567");
  expect(compact(9999)).toBe("9,999");
  expect(compact(128404)).toBe("128.4k");
  expect(plural(1, "call")).toBe("1 call");
  expect(plural(2000, "reply", "replies")).toBe("2,000 replies");
});

test("a little is never shown as nothing, and nearly all never as all", () => {
  expect(share(0, 10)).toBe("0 %");
  expect(share(1, 100_000)).toBe("under 1 %");
  expect(share(99_999, 100_000)).toBe("over 99 %");
  expect(share(10, 10)).toBe("100 %");
  expect(share(0, 0)).toBe("–");
});

test("durations and moments are told in their largest unit", () => {
  expect(duration(59)).toBe("59 seconds");
  expect(duration(3600)).toBe("1 hour");
  expect(duration(-5)).toBe("0 seconds");
  const now = Date.parse("2026-11-26T01:20:00Z");
  expect(relative("2026-11-26T01:19:58Z", now)).toBe("just now");
  expect(relative("2026-11-26T01:15:00Z", now)).toBe("5 minutes ago");
  expect(relative("2026-11-28T01:20:00Z", now)).toBe("in 2 days");
  expect(relative("nonsense", now)).toBe("unknown");
  expect(took(340)).toBe("340 ms");
  expect(took(1240)).toBe("1.2 s");
});

test("JSON is indented, and what is no JSON stays as it is", () => {
  expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(pretty("{a")).toBe("{a");
  expect(pretty({ a: [1] })).toContain("[\n    1\n  ]");
});

test("a text of the API becomes a sentence", () => {
  expect(sentence("this needs the role operator; nothing was changed")).toBe("This needs the role operator; nothing was changed.");
  expect(sentence("Already one.")).toBe("Already one.");
  expect(sentence("  ")).toBe("");
});
