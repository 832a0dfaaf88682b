import { expect, test } from "vitest";
import { troubles } from "./trouble.ts";

const standing = (name: string, state: "running" | "paused" | "halted", pending = 0) => ({ name, state, pending, reason: state === "halted" ? "InMoment refused the password" : null });
const quiet = { firing: [], items: [] };

test("nothing is wrong while destinations run or were paused on purpose, and no alert fires", () => {
  expect(troubles([standing("a", "running"), standing("b", "paused", 3)], quiet)).toEqual([]);
});

test("a halted destination says what happened, what it means for the data, and where to go", () => {
  expect(troubles([standing("nps & more", "halted", 2)], quiet)).toMatchObject([
    {
      title: "nps & more is halted: nothing goes out to InMoment",
      text: "InMoment refused the password. 2 events wait and none is lost.",
      action: { label: "Look at the login", href: "#/settings/destinations/nps%20%26%20more?tab=login" },
    },
  ]);
  expect(troubles([standing("a", "halted", 1)], quiet)[0]?.text).toContain("1 event waits");
  expect(troubles([standing("a", "halted")], quiet)[0]?.text).toContain("New events are kept");
});

test("an alert that fires is told, unless it only says that a destination is halted", () => {
  const firing = [
    { name: "login", since: "2026-11-26T01:00:00Z", text: "a is halted" },
    { name: "disk", since: "2026-11-26T02:00:00Z", text: "the disk has 4 % left" },
    { name: "dead", since: "2026-11-26T03:00:00Z", text: "2 dead letters" },
  ];
  const items = [
    { name: "login", kind: "halted" as const, destination: "a" },
    { name: "disk", kind: "disk" as const, destination: null },
    { name: "dead", kind: "dead_letters" as const, destination: null },
  ];
  const told = troubles([standing("a", "halted"), standing("b", "running")], { firing, items });
  expect(told.map((one) => one.id)).toEqual(["halted a", "alert disk", "alert dead"]);
  expect(told[0]?.since).toBe("2026-11-26T01:00:00Z");
  expect(told[1]).toMatchObject({ text: "The disk has 4 % left.", since: "2026-11-26T02:00:00Z", action: { href: "#/settings/alerts" } });
  expect(told[2]).toMatchObject({ text: "2 dead letters.", action: { href: "#/problems" } });
});
