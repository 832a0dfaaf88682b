import { expect, test } from "vitest";
import { readFileSync } from "node:fs";
import { ACTIONS, day, details } from "./audit.ts";

test("everything that the server writes down has its words", () => {
  const source = (crate: string) => readFileSync(new URL(`../../../../crates/${crate}/src/audit/action.rs`, import.meta.url), "utf8");
  const actions = source("identity") + source("console");
  const written = [...actions.matchAll(/(?:Act|Look|Inquiry)\("([a-z_.]+)"\)/g)].map((found) => found[1]);
  expect(written.length).toBeGreaterThan(30);
  expect(Object.keys(ACTIONS).toSorted()).toEqual(written.toSorted());
});

test("details are told in short, without what says nothing", () => {
  expect(details({ kind: "web", password: true, username: false, region: null, sources: ["a"] })).toBe("kind: web; password; sources: a");
  expect(details({ sources: [], delivery: { retry_first: "1 s" }, ids: [1, 2] })).toBe(
    "sources: none; delivery: retry first: 1 s; ids: 1, 2",
  );
  expect(details({})).toBe("");
  expect(details({ times: 1 })).toBe("");
  expect(details({ times: 3 })).toBe("times: 3");
});

test("a range of days holds its last day", () => {
  const from = Date.parse(day("2026-11-26", false) ?? "");
  const to = Date.parse(day("2026-11-26", true) ?? "");
  expect(to - from).toBe(86_400_000);
  expect(day("", false)).toBeUndefined();
});
