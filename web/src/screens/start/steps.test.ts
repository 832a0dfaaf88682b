import { expect, test } from "vitest";
import type { Destination, Source, Status } from "../../lib/api/types.ts";
import { freeName, resume } from "./steps.ts";

const source = (name: string) => ({ name }) as Source;
const destination = (name: string, sources: string[]) => ({ name, sources }) as Destination;
const waiting = { waiting_for_first_event: true } as Status;

test("a set-up goes on where it was left", () => {
  expect(resume([], [], waiting)).toBe("#/start/source");
  expect(resume([source("web shop")], [], waiting)).toBe("#/start/destination?source=web+shop");
  expect(resume([source("app"), source("shop")], [destination("inmoment", ["shop"])], waiting)).toBe(
    "#/start/first-event?source=shop&destination=inmoment",
  );
  const done = { waiting_for_first_event: false } as Status;
  expect(resume([source("shop")], [destination("inmoment", ["shop"])], done)).toBeNull();
});

test("a proposed name is one that nothing has", () => {
  expect(freeName("inmoment", [])).toBe("inmoment");
  expect(freeName("inmoment", ["inmoment", "inmoment-2"])).toBe("inmoment-3");
});
