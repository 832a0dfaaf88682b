import { expect, test } from "vitest";
import { outcomeWord } from "./words.ts";

test("an event whose dead letter was requeued is not shown as a dead letter", () => {
  expect(outcomeWord({ outcome: "dead", code: null, dead_letter: null })).toBe("handed_on");
  expect(outcomeWord({ outcome: "dead", code: "score_invalid", dead_letter: 4 })).toBe("dead");
  // The live log knows no number yet.
  expect(outcomeWord({ outcome: "dead", code: "score_invalid", dead_letter: null })).toBe("dead");
  expect(outcomeWord({ outcome: "delivered", code: null, dead_letter: null })).toBe("delivered");
});
