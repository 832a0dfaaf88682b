// InMoment is down: the console never says that events are delivered. It says what happened, since when, how often it was
// tried, when it is tried next, and what to do; and it is over by itself.
import { test, expect, open } from "./browser.mjs";
import { identify, response } from "./events.mjs";
import { House } from "./house.mjs";

let house;
let key;
test.beforeAll(async () => {
  house = await House.start();
  key = await house.source();
  await house.destination("inmoment", { delivery: { retry_first: "100 ms", retry_max: "1 s" } });
  await house.send([identify("ada")], key);
  await house.settled();
});
test.afterAll(() => house?.stop());

test("an outage shows on Now, Problems, the destination and the event, and passes", async ({ page, watch }) => {
  await house.sandbox("PUT", "faults", { rules: [{ match: { path_prefix: "/v1" }, action: { status: { code: 503 } } }] });
  await house.send([response("ada", 9, "Still here"), response("ada", 3)], key);
  await expect.poll(async () => (await house.api("GET", "destinations/inmoment")).standing.state).toBe("failing");

  await open(page, house, "/now");
  await expect(page.getByText("inmoment is failing: nothing is sent to InMoment")).toBeVisible();
  await expect(page.getByText(/2 events wait and none is lost\./)).toBeVisible();
  await expect(page.getByText("What to do:")).toBeVisible();
  await expect(page.getByText("server_error")).toBeVisible();
  await expect(page.getByText("Events are delivered.")).toHaveCount(0);

  await open(page, house, "/problems");
  await expect(page.getByText("inmoment is failing: nothing is sent to InMoment")).toBeVisible();

  await open(page, house, "/settings/destinations/inmoment");
  await expect(page.getByText("Failing: nothing is sent")).toBeVisible();
  await expect(page.getByText(/Tried \d+ times?, next/)).toBeVisible();

  const waiting = (await house.api("GET", "events?outcome=pending")).items[0];
  await open(page, house, `/events/${waiting.id}`);
  await expect(page.getByText("inmoment is failing: this event waits for it")).toBeVisible();

  await house.sandbox("PUT", "faults", { rules: [] });
  await open(page, house, "/settings/destinations/inmoment");
  await page.getByRole("button", { name: "Try again now" }).click();
  await expect(page.getByText("Running", { exact: true })).toBeVisible();
  expect(await house.settled()).toMatchObject({ delivered: 3, pending: 0, dead: 0, imbalance: 0 });
  expect(watch.take()).toEqual([]);
});
