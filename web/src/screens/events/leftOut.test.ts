import { expect, test } from "vitest";
import type { Conflict } from "../../lib/api/types.ts";
import { leftOutText, leftOutTitle } from "./leftOut.ts";

const conflict = (holder: Partial<Conflict["holder"]>, field: Conflict["field"] = "email", dismissed = false): Conflict => ({
  id: 1,
  destination: "inmoment",
  field,
  value: "ada@example.com",
  person: { external_id: "ada", end_user_id: "71" },
  holder: { external_id: null, end_user_id: null, ...holder },
  event: "1.0",
  since: "2026-11-29T02:50:00.000Z",
  last: "2026-11-29T02:50:00.000Z",
  times: 1,
  let_go: null,
  settlement: null,
  failure: null,
  dismissed,
});

test("what was left out is said with its value and who has it", () => {
  expect(leftOutTitle(conflict({}))).toBe("The e-mail of this event belongs to another end user at inmoment");
  expect(leftOutTitle(conflict({}, "phone_number"))).toContain("phone number of this event");
  expect(leftOutText(conflict({ external_id: "eve", end_user_id: "72" }), false)).toBe(
    "The e-mail ada@example.com was left out, because eve has it. Everything else was delivered. The value is sent again when the other end user no longer has it.",
  );
  expect(leftOutText(conflict({ end_user_id: "72" }), false)).toContain("because end user 72 has it");
  expect(leftOutText(conflict({}, "email", true), false)).toContain("was left out, because an end user whom InMoment does not name has it");
  expect(leftOutText(conflict({}, "email", true), false)).toContain("dismissed");
  expect(leftOutText(conflict({}), true)).toContain("so the event is a dead letter");
});
