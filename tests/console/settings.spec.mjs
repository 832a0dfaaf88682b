// Changes of settings that are not saved: by a link, by the back button and by loading the page again they are lost only
// after a question. A dialog gives the focus back to what opened it.
import { test, expect, open } from "./browser.mjs";
import { House } from "./house.mjs";

let house;
test.beforeAll(async () => {
  house = await House.start();
  await house.source();
  await house.destination();
});
test.afterAll(() => house?.stop());

const FORM = "/settings/destinations/inmoment?tab=delivery";

test("whoever leaves a form with changes is asked first", async ({ page, watch }) => {
  await open(page, house, FORM);
  const wait = page.getByLabel("Wait for an unknown end user");
  const stored = await wait.inputValue();
  await page.getByRole("link", { name: "Consent" }).click();
  await page.getByRole("link", { name: "Delivery" }).click();
  await wait.fill("90 min");
  await expect(page.getByText("Not saved yet")).toBeVisible();

  const question = page.getByRole("dialog", { name: "Leave without saving?" });
  for (const leave of [() => page.getByRole("link", { name: "Problems" }).click(), () => page.goBack()]) {
    await leave();
    await question.getByRole("button", { name: "Stay here" }).click();
    await expect(question).toBeHidden();
    await expect(page).toHaveURL(new RegExp(`#${FORM.replace("?", "\\?")}$`));
    await expect(wait).toHaveValue("90 min");
  }

  watch.expect(/^dialog: beforeunload/);
  await page.evaluate(() => setTimeout(() => location.reload()));
  await page.waitForEvent("dialog");
  await expect(wait).toHaveValue("90 min");

  await page.getByRole("link", { name: "Consent" }).click();
  await question.getByRole("button", { name: "Discard changes and leave" }).click();
  await expect(page).toHaveURL(/tab=consent$/);
  await page.getByRole("link", { name: "Delivery" }).click();
  await expect(wait).toHaveValue(stored);
  expect(watch.take()).toEqual([]);
});

test("what another person changed meanwhile is not undone by a form that is still open", async ({ page }) => {
  await open(page, house, FORM);
  await page.getByLabel("Wait for an unknown end user").fill("90 min");
  await house.api("PUT", "destinations/inmoment", { delivery: { concurrency: 3 } });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved. The destination continues with its pending events.")).toBeVisible();
  await expect(page.getByLabel("Concurrent calls")).toHaveValue("3");
  const { delivery } = await house.api("GET", "destinations/inmoment");
  expect(delivery).toMatchObject({ concurrency: 3, unknown_user_wait: "90 min" });
});

test("a dialog that is closed gives the focus back to what opened it", async ({ page }) => {
  await open(page, house, "/settings/destinations/inmoment");
  const opener = page.getByRole("button", { name: "Remove" });
  await opener.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(opener).toBeFocused();
});
