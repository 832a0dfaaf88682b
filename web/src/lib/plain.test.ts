import { expect, test } from "vitest";
import { goesInTheClear } from "./plain.ts";

test.each([
  ["http://proxy.example.com", true],
  [" http://10.0.0.1:8080/x ", true],
  ["https://proxy.example.com", false],
  ["http://127.0.0.1:9500", false],
  ["http://localhost:9500", false],
  ["http://[::1]:9500", false],
  ["http://localhost.example.com", true],
  ["", false],
  ["http://", false],
])("%j is in the clear: %s", (address, clear) => {
  expect(goesInTheClear(address)).toBe(clear);
});
