// The session ends in the middle of something. One signs in again on the spot, what was typed is still there, and what was
// asked for is done, once.
import { test, expect, open } from "./browser.mjs";
import { identify, response } from "./events.mjs";
import { House } from "./house.mjs";

const OPERATOR = { name: "olivia", password: "an operator's long password" };

let house;
test.beforeAll(async () => {
  house = await House.start({ admin: 'session = { idle = "30 min", longest = "8 h" }\n' });
  await house.api("POST", "people", { ...OPERATOR, role: "operator" });
  const key = await house.source();
  await house.destination();
  await house.send([identify("ada"), { ...response("ada", 11, "Eleven"), messageId: "eleven" }], key);
  expect((await house.settled()).dead).toBe(1);
});
test.afterAll(() => house?.stop());

/** Whoever's password is changed is signed out everywhere. */
async function endSession(password) {
  await house.api("PUT", `people/${OPERATOR.name}`, { password });
}

test("work is kept when the session ends, and goes on after signing in again", async ({ page, watch }) => {
  await open(page, house, "/problems/inmoment/score_invalid", OPERATOR);
  await page.getByRole("link", { name: /^track \d+$/ }).click();
  await page.getByRole("link", { name: "Edit and requeue" }).click();
  const text = page.getByLabel("Event, as JSON");
  const mended = (await text.inputValue()).replace('"feedbackScore": 11', '"feedbackScore": 10');
  await text.fill(mended);
  const address = page.url();

  watch.expect(/\b401\b/);
  const fresh = "another long password of olivia";
  await endSession(fresh);
  await page.getByRole("button", { name: "Requeue the edited text" }).click();
  const again = page.getByRole("dialog", { name: "Sign in again" });
  await expect(again).toBeVisible();
  await expect(again.getByLabel("Name")).toHaveValue(OPERATOR.name);
  expect(page.url(), "one stays where one is").toBe(address);
  expect((await house.settled()).dead, "nothing is done yet").toBe(1);

  await again.getByLabel("Password", { exact: true }).fill(OPERATOR.password);
  await again.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(again.getByText("do not let anybody in")).toBeVisible();
  await expect(text).toHaveValue(mended);
  await again.getByLabel("Password", { exact: true }).fill(fresh);
  await again.getByRole("button", { name: "Sign in", exact: true }).click();

  await expect(page.getByText("The edited event is requeued.")).toBeVisible();
  await expect(again).toBeHidden();
  expect(await house.settled()).toMatchObject({ dead: 0, delivered: 2, imbalance: 0 });
  expect((await house.sandbox("GET", "state")).responses.map((one) => one.score)).toEqual([10]);
});

test("a session lasts as long as the configuration says", async ({ page, watch }) => {
  const password = "another long password, for a while";
  await endSession(password);
  const before = Date.now();
  await open(page, house, "/now", { ...OPERATOR, password });
  const { session } = await page.evaluate(async () => (await fetch("/api/v1/me")).json());
  const minutes = (text) => Math.round((Date.parse(text) - before) / 60_000);
  expect([minutes(session.idle_expires_at), minutes(session.expires_at)]).toEqual([30, 480]);
  expect(watch.take()).toEqual([]);
});

test("somebody else may sign in instead, and comes to where one was", async ({ page, watch }) => {
  const password = "a third long password of olivia";
  await endSession(password);
  await open(page, house, "/settings/destinations", { ...OPERATOR, password });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Destinations");
  watch.expect(/\b401\b/);
  await endSession(OPERATOR.password);
  await page.getByRole("link", { name: "inmoment" }).click();
  const again = page.getByRole("dialog", { name: "Sign in again" });
  await again.getByRole("button", { name: "Sign in as another person" }).click();
  await expect(page.getByRole("heading", { name: "Sign in", exact: true })).toBeVisible();
  await open(page, house, "/settings/destinations/inmoment", OPERATOR);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("inmoment");
});
