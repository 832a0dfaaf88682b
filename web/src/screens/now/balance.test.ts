import { expect, test } from "vitest";
import { backlog, imbalance, parts } from "./balance.ts";

const counts = { accepted: 10, skipped: 1, delivered: 6, pending: 2, dead: 1, imbalance: 0 };

test("the parts are the whole when the books are balanced", () => {
  expect(parts(counts).reduce((sum, part) => sum + part.value, 0)).toBe(counts.accepted);
  expect(imbalance(counts)).toBeNull();
});

test("an imbalance is told with its direction", () => {
  expect(imbalance({ ...counts, accepted: 12, imbalance: 2 })).toMatchObject({
    by: 2,
    text: expect.stringContaining("2 were received and are not counted"),
  });
  expect(imbalance({ ...counts, accepted: 7, imbalance: -3 })).toMatchObject({
    by: 3,
    text: expect.stringContaining("3 are counted and were never received"),
  });
});

const one = (name: string, state: "running" | "paused" | "halted", pending: number, clear_at: string | null) => ({
  name,
  state,
  pending,
  clear_at,
});

test("the backlog is clear when its slowest destination is", () => {
  expect(backlog([])).toEqual({ kind: "clear" });
  expect(backlog([one("a", "paused", 0, null)])).toEqual({ kind: "clear" });
  expect(
    backlog([one("a", "running", 5, "2026-11-26T02:00:00Z"), one("b", "running", 1, "2026-11-26T01:00:00Z"), one("c", "running", 0, null)]),
  ).toEqual({ kind: "moving", at: "2026-11-26T02:00:00Z" });
});

test("no time is promised while a destination stands still or its pace is not known", () => {
  expect(backlog([one("a", "running", 5, "2026-11-26T02:00:00Z"), one("b", "halted", 1, null)])).toEqual({ kind: "held", names: ["b"] });
  expect(backlog([one("a", "running", 5, null)])).toEqual({ kind: "unknown" });
});
