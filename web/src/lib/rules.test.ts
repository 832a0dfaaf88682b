import { expect, test } from "vitest";
import { deadLettersTold, latelyTold, nameFor, sameScope, scopeOf, skippedTold } from "./rules.ts";

const preview = (dead_letters: number, delivered: number, looked_at = 1000) => ({
  skipped_by: null,
  dead_letters,
  ids: [],
  dead_letters_looked_at: 40,
  lately: { delivered, skipped: 0, dead: dead_letters, pending: 0, looked_at },
});
const named = { event: "Click", source: null };
const sent = { event: null, source: "website" };
const both = { event: "Click", source: "website" };

test("a rule is about what was entered", () => {
  expect(scopeOf(" Click ", "")).toEqual(named);
  expect(scopeOf("  ", "website")).toEqual(sent);
  expect(scopeOf("Click", "website")).toEqual(both);
  expect(scopeOf(" ", "")).toBeNull();
  expect(sameScope(both, { ...both })).toBe(true);
  expect(sameScope(both, named)).toBe(false);
  expect([named, sent, both].map(skippedTold)).toEqual([
    "events named “Click”",
    "all events from the source website",
    "events named “Click” from the source website",
  ]);
});

test("a rule is named after the events it skips, in characters that a name may have", () => {
  const nameOf = (event: string) => nameFor({ event, source: null });
  expect(nameOf(" Button Clicked ")).toBe("skip-button-clicked");
  expect(nameOf("Überblick/öffnen")).toBe("skip-uberblick-offnen");
  expect(nameOf("使いやすい")).toBe("skip-events");
  expect(nameOf("x".repeat(200))).toHaveLength(64);
  expect(nameOf("ab ".repeat(60))).toMatch(/^[a-z0-9-]{1,64}$/);
  expect(nameFor(sent)).toBe("skip-website");
  expect(nameFor(both)).toBe("skip-click-website");
});

test("what a rule would do is said for none, one and many", () => {
  expect(deadLettersTold(preview(0, 0), named)).toBe("No dead letter of this destination has this name.");
  expect(deadLettersTold(preview(1, 0), named)).toBe(
    "1 dead letter of this destination has this name. When it is requeued, it is skipped.",
  );
  expect(deadLettersTold(preview(1_200, 0), named)).toBe(
    "1,200 dead letters of this destination have this name. When they are requeued, they are skipped.",
  );
  expect(deadLettersTold(preview(1, 0), sent)).toBe(
    "1 dead letter of this destination came from this source. When it is requeued, it is skipped.",
  );
  expect(deadLettersTold(preview(2, 0), sent)).toBe(
    "2 dead letters of this destination came from this source. When they are requeued, they are skipped.",
  );
  expect(deadLettersTold(preview(0, 0), both)).toBe("No dead letter of this destination has this name and came from this source.");
  expect(deadLettersTold(preview(1, 0), both)).toBe(
    "1 dead letter of this destination has this name and came from this source. When it is requeued, it is skipped.",
  );
  expect(deadLettersTold(preview(2, 0), both)).toBe(
    "2 dead letters of this destination have this name and came from this source. When they are requeued, they are skipped.",
  );
  expect(latelyTold(preview(3, 0), named)).toEqual({ good: true, text: "Of the newest 1,000 tracks, none of this name was delivered." });
  expect(latelyTold(preview(3, 2), named)).toEqual({
    good: false,
    text: "Of the newest 1,000 tracks, 2 of this name were delivered to InMoment. With the rule, such events are not sent any more.",
  });
  expect(latelyTold(preview(3, 1), sent)).toEqual({
    good: false,
    text: "Of the newest 1,000 events from the source website, 1 was delivered to InMoment. With the rule, such events are not sent any more.",
  });
  expect(latelyTold(preview(0, 1, 1), named)).toEqual({
    good: false,
    text: "The only track so far was delivered to InMoment. With the rule, such events are not sent any more.",
  });
  expect(latelyTold(preview(0, 1, 1), sent)).toEqual({
    good: false,
    text: "The only event from the source website so far was delivered to InMoment. With the rule, such events are not sent any more.",
  });
  expect(latelyTold(preview(0, 0, 1), both).text).toBe("The only track from the source website so far was not delivered under this name.");
  expect(latelyTold(preview(0, 0, 0), sent)).toEqual({
    good: true,
    text: "No event from the source website went to this destination yet.",
  });
});
