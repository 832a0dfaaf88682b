import { expect, test } from "vitest";
import { differing } from "./differing.ts";

test("only the entries that differ are left, and lists differ by what they hold", () => {
  const before = { mode: "live", sources: ["web", "app"], limit: "" };
  expect(differing({ ...before, sources: ["web", "app"] }, before)).toEqual({});
  expect(differing({ ...before, mode: "shadow" }, before)).toEqual({ mode: "shadow" });
  expect(differing({ ...before, sources: ["web"], limit: "9/s" }, before)).toEqual({ sources: ["web"], limit: "9/s" });
});
