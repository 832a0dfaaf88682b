import { expect, test } from "vitest";
import type { Alert } from "../../lib/api/types.ts";
import { watches } from "./alerts.ts";

const alert = (of: Partial<Alert>) => ({ destination: null, code: null, above: null, older_than: null, ...of }) as Alert;

test.each([
  [alert({ kind: "halted" }), "Any destination is halted"],
  [alert({ kind: "halted", destination: "inmoment" }), "inmoment is halted"],
  [alert({ kind: "failing", older_than: "5 min" }), "Any destination is failing for more than 5 min"],
  [alert({ kind: "stuck", destination: "inmoment" }), "inmoment is stuck"],
  [alert({ kind: "broken" }), "Any destination is broken"],
  [alert({ kind: "oldest_pending", older_than: "15 min" }), "An event is pending for more than 15 min, at any destination"],
  [
    alert({ kind: "dead_letters", above: 1, code: "score_missing", destination: "inmoment" }),
    "More than 1 dead letter with the code score_missing, at inmoment",
  ],
  [alert({ kind: "disk", above: 10 }), "The disk has less than 10 % left"],
])("an alert says in words what it watches", (one, words) => {
  expect(watches(one)).toBe(words);
});
