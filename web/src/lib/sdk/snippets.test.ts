import { expect, test } from "vitest";
import { SNIPPETS, snippetsFor, webSdkRefuses } from "./snippets.ts";

test.each(SNIPPETS)("the snippet for $label names the address, the key and what makes a track a response", (snippet) => {
  const code = snippet.code("https://events.example.com", "KEY123");
  expect(code).toContain("https://events.example.com");
  expect(code).toContain("KEY123");
  expect(code).toContain("create response");
  expect(code).toContain("feedbackScore");
});

test("each kind of source sees its own SDKs first, and all of them", () => {
  expect(
    snippetsFor("mobile")
      .slice(0, 3)
      .map((one) => one.id),
  ).toEqual(["kotlin", "swift", "http"]);
  expect(snippetsFor("web")[0]?.id).toBe("web");
  expect(snippetsFor("server")).toHaveLength(SNIPPETS.length);
});

test("what the web SDK refuses is known", () => {
  expect(webSdkRefuses("http://localhost:8080")).toBe(false);
  expect(webSdkRefuses("http://127.0.0.1:8080")).toBe(false);
  expect(webSdkRefuses("https://events.example.com/in")).toBe(false);
  expect(webSdkRefuses("http://rapport:8080")).toBe(true);
  expect(webSdkRefuses("events.example.com")).toBe(true);
});
