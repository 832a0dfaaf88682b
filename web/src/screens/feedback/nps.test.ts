import { expect, test } from "vitest";
import { columns, CSV_HEADINGS, csvRow, deliveredLater, groupOf, onScale, sentAndCounted, signed, working } from "./nps.ts";

test("scores fall into the three groups where the NPS draws its lines", () => {
  expect([0, 6, 7, 8, 9, 10].map(groupOf)).toEqual(["detractor", "detractor", "passive", "passive", "promoter", "promoter"]);
});

test("the number is written with its sign", () => {
  expect(signed(48.4)).toBe("+48");
  expect(signed(-12.5)).toBe("−12");
  expect(signed(-0.2)).toBe("0");
});

test("the working names the shares that make the number, and is silent without scores", () => {
  expect(working({ promoters: 60, passives: 20, detractors: 20, nps: 40 })).toBe("60 % promoters minus 20 % detractors, of 100 scores.");
  expect(working({ promoters: 0, passives: 0, detractors: 0, nps: null })).toBeNull();
});

test("the scale reaches from one end to the other and no further", () => {
  expect([-100, 0, 100, 250].map(onScale)).toEqual([0, 50, 100, 100]);
});

test("columns are as high as they are many, the smallest still seen, none where there is none", () => {
  const all = columns([1, 0, 0, 0, 0, 0, 0, 0, 0, 500, 1000]);
  expect(all.map((one) => one.height).filter((height) => height > 0)).toEqual([2, 50, 100]);
  expect(all).toHaveLength(11);
  expect(all[9]).toMatchObject({ score: 9, group: "promoter", label: "500" });
});

const ANSWER = {
  id: 7,
  event: "7.0",
  destination: "inmoment",
  kind: "response" as const,
  score: 0,
  text: "=1",
  external_id: "ada",
  email: null,
  end_user_id: "4",
  answered_at: "2026-11-26T01:00:00.000Z",
  delivered_at: "2026-11-26T01:00:09.000Z",
  counts: true,
  replaces: 1,
  replaced_by: null,
};

test("a row of the file has the time it was answered, when it was delivered, and whether it counts", () => {
  const row = [
    "2026-11-26T01:00:00.000Z",
    "response",
    0,
    "Detractor",
    "=1",
    "ada",
    null,
    "4",
    "inmoment",
    "7.0",
    "2026-11-26T01:00:09.000Z",
    null,
    "yes",
    7,
    null,
  ];
  expect(csvRow(ANSWER)).toEqual(row);
  expect(CSV_HEADINGS).toHaveLength(row.length);
  const late = { ...ANSWER, delivered_at: "2026-11-28T02:00:00.000Z", counts: false, replaced_by: 9 };
  expect(csvRow(late).slice(10)).toEqual(["2026-11-28T02:00:00.000Z", "delivered 2 days later", "no", 7, 9]);
});

test("an answer is late from an hour on", () => {
  const after = (seconds: number) =>
    deliveredLater({ ...ANSWER, delivered_at: new Date(Date.parse(ANSWER.answered_at) + seconds * 1000).toISOString() });
  expect([after(-60), after(0), after(3_599), after(3_600), after(90_000)]).toEqual([
    null,
    null,
    null,
    "delivered 1 hour later",
    "delivered 1 day later",
  ]);
});

test("what was sent and what counts are both told", () => {
  const told = (counted: [number, number, number | null], sent: [number, number, number | null]) =>
    sentAndCounted({
      responses: counted[0],
      declines: counted[1],
      nps: counted[2],
      sent: { responses: sent[0], declines: sent[1], nps: sent[2] },
    });
  expect(told([10, 2, 40], [14, 3, -12.4])).toBe(
    "17 answers were sent, of which 12 count. If all of them counted, the score would be −12.",
  );
  expect(told([0, 1, null], [0, 2, null])).toBe("2 answers were sent, of which 1 counts.");
  expect(told([10, 2, 40], [10, 2, 40])).toBe("All 12 that were sent count.");
  expect(told([1, 0, 100], [1, 0, 100])).toBe("The one that was sent counts.");
});
