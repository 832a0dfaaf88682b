import { expect, test } from "vitest";
import { href, match, parse, path, samePart } from "./address.ts";

test("an address is read into path and query, and written back", () => {
  const place = parse("#/events?user=ada%40example.com&outcome=dead");
  expect(place.path).toBe("/events");
  expect(place.query.get("user")).toBe("ada@example.com");
  expect(href(place.path, place.query)).toBe("#/events?user=ada%40example.com&outcome=dead");
});

test("an address that names no path is the home of the console", () => {
  expect(parse("").path).toBe("/");
  expect(parse("#events").path).toBe("/");
});

test("values that say nothing are left out", () => {
  expect(href("/events", { user: "", code: null, after: undefined, with_text: false, limit: 0 })).toBe("#/events?limit=0");
});

test("names with any character survive the way through an address", () => {
  const name = "a/b c?d#e%2F";
  const to = path("settings", "sources", name);
  expect(match("/settings/sources/:name", parse(href(to)).path)).toEqual({ name });
});

test("a pattern fits only addresses of its own length, and no empty parts", () => {
  expect(match("/events/:id", "/events/7.0")).toEqual({ id: "7.0" });
  expect(match("/events/:id", "/events")).toBeNull();
  expect(match("/events/:id", "/events/")).toBeNull();
  expect(match("/events", "/events/")).toEqual({});
  expect(match("/events/:id", "/people/7")).toBeNull();
  expect(match("/events/:id", "/events/%E0%A4%A")).toBeNull();
});

test("another path or tab is another part of the console; other parameters are not", () => {
  const here = parse("#/settings/destinations/a?tab=consent");
  expect(samePart(here, parse("#/settings/destinations/a?tab=consent&kind=mobile"))).toBe(true);
  expect(samePart(here, parse("#/settings/destinations/a?tab=login"))).toBe(false);
  expect(samePart(here, parse("#/settings/destinations/a"))).toBe(false);
  expect(samePart(here, parse("#/settings/destinations/b?tab=consent"))).toBe(false);
});
