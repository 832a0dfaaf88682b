// Two people cannot have one e-mail: who goes without it is delivered all the same, both people are shown, and an operator settles it.
import { test, expect, open } from "./browser.mjs";
import { identify, response } from "./events.mjs";
import { House } from "./house.mjs";

const moved = (user, email) => ({ type: "identify", userId: user, messageId: `${user}-${email}`, traits: { email, plan: "pro" } });

let house;
let key;
test.beforeAll(async () => {
  house = await House.start();
  key = await house.source();
  await house.destination("inmoment", { delivery: { last_surveyed: "off" } });
  await house.send([moved("ada", "ada@example.com"), moved("bob", "bob@example.com"), moved("eve", "eve@example.com")], key);
  await house.settled();
  await house.send([moved("ada", "bob@example.com"), response("ada", 9, "Fine"), moved("eve", "bob@example.com")], key);
  expect(await house.settled()).toMatchObject({ delivered: 6, dead: 0 });
});
test.afterAll(() => house?.stop());

test("both people are shown, and each conflict is settled in its own way", async ({ page, watch }) => {
  await open(page, house, "/problems");
  const card = page.getByRole("region", { name: "Delivered without an e-mail or phone number" });
  await expect(card.getByRole("listitem")).toHaveCount(2);
  const of = (person) => card.getByRole("listitem").filter({ hasText: `${person} was delivered without` });
  await expect(of("ada")).toContainText("ada was delivered without the e-mail bob@example.com, because bob has it.");

  // The event that was left short says so, and leads to its own conflict.
  const short = async (user) => (await house.api("GET", `events?user=${user}`)).items.find((one) => one.message_id === `${user}-bob@example.com`);
  await expect.poll(async () => !!(await short("ada"))).toBe(true);
  await open(page, house, `/events/${(await short("ada")).id}`);
  const notice = page.getByText("The e-mail bob@example.com was left out, because bob has it.");
  await expect(notice).toBeVisible();
  await page.getByRole("link", { name: "View the conflict" }).click();
  await expect(card.getByRole("listitem")).toHaveCount(1);
  await expect(of("ada")).toBeVisible();
  await page.getByRole("link", { name: "View all conflicts" }).click();
  await expect(card.getByRole("listitem")).toHaveCount(2);
  const whole = (await house.api("GET", "events?user=ada")).items.find((one) => one.message_id === "ada-ada@example.com");
  await open(page, house, `/events/${whole.id}`);
  await expect(page.getByRole("region", { name: "Outcome" })).toBeVisible();
  await expect(notice).toHaveCount(0);
  await open(page, house, "/problems");

  await of("ada").getByRole("button", { name: "Try again for ada" }).click();
  await expect.poll(async () => (await house.api("GET", "conflicts")).items.find((one) => one.person.external_id === "ada").failure).toBe("still_taken");
  await of("eve").getByRole("button", { name: "Dismiss the conflict of eve" }).click();
  await expect(of("eve")).toHaveCount(0);
  await open(page, house, `/events/${(await short("eve")).id}`);
  await expect(page.getByText("An operator dismissed the conflict, so the value stays left out.")).toBeVisible();
  await page.getByRole("link", { name: "View the conflict" }).click();
  await expect(of("eve")).toContainText("The conflict was dismissed.");

  // Bob lets go of it: ada gets it without anybody's doing.
  await house.send([moved("bob", "new@example.com")], key);
  await house.settled();
  await expect.poll(async () => (await house.api("GET", "conflicts")).items.length).toBe(0);
  const actions = (await house.api("GET", "audit?limit=100")).items.map((entry) => entry.action);
  expect(actions).toEqual(expect.arrayContaining(["conflicts.list", "conflict.settle"]));
  expect(watch.take()).toEqual([]);
});
