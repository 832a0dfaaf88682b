// Feedback counts as InMoment does: of one end user's answers within 24 hours the last. What it took the place of is there to
// be looked at, in the view and in the file; and everything goes by when an answer was given, in days of the viewer's time zone.
import { readFile } from "node:fs/promises";

import { test, expect, open } from "./browser.mjs";
import { identify, response } from "./events.mjs";
import { House } from "./house.mjs";

const HOUR = 3_600_000;
// Ada changes her mind twice within a day; what she said four days ago is another answer, and arrives only now.
const now = Date.now();
const given = (user, score, text, ago) => {
  const answer = response(user, score, text);
  return { ...answer, properties: { ...answer.properties, createdAt: new Date(now - ago).toISOString() } };
};

let house;
test.beforeAll(async () => {
  house = await House.start();
  const key = await house.source();
  await house.destination("inmoment", { delivery: { last_surveyed: "off" } });
  await house.send([identify("ada"), identify("grace")], key);
  await house.settled();
  await house.send(
    [
      given("ada", 10, "It was good in autumn", 96 * HOUR),
      given("ada", 2, "I was angry", 12 * HOUR),
      given("ada", 5, "Less angry now", 11 * HOUR),
      given("ada", 9, "All is well", 10 * HOUR),
      given("grace", 10, "ممتاز جدا", 2 * HOUR),
    ],
    key,
  );
  expect(await house.settled()).toMatchObject({ delivered: 7, dead: 0 });
});
test.afterAll(() => house?.stop());

test.use({ timezoneId: "Asia/Kathmandu" });

test("both numbers are there, they are InMoment's, and the earlier answers open", async ({ page, watch }) => {
  const summary = await house.sandbox("GET", "state");
  expect(summary.responses, "as InMoment counts").toHaveLength(3);
  const feedback = await house.api("GET", "feedback");
  expect([feedback.responses, feedback.sent.responses]).toEqual([3, 5]);

  await open(page, house, "/feedback");
  await expect(page.getByText("+100", { exact: true }).first()).toBeVisible();
  await expect(page.getByText("5 answers were sent, of which 3 count. If all of them counted, the score would be +20.")).toBeVisible();
  // Browsers differ in which of the two names they give it.
  await expect(page.getByText(/Days and hours are those of the time zone Asia\/Kath?mandu\./)).toBeVisible();
  const items = page.getByRole("article");
  await expect(items).toHaveCount(3);
  // The last given comes first, whatever was delivered last.
  await expect(items.nth(0)).toContainText("ممتاز جدا");
  await expect(items.nth(1)).toContainText("All is well");
  await expect(items.nth(2)).toContainText("delivered 4 days later");
  await expect(page.getByText("I was angry")).toHaveCount(0);

  await items.nth(1).getByRole("button", { name: "Replaced 2 earlier answers" }).click();
  const earlier = page.getByRole("list", { name: "Earlier answers" });
  await expect(earlier.getByRole("article")).toHaveCount(2);
  await expect(earlier).toContainText("Less angry now");
  await expect(earlier.getByText("Replaced: does not count")).toHaveCount(2);

  await page.getByLabel("Show", { exact: true }).selectOption("replaced");
  await expect(page.getByRole("article")).toHaveCount(2);
  expect(watch.take()).toEqual([]);
});

test("the file has all answers, when they were given and delivered, and which of them count", async ({ page, watch }) => {
  await open(page, house, "/feedback?show=responses");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download (CSV)" }).click()]);
  const lines = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
  expect(lines[0]).toContain("Answered,Kind,Score");
  expect(lines).toHaveLength(6);
  const rows = lines.slice(1).map((line) => line.split(","));
  expect(rows.map((row) => row[2]), "the last given first").toEqual(["10", "9", "5", "2", "10"]);
  expect(rows.map((row) => row[12])).toEqual(["yes", "yes", "no", "no", "yes"]);
  expect(rows[4][0]).toBe(new Date(Math.floor((now - 96 * HOUR) / 1000) * 1000).toISOString());
  expect(rows[4][11]).toBe("delivered 4 days later");
  await expect(page.getByText("5 answers are in the file; 3 of them count.")).toBeVisible();
  expect(watch.take()).toEqual([]);
});
