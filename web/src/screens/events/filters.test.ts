import { expect, test } from "vitest";
import { active, filterOf } from "./filters.ts";

const NOW = Date.parse("2026-11-26T01:20:00.000Z");

test("an address becomes what the server is asked for, without blanks and without what there is not", () => {
  expect(filterOf(new URLSearchParams("user=%20ada%20&outcome=lost&range=1h&type=&after=70.0&other=1"), NOW)).toEqual({
    from: "2026-11-26T00:20:00.000Z",
    user: "ada",
    after: "70.0",
  });
  expect(filterOf(new URLSearchParams("outcome=dead&code=score_missing"), NOW)).toMatchObject({ outcome: "dead", code: "score_missing" });
});

test("filters are counted, a time with two ends once and a search not at all", () => {
  expect(active(new URLSearchParams("user=ada&after=1"))).toBe(0);
  expect(active(new URLSearchParams("from=x&to=y&type=track&outcome=dead"))).toBe(3);
});
