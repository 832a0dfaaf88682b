import { expect, test } from "vitest";
import { besides, laneWords } from "./known.ts";

const NOW = Date.parse("2026-11-26T01:20:00.000Z");
const known = {
  end_user_id: "12345",
  email: "a@example.com",
  phone_number: null,
  last_surveyed: 1611149961,
  external_created_at: null,
  properties: { seats: 12, city: "Rome" },
  read_at: "",
};

test("what InMoment says now stands beside what was known, and only real differences are different", () => {
  const all = besides(known, {
    id: 12345,
    email: "b@example.com",
    phone_number: "+1",
    last_surveyed: 1611149961,
    created_at: "x",
    properties: { seats: "12" },
  });
  expect(all.slice(0, 3)).toEqual([
    { name: "email", before: "a@example.com", now: "b@example.com", same: false },
    { name: "properties.city", before: "Rome", now: null, same: false },
    { name: "phone_number", before: null, now: "+1", same: false },
  ]);
  expect(all.find((one) => one.name === "properties.seats")?.same).toBe(true);
  expect(all.find((one) => one.name === "id")?.same).toBe(true);
  expect(all.find((one) => one.name === "last_surveyed")).toMatchObject({ now: expect.stringContaining("2021"), same: true });
});

test("nothing known and nothing there are both told", () => {
  expect(besides(null, { id: 1, properties: {} }).find((one) => one.name === "id")).toEqual({
    name: "id",
    before: null,
    now: "1",
    same: false,
  });
  expect(besides(known, null).every((one) => one.now === null || one.name === "properties")).toBe(true);
});

test("a lane's trouble is told in words", () => {
  const lane = { tries: 5, next_try: "2026-11-26T01:20:42Z", wait_until: null, failing_s: 731, head: "" };
  expect(laneWords(lane, NOW)[0]).toBe("The calls for this end user fail: 5 tries in 12 minutes. The next one is in 42 seconds.");
  expect(laneWords({ ...lane, tries: 0, wait_until: "2026-11-26T01:23:20Z" }, NOW)[0]).toContain("waits for an identify until");
  expect(laneWords({ ...lane, tries: 0, wait_until: "2026-11-26T01:00:00Z" }, NOW)[0]).toContain("no identify came in time");
  expect(laneWords({ ...lane, tries: 0 }, NOW)[0]).toBe("The events wait for their turn.");
});
