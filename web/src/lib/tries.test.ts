import { expect, test } from "vitest";
import { triesTold } from "./tries.ts";

test("how often it was tried and when it is tried next is one sentence", () => {
  const at = new Date(2026, 10, 29, 2, 59, 51);
  const next = at.toISOString();
  const before = (seconds: number) => at.getTime() - seconds * 1000;
  expect(triesTold(9, next, before(20))).toBe("Tried 9 times, next 02:59:51 (in 20 seconds).");
  expect(triesTold(1, next, before(7_200))).toBe("Tried 1 time, next 02:59:51 (in 2 hours).");
  expect(triesTold(0, next, before(60))).toBe("Next try 02:59:51 (in 1 minute).");
  expect(triesTold(2, next, before(-1))).toBe("Tried 2 times, next: now.");
  expect(triesTold(2, next, before(86_400))).toBe("Tried 2 times, next 29 Nov 2026, 02:59:51 (in 1 day).");
  expect(triesTold(3, null, 0)).toBe("Tried 3 times.");
  expect(triesTold(0, null, 0)).toBe("");
});
