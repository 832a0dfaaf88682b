// A thousand answers of end users that InMoment did not know, requeued together once it does.
import { test, expect, open } from "./browser.mjs";
import { identify, response } from "./events.mjs";
import { House } from "./house.mjs";

const USERS = Array.from({ length: 50 }, (_, index) => `user-${index}`);
const THOUSAND = Array.from({ length: 1_000 }, (_, index) => response(USERS[index % USERS.length], index % 11));

let house;
let key;
test.beforeAll(async () => {
  house = await House.start();
  key = await house.source();
  await house.destination("inmoment", { delivery: { unknown_user_wait: "50 ms", last_surveyed: "off" } });
  await house.send(THOUSAND, key);
  expect((await house.settled()).dead).toBe(1_000);
});
test.afterAll(() => house?.stop());

/** How often InMoment carried out what makes a response. */
async function answered() {
  const query = new URLSearchParams({ method: "POST", path: "/v1/end_users/*/responses", executed: "true", limit: "1" });
  return (await house.sandbox("GET", `requests?${query}`)).total;
}

test("a thousand dead letters are requeued, and every number agrees", async ({ page, watch }) => {
  // The cause goes first: InMoment learns of the end users.
  await house.send(USERS.map((user) => identify(user)), key);
  await house.settled();
  expect(await answered()).toBe(0);

  await open(page, house, "/problems");
  const group = page.getByRole("listitem").filter({ hasText: "end_user_unknown" });
  await expect(group.getByText("1,000 dead letters")).toBeVisible();
  await expect(group.getByText("Users affected")).toBeVisible();
  await expect(group.getByRole("definition").filter({ hasText: /^50$/ })).toBeVisible();

  await group.getByRole("button", { name: "Requeue all" }).click();
  const dialog = page.getByRole("dialog", { name: "Requeue dead letters" });
  await expect(dialog.getByText("1,000 dead letters")).toBeVisible();
  const counted = await house.api("POST", "dead-letters/count", { code: "end_user_unknown", destination: "inmoment" });
  expect(counted).toEqual({ count: 1_000, up_to: 1_000 });
  expect((await house.settled()).dead, "nothing happens before it is said").toBe(1_000);

  await dialog.getByRole("button", { name: "Requeue 1,000" }).click();
  await expect(dialog.getByText("Requeued 1,000 dead letters.")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(page.getByText("No dead letters", { exact: true })).toBeVisible();

  const status = await house.settled();
  expect(status.dead).toBe(0);
  expect(status.imbalance).toBe(0);
  expect(status.delivered).toBe(1_050);
  expect(await answered()).toBe(1_000);
  const { delivered, accepted, skipped } = status;

  await page.goto(`${house.admin}/#/settings/destinations/inmoment`);
  await expect(page.getByRole("link", { name: /^Delivered/ })).toContainText("1,050");
  await expect(page.getByRole("link", { name: /^Dead letters/ })).toContainText("0");
  expect(watch.take()).toEqual([]);
  await page.close();

  // After a restart the server knows what the journal holds, and nothing else.
  await house.restart();
  expect(await house.settled()).toMatchObject({ delivered, accepted, skipped, dead: 0, pending: 0, imbalance: 0 });
  expect((await house.api("GET", "dead-letters")).items).toEqual([]);
  expect(await answered(), "nothing is sent twice").toBe(1_000);
});
