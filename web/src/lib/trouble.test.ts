import { expect, test } from "vitest";
import { troubles } from "./trouble.ts";

const trouble = (code: string, last_words: string) => ({
  code,
  since: "2026-11-26T01:00:00Z",
  tries: 9,
  last_words,
  next_try: "2026-11-26T02:59:51Z",
  happened: "something",
  means: "events wait",
  what_to_do: "see the `network`",
});
const WORDS = {
  halted: "InMoment refused the password",
  failing: "no connection to InMoment",
  stuck: "no call for 5 minutes",
  broken: "the delivery ended",
} as const;
const standing = (name: string, state: "running" | "paused" | "waiting_for_limit" | keyof typeof WORDS, pending = 0) => {
  const words = state in WORDS ? WORDS[state as keyof typeof WORDS] : null;
  return { name, state, pending, reason: words, trouble: words ? trouble("a_code", words) : null };
};
const quiet = { firing: [], items: [] };

test("nothing is wrong while destinations run or were paused on purpose, and no alert fires", () => {
  expect(troubles([standing("a", "running"), standing("b", "paused", 3)], quiet)).toEqual([]);
});

test("a halted destination says what happened, what it means for the data, and where to go", () => {
  expect(troubles([standing("nps & more", "halted", 2)], quiet)).toMatchObject([
    {
      title: "nps & more is halted: nothing is sent to InMoment",
      text: "InMoment refused the password. 2 events wait and none is lost.",
      action: { label: "Check the login", href: "#/settings/destinations/nps%20%26%20more?tab=login" },
    },
  ]);
  expect(troubles([standing("a", "halted", 1)], quiet)[0]?.text).toContain("1 event waits");
  expect(troubles([standing("a", "halted")], quiet)[0]?.text).toContain("New events are kept");
});

test.each(["failing", "stuck", "broken"] as const)(
  "a destination that is %s is told with since when, how often, what next and what to do",
  (state) => {
    const told = troubles([standing("nps", state, 2)], quiet)[0];
    expect(told).toMatchObject({
      title: `nps is ${state}: nothing is sent to InMoment`,
      todo: "See the network.",
      code: "a_code",
      since: "2026-11-26T01:00:00Z",
      tries: 9,
      next: "2026-11-26T02:59:51Z",
      action: { label: "View the destination", href: "#/settings/destinations/nps" },
    });
    expect(told?.text).toContain("2 events wait and none is lost.");
  },
);

test("waiting for the limit is no trouble", () => {
  expect(troubles([standing("nps", "waiting_for_limit", 2)], quiet)).toEqual([]);
});

test("an alert that fires is told, unless it only says that a destination is halted", () => {
  const firing = [
    { name: "outage", since: "2026-11-26T01:00:00Z", text: "a fails" },
    { name: "login", since: "2026-11-26T01:00:00Z", text: "a is halted" },
    { name: "disk", since: "2026-11-26T02:00:00Z", text: "the disk has 4 % left" },
    { name: "dead", since: "2026-11-26T03:00:00Z", text: "2 dead letters" },
  ];
  const items = [
    { name: "outage", kind: "failing" as const },
    { name: "login", kind: "halted" as const },
    { name: "disk", kind: "disk" as const },
    { name: "dead", kind: "dead_letters" as const },
  ];
  const told = troubles([standing("a", "halted"), standing("b", "running")], { firing, items });
  expect(told.map((one) => one.id)).toEqual(["halted a", "alert disk", "alert dead"]);
  expect(told[0]?.since).toBe("2026-11-26T01:00:00Z");
  expect(told[1]).toMatchObject({ text: "The disk has 4 % left.", since: "2026-11-26T02:00:00Z", action: { href: "#/settings/alerts" } });
  expect(told[2]).toMatchObject({ text: "2 dead letters.", action: { href: "#/problems" } });
});
