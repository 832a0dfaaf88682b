// From an empty folder to the first answer in InMoment, by the console alone: nothing else is typed, nothing is made behind
// its back, and the events come from RudderStack's own web SDK on a page of another origin.
import { test, expect } from "./browser.mjs";
import { ADMINISTRATOR, House, LOGIN } from "./house.mjs";
import { serveSite } from "../sdk/web/site.mjs";

let house;
let site;
test.beforeAll(async () => {
  [house, site] = await Promise.all([House.start({ people: false }), serveSite()]);
});
test.afterAll(async () => {
  site?.close();
  await house?.stop();
});

test("from an empty folder to the first answer", async ({ page, context, watch }) => {
  const link = await house.setupLink();
  expect(new URL(link).origin).toBe(house.admin);

  await test.step("the administrator", async () => {
    await page.goto(house.admin);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("This server has no administrator yet");
    // Pasted where the page is open already, the link changes only what stands behind the #.
    await page.goto(link);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Create the administrator");
    await page.getByLabel("Name").fill(ADMINISTRATOR.name);
    await page.getByLabel("Password", { exact: true }).fill(ADMINISTRATOR.password);
    await page.getByLabel("Confirm password").fill("something else");
    await page.getByRole("button", { name: "Create and continue" }).click();
    await expect(page.getByText("The passwords do not match.")).toBeVisible();
    await page.getByLabel("Confirm password").fill(ADMINISTRATOR.password);
    await page.getByRole("button", { name: "Create and continue" }).click();
  });

  const writeKey = await test.step("the source", async () => {
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Add a source");
    await expect(page.getByRole("radio", { name: "Web" })).toBeChecked();
    await expect(page.getByLabel("Name")).toHaveValue("website");
    await page.getByRole("button", { name: "Add the source" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Point an SDK at website");
    const shown = page.getByRole("region", { name: "Write key" }).or(page.locator(".key")).locator("code").first();
    const key = await shown.innerText();
    expect(key.length).toBeGreaterThan(15);
    await page.getByLabel("Data plane URL").fill(house.public);
    await expect(page.getByText(`analytics.load("${key}", "${house.public}"`)).toBeVisible();
    await page.getByRole("link", { name: "Continue" }).click();
    return key;
  });

  await test.step("the destination, with a wrong password first", async () => {
    await page.getByRole("link", { name: /InMoment \(formerly Wootric\)/ }).click();
    await expect(page.getByLabel("Name")).toHaveValue("inmoment");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("Username").fill(LOGIN.username);
    await page.getByLabel("Password", { exact: true }).fill("a wrong one");
    await page.getByLabel("Account Token").fill(LOGIN.account_token);
    await page.getByText("Region and address").click();
    await page.getByLabel("Address").fill(house.inmoment);
    await page.getByRole("button", { name: "Test connection" }).click();
    await expect(page.getByText(/refused the (username|password)/i)).toBeVisible();
    await expect(page.getByText("none is lost")).toBeVisible();
    await expect(page.getByRole("button", { name: "Continue anyway" })).toBeVisible();
    await page.getByLabel("Password", { exact: true }).fill(LOGIN.password);
    await page.getByRole("button", { name: "Test connection" }).click();
    await expect(page.getByText("InMoment accepts the login")).toBeVisible();
    await page.getByRole("button", { name: "Continue", exact: true }).click();
  });

  await test.step("the first event, from RudderStack's web SDK", async () => {
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Waiting for the first event");
    await expect(page.getByText("Listening")).toBeVisible();
    const shop = await context.newPage();
    await shop.goto(site.origin);
    await shop.waitForFunction(() => window.RudderAnalytics !== undefined);
    await shop.evaluate(
      ([key, url]) =>
        new Promise((resolve) => {
          const analytics = new window.RudderAnalytics();
          analytics.load(key, url, { configUrl: url, logLevel: "ERROR" });
          analytics.ready(() => {
            analytics.identify("ada", { email: "ada@example.com", plan: "pro" });
            const properties = { feedbackScore: 9, feedbackText: "Great product" };
            analytics.track("Submit", properties, { integrations: { Wootric: { eventType: "create response" } } }, resolve);
          });
        }),
      [writeKey, house.public],
    );
    // By itself: the page was neither loaded again nor touched.
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("The first event is here");
    await expect(page.getByText("InMoment has the event.")).toBeVisible();
  });

  await test.step("InMoment has the answer", async () => {
    await expect.poll(async () => (await house.sandbox("GET", "state")).responses.length).toBe(1);
    const { end_users, responses } = await house.sandbox("GET", "state");
    expect(end_users.map((user) => user.external_id)).toEqual(["ada"]);
    expect(responses[0]).toMatchObject({ score: 9, text: "Great product" });
    const status = await house.settled();
    expect(status).toMatchObject({ accepted: 2, delivered: 2, dead: 0, skipped: 0, imbalance: 0 });
  });

  await test.step("the link works once", async () => {
    const reply = await page.request.post(`${house.admin}/api/v1/setup`, {
      data: { token: new URL(link).hash.split("token=")[1], name: "eve", password: "a second administrator" },
      headers: { "X-Rapport-Csrf": "1", Origin: house.admin },
    });
    expect(reply.status()).toBe(409);
  });
  expect(watch.take()).toEqual([]);
});
