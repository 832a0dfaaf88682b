import { expect, test } from "vitest";
import { deadLettersTold, latelyTold, nameFor } from "./rules.ts";

const preview = (dead_letters: number, delivered: number, looked_at = 1000) => ({
  skipped_by: null,
  dead_letters,
  ids: [],
  dead_letters_looked_at: 40,
  lately: { delivered, skipped: 0, dead: dead_letters, pending: 0, looked_at },
});

test("a rule is named after the events it skips, in characters that a name may have", () => {
  expect(nameFor(" Button Clicked ")).toBe("skip-button-clicked");
  expect(nameFor("Überblick/öffnen")).toBe("skip-uberblick-offnen");
  expect(nameFor("使いやすい")).toBe("skip-events");
  expect(nameFor("x".repeat(200))).toHaveLength(64);
  expect(nameFor("ab ".repeat(60))).toMatch(/^[a-z0-9-]{1,64}$/);
});

test("what a rule would do is said for none, one and many", () => {
  expect(deadLettersTold(preview(0, 0))).toBe("No dead letter of this destination has this name.");
  expect(deadLettersTold(preview(1, 0))).toBe("1 dead letter of this destination has this name. When it is requeued, it is skipped.");
  expect(deadLettersTold(preview(1_200, 0))).toBe("1,200 dead letters of this destination have this name. When they are requeued, they are skipped.");
  expect(latelyTold(preview(3, 0))).toEqual({ good: true, text: "Of the newest 1,000 tracks, none of this name was delivered." });
  expect(latelyTold(preview(3, 2))).toEqual({
    good: false,
    text: "Of the newest 1,000 tracks, 2 of this name were delivered to InMoment. With the rule, such events are not sent any more.",
  });
  expect(latelyTold(preview(0, 0, 0)).good).toBe(true);
});
