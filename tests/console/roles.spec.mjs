// What each role is offered, and what the server refuses it even when it is asked.
import { test, expect, open } from "./browser.mjs";
import { identify, response } from "./events.mjs";
import { House } from "./house.mjs";

const RANKS = ["none", "viewer", "operator", "administrator"];
const people = RANKS.slice(1).map((role) => ({ name: `the-${role}`, role, password: `the long password of a ${role}` }));

let house;
test.beforeAll(async () => {
  house = await House.start();
  for (const person of people) await house.api("POST", "people", person);
  const key = await house.source();
  await house.destination();
  await house.send([identify("ada"), response("ada", 11)], key);
  expect((await house.settled()).dead).toBe(1);
});
test.afterAll(() => house?.stop());

/** Where something is offered, to whom, and what it is. */
const OFFERS = [
  { at: "/problems", least: "operator", what: (page) => page.getByRole("button", { name: /^Requeue all/ }) },
  { at: "/problems", least: "operator", what: (page) => page.getByRole("button", { name: /^Discard all/ }) },
  { at: "/problems/inmoment/score_invalid", least: "operator", what: (page) => page.getByRole("checkbox", { name: /^Select/ }) },
  { at: "/settings/destinations/inmoment", least: "operator", what: (page) => page.getByRole("button", { name: "Pause" }) },
  { at: "/settings/destinations/inmoment", least: "administrator", what: (page) => page.getByRole("button", { name: "Remove" }) },
  { at: "/settings/destinations/inmoment?tab=login", least: "administrator", what: (page) => page.getByRole("button", { name: "Test connection" }) },
  { at: "/settings/destinations", least: "administrator", what: (page) => page.getByRole("link", { name: "Add a destination" }) },
  { at: "/settings/sources", least: "administrator", what: (page) => page.getByRole("button", { name: "Add a source" }) },
  { at: "/settings/alerts", least: "administrator", what: (page) => page.getByRole("button", { name: "Add an alert" }).first() },
  { at: "/settings/people", least: "administrator", what: (page) => page.getByRole("button", { name: "Add a person" }) },
  { at: "/settings/tokens", least: "administrator", what: (page) => page.getByRole("button", { name: "Create a token" }).first() },
  { at: "/settings/audit", least: "administrator", what: (page) => page.getByRole("table", { name: "Audit log" }) },
];
const ADMINISTRATORS_ONLY = ["/settings/people", "/settings/tokens", "/settings/audit"];

const allows = (role, least) => RANKS.indexOf(role) >= RANKS.indexOf(least);

/** Every operation of the API that this role may not ask for, with something in the place of each part of its path. */
async function forbidden(role) {
  const { paths } = await house.api("GET", "openapi.json");
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), needs: operation["x-access"].role })),
  );
  for (const one of operations) expect(RANKS, `${one.method} ${one.path} says whom it is for`).toContain(one.needs);
  return operations
    .filter((one) => !allows(role, one.needs))
    .map((one) => ({ ...one, path: one.path.replaceAll(/\{(\w+)\}/g, (_, part) => (part === "id" ? "1" : "inmoment")) }));
}

for (const { role, ...who } of people) {
  test(`${role}: what is offered`, async ({ page, watch }) => {
    let at = "";
    for (const offer of OFFERS) {
      if (offer.at !== at) await open(page, house, offer.at, who);
      at = offer.at;
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.locator('main [role="status"]').filter({ hasText: /^Loading/ })).toHaveCount(0);
      if (allows(role, offer.least)) {
        await expect(offer.what(page), `offered at ${at}`).toBeVisible();
      } else {
        if (ADMINISTRATORS_ONLY.includes(at)) await expect(page.getByText("This is for administrators")).toBeVisible();
        await expect(offer.what(page), `not offered at ${at}`).toHaveCount(0);
      }
    }
    expect(watch.take(), "what is not allowed is not even asked for").toEqual([]);
  });

  test(`${role}: what the server refuses`, async ({ page }) => {
    await open(page, house, "/settings/me", who);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    const refused = await forbidden(role);
    expect(refused.length > 10).toBe(role !== "administrator");
    for (const { method, path } of refused) {
      const reply = await page.request.fetch(`${house.admin}${path}`, {
        method,
        headers: { "X-Rapport-Csrf": "1", Origin: house.admin },
        ...(method === "GET" || method === "DELETE" ? {} : { data: {} }),
      });
      expect(reply.status(), `${method} ${path}`).toBe(403);
      expect((await reply.json()).code, `${method} ${path}`).toBe("forbidden");
    }
    const status = await house.settled();
    expect(status).toMatchObject({ accepted: 2, delivered: 1, dead: 1 });
    expect(status.destinations[0].state).toBe("running");
  });
}
