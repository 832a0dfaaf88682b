// A page sends clicks that look like survey answers. From their dead letters a rule is made that skips them; they are requeued
// and skipped, the next ones are skipped at once, and the rule is taken back.
import { test, expect, open } from "./browser.mjs";
import { identify, response } from "./events.mjs";
import { House } from "./house.mjs";

const click = (nth) => ({ type: "track", event: "Button Clicked", userId: "ada", messageId: `click-${nth}`, properties: { feedbackScore: nth } });

let house;
let key;
test.beforeAll(async () => {
  house = await House.start();
  key = await house.source();
  await house.destination("inmoment", { delivery: { last_surveyed: "off" } });
  await house.send([identify("ada"), response("ada", 9, "Fine"), click(1), click(2), click(3), { ...click(4), event: "Survey" }], key);
  expect(await house.settled()).toMatchObject({ delivered: 2, dead: 4 });
});
test.afterAll(() => house?.stop());

test("from a group of dead letters to a rule, and back", async ({ page, watch }) => {
  await open(page, house, "/problems/inmoment/event_type_missing");
  await page.getByRole("button", { name: "Skip events by a rule" }).click();
  const dialog = page.getByRole("dialog", { name: "Skip events by a rule" });
  await dialog.getByRole("radio", { name: /^Button Clicked/ }).check();
  await dialog.getByRole("button", { name: "Preview the rule" }).click();
  await expect(dialog.getByText("3 dead letters of this destination have this name. When they are requeued, they are skipped.")).toBeVisible();
  await expect(dialog.getByText("Of the newest 5 tracks, none of this name was delivered.")).toBeVisible();
  expect((await house.api("GET", "destinations/inmoment")).rules, "looking changes nothing").toEqual([]);
  await dialog.getByRole("button", { name: "Add the rule" }).click();
  await expect(dialog.getByText("The rule applies from now on.")).toBeVisible();
  await dialog.getByRole("button", { name: "Requeue 3" }).click();
  await expect(dialog.getByText("Requeued 3 dead letters.")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(dialog).toHaveCount(0);

  await house.send([click(5)], key);
  const status = await house.settled();
  expect(status).toMatchObject({ dead: 1, imbalance: 0 });
  const standing = (await house.api("GET", "destinations/inmoment")).standing;
  expect(standing.skipped_by.rule).toBe(4);

  // The story of what was skipped names the rule.
  await expect.poll(async () => (await house.api("GET", "events?outcome=skipped&code=rule")).items.length).toBe(4);
  const skipped = (await house.api("GET", "events?outcome=skipped&code=rule")).items[0];
  await open(page, house, `/events/${skipped.id}`);
  await expect(page.getByText(/skip-button-clicked/).first()).toBeVisible();

  await open(page, house, "/settings/destinations/inmoment?tab=rules");
  await expect(page.getByRole("row").filter({ hasText: "skip-button-clicked" })).toBeVisible();
  await page.getByRole("button", { name: "Remove the rule skip-button-clicked" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByText(/Rapport no longer skips events named “button clicked”\./i)).toBeVisible();
  await expect(page.getByText("No rules", { exact: true })).toBeVisible();
  await house.send([click(6)], key);
  expect(await house.settled()).toMatchObject({ dead: 2 });

  const actions = (await house.api("GET", "audit?limit=100")).items.map((entry) => entry.action);
  expect(actions).toEqual(expect.arrayContaining(["rule.create", "rule.remove", "dead_letters.requeue"]));
  expect(watch.take()).toEqual([]);
});

test("a rule about a source skips what comes from it, says so, and is taken back", async ({ page, watch }) => {
  const kiosk = await house.source("kiosk");
  await house.api("PUT", "destinations/inmoment", { sources: ["website", "kiosk"] });
  await open(page, house, "/settings/destinations/inmoment?tab=rules");
  await page.getByRole("button", { name: "Add a rule" }).click();
  const dialog = page.getByRole("dialog", { name: "Skip events by a rule" });
  await expect(dialog.getByRole("button", { name: "Preview the rule" })).toBeDisabled();
  await dialog.getByLabel("Source of the events").selectOption("kiosk");
  await dialog.getByRole("button", { name: "Preview the rule" }).click();
  await expect(dialog.getByText("No dead letter of this destination came from this source.")).toBeVisible();
  await expect(dialog.getByText("No event from the source kiosk went to this destination yet.")).toBeVisible();
  await dialog.getByRole("button", { name: "Add the rule" }).click();
  await expect(dialog.getByText(/inmoment skips all events from the source kiosk\./)).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(page.getByRole("row").filter({ hasText: "skip-kiosk" })).toContainText("all events, including those without a name");

  const before = await house.settled();
  await house.send([identify("kim"), response("kim", 3, "From the kiosk")], kiosk);
  await house.send([identify("kai")], key);
  const after = await house.settled();
  expect([after.delivered - before.delivered, after.dead - before.dead]).toEqual([1, 0]);
  const skippedOf = async () => (await house.api("GET", "events?outcome=skipped&code=rule&source=kiosk")).items;
  await expect.poll(async () => (await skippedOf()).length).toBe(2);
  const [skipped] = await skippedOf();
  await open(page, house, `/events/${skipped.id}`);
  await expect(page.getByText('The rule "skip-kiosk" skips all events from the source "kiosk".').first()).toBeVisible();
  await open(page, house, `/explain?event=${skipped.id}`);
  await expect(page.getByLabel("As sent by the source")).toHaveValue("kiosk");
  await expect(page.getByText('The rule "skip-kiosk" skips all events from the source "kiosk".').first()).toBeVisible();

  await open(page, house, "/settings/destinations/inmoment?tab=rules");
  await page.getByRole("button", { name: "Remove the rule skip-kiosk" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByText("No rules", { exact: true })).toBeVisible();
  await house.send([identify("kit")], kiosk);
  expect((await house.settled()).delivered - after.delivered).toBe(1);
  const entry = (await house.api("GET", "audit?action=rule.remove")).items[0];
  expect(entry.detail).toEqual({ rule: "skip-kiosk", event: null, source: "kiosk" });
  expect(watch.take()).toEqual([]);
});

test("placeholders, and what a null does, are set on the destination's page", async ({ page, watch }) => {
  await open(page, house, "/settings/destinations/inmoment?tab=delivery");
  await expect(page.getByText(/A survey answer is dated by createdAt in its properties or traits/)).toBeVisible();
  const texts = page.getByLabel("Placeholders that count as missing");
  await expect(texts).toHaveValue(/undefined/);
  await texts.fill("undefined\nTest User\n");
  await page.getByRole("radio", { name: "Removes the property" }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved. The destination continues with its pending events.")).toBeVisible();
  const { delivery } = await house.api("GET", "destinations/inmoment");
  expect([delivery.placeholder_ids, delivery.null_traits]).toEqual([["undefined", "Test User"], "clear"]);
  await house.send([identify("test user"), identify("anonymous")], key);
  await house.settled();
  const letters = (await house.api("GET", "dead-letters?code=id_placeholder")).items;
  expect(letters.map((letter) => letter.message_id)).toEqual(["identify-test user"]);
  expect(watch.take()).toEqual([]);
});
