// The password of a destination that runs is changed in InMoment: it halts and says so, the new one is entered in the
// settings, and what waited is delivered.
import { test, expect, open } from "./browser.mjs";
import { identify, response } from "./events.mjs";
import { House } from "./house.mjs";

let house;
let key;
test.beforeAll(async () => {
  house = await House.start();
  key = await house.source();
  await house.destination();
  await house.send([identify("ada")], key);
  await house.settled();
});
test.afterAll(() => house?.stop());

test("a halted destination recovers when its password is changed in the settings", async ({ page, watch }) => {
  await open(page, house, "/settings/destinations/inmoment");
  await expect(page.getByText("Running", { exact: true })).toBeVisible();

  await house.sandbox("PUT", "credentials", { username: "demo@example.com", password: "a new password", revoke_tokens: true });
  await house.send([response("ada", 9, "Still here"), response("ada", 3)], key);
  await expect(page.getByText("Halted", { exact: true })).toBeVisible();
  await expect(page.getByText("Halted: nothing is sent")).toBeVisible();
  await expect(page.getByText("2 events wait and none is lost.")).toBeVisible();
  await expect(page.getByRole("link", { name: /^Pending/ })).toContainText("2");

  await page.getByRole("link", { name: "Check the login" }).click();
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(page.getByText(/refused the (username|password)/i).last()).toBeVisible();
  await page.getByLabel("Password", { exact: true }).fill("a new password");
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(page.getByText("InMoment accepts the login")).toBeVisible();
  expect((await house.api("GET", "destinations/inmoment")).standing.state, "a test changes nothing").toBe("halted");

  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved. The destination now uses the new login.")).toBeVisible();
  await expect(page.getByText("Running", { exact: true })).toBeVisible();
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
  await page.getByRole("link", { name: "Overview" }).click();
  await expect(page.getByRole("link", { name: /^Delivered/ })).toContainText("3");
  await expect(page.getByRole("link", { name: /^Pending/ })).toContainText("0");

  expect(await house.settled()).toMatchObject({ delivered: 3, pending: 0, dead: 0, imbalance: 0 });
  expect((await house.sandbox("GET", "state")).responses).toHaveLength(1);
  expect(watch.take()).toEqual([]);
});
