import { expect, test } from "vitest";
import { looksLikeAccountToken, regionOf } from "./region.ts";

test.each([
  ["NPS-EU-12ab34cd", "eu"],
  [" NPS-AU-12ab34cd\n", "au"],
  ["NPS-12ab34cd", "us"],
  ["NPS-EU12abcd", "us"],
  ["nps-eu-12ab34cd", "us"],
  ["", "us"],
])("the account token %j is of the region %s", (token, region) => {
  expect(regionOf(token)).toBe(region);
});

test("the shape of an account token is known", () => {
  expect(looksLikeAccountToken("NPS-DEMO0001")).toBe(true);
  expect(looksLikeAccountToken("NPS-EU-12ab34cd")).toBe(true);
  expect(looksLikeAccountToken("12ab34cd")).toBe(false);
});
