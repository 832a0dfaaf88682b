import { expect, test } from "vitest";
import { columns, csvRow, groupOf, onScale, signed, working } from "./nps.ts";

test("scores fall into the three groups where the NPS draws its lines", () => {
  expect([0, 6, 7, 8, 9, 10].map(groupOf)).toEqual(["detractor", "detractor", "passive", "passive", "promoter", "promoter"]);
});

test("the number is written with its sign", () => {
  expect(signed(48.4)).toBe("+48");
  expect(signed(-12.5)).toBe("−12");
  expect(signed(-0.2)).toBe("0");
});

test("the working names the shares that make the number, and is silent without scores", () => {
  expect(working({ promoters: 60, passives: 20, detractors: 20, nps: 40 })).toBe("60 % promoters less 20 % detractors, of 100 scores.");
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

test("a row of the file has the time it was answered, or else delivered", () => {
  const answer = { id: 1, event: "7.0", destination: "inmoment", kind: "response" as const, score: 0, text: "=1", external_id: "ada", email: null, end_user_id: "4", answered_at: null, delivered_at: "2026-11-26T01:00:00.000Z" };
  expect(csvRow(answer)).toEqual(["2026-11-26T01:00:00.000Z", "response", 0, "Detractor", "=1", "ada", null, "4", "inmoment", "7.0"]);
  expect(csvRow({ ...answer, kind: "decline", score: null, answered_at: "2026-11-25T01:00:00.000Z" }).slice(0, 4)).toEqual(["2026-11-25T01:00:00.000Z", "decline", null, null]);
});
