import { expect, test } from "vitest";
import type { Consent } from "../../lib/api/types.ts";
import { consent, form, list } from "./consent.ts";

test("lists are written with commas or line by line", () => {
  expect(list(" a, b\nc,,a \n")).toEqual(["a", "b", "c"]);
  expect(list("")).toEqual([]);
});

test("rules come out of the form as they went in", () => {
  const rules: Consent = {
    web: {
      one_trust: ["C0002", "C0004"],
      ketch: [],
      management: [{ provider: "custom", resolution_strategy: "or", consents: ["marketing"] }],
    },
    server: { one_trust: [], ketch: ["analytics"], management: [] },
  };
  expect(consent(form(rules))).toEqual(rules);
});

test("what is empty is no rule", () => {
  const empty = form({});
  empty.mobile.management.push({ provider: "custom", strategy: "and", consents: " , " });
  expect(consent(empty)).toEqual({});
});
