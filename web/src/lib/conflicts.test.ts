import { expect, test } from "vitest";
import { FIELD, named } from "./conflicts.ts";

test("somebody is named by the caller's id, else by InMoment's, else not at all", () => {
  expect(named({ external_id: "ada", end_user_id: "71" })).toBe("ada");
  expect(named({ external_id: "ada", end_user_id: null })).toBe("ada");
  expect(named({ external_id: null, end_user_id: "71" })).toBe("end user 71");
  expect(named({ external_id: null, end_user_id: null })).toBe("an end user whom InMoment does not name");
});

test("fields are called as people call them", () => {
  expect([FIELD.email, FIELD.phone_number]).toEqual(["e-mail", "phone number"]);
});
