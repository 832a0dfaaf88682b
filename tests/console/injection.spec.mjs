// Whatever comes from outside is shown as text: event names, traits, verbatims, ids, the error texts of what answers, names
// that somebody tries to sign in with. Nothing of it runs, and nothing of it becomes part of a page.
import { test, expect, indexed, open, signIn } from "./browser.mjs";
import { identify, response } from "./events.mjs";
import { House } from "./house.mjs";

/** Each tries to run something or, failing that, to leave an element behind. `where` tells them apart. */
const ATTEMPTS = (where) =>
  `"'><img src=x onerror="alert('${where}')" data-planted><svg onload=alert(1) data-planted></svg>` +
  `<script data-planted>alert(2)</script><iframe src="javascript:alert(3)" data-planted></iframe>` +
  `<a href="javascript:alert(4)" data-planted>here</a>{{constructor.constructor('alert(5)')()}}</textarea></title>`;
const USER = `eve<img src=x onerror=alert(6) data-planted>`;
const LINK = "javascript:alert(7)//<b data-planted>";

let house;
let ids;
test.beforeAll(async () => {
  house = await House.start();
  const key = await house.source();
  await house.destination("inmoment", { delivery: { unknown_user_wait: "50 ms" } });
  const planted = { "<b data-planted>trait</b>": ATTEMPTS("trait"), name: ATTEMPTS("name"), plan: LINK };
  await house.send(
    [
      { ...identify("eve", planted), userId: USER, messageId: ATTEMPTS("message id") },
      { ...response(USER, 9, ATTEMPTS("verbatim")), event: ATTEMPTS("event name"), properties: { feedbackScore: 9, feedbackText: ATTEMPTS("verbatim"), url: LINK } },
      { ...response(USER, 9), type: "track", event: ATTEMPTS("dead event"), properties: { feedbackScore: ATTEMPTS("score"), url: LINK } },
      { ...response(ATTEMPTS("nobody"), 3, ATTEMPTS("dead verbatim")), context: { app: { name: ATTEMPTS("app") } } },
      { type: ATTEMPTS("type"), userId: USER, messageId: "odd-type" },
    ],
    key,
  );
  await house.settled();
  // What answers in InMoment's place may be anything too.
  const refusal = { status: { code: 422, body: JSON.stringify({ type: "validation_error", errors: { base: [ATTEMPTS("error text")] }, message: ATTEMPTS("error text") }) } };
  await house.sandbox("PUT", "faults", { rules: [{ match: { method: "POST", path: "/v1/end_users" }, action: refusal }] });
  await house.send([{ ...identify("mallory"), messageId: "refused" }], key);
  await house.settled();
  await indexed(house);
  const { items } = await house.api("GET", "events?limit=100");
  ids = items.map((item) => item.id);
  expect(items).toHaveLength(6);
});
test.afterAll(() => house?.stop());

/** Every page that shows something of the above. */
async function addresses() {
  const { items: letters } = await house.api("GET", "dead-letters?limit=100");
  expect(letters.length).toBeGreaterThanOrEqual(3);
  const part = encodeURIComponent;
  return [
    "/now",
    "/events",
    `/events?user=${part(USER)}`,
    ...ids.map((id) => `/events/${part(id)}`),
    ...ids.map((id) => `/explain?event=${part(id)}`),
    `/end-users?user=${part(USER)}`,
    `/end-users/inmoment/${part(USER)}`,
    `/end-users/inmoment/${part(ATTEMPTS("nobody"))}`,
    "/problems",
    ...new Set(letters.map((letter) => `/problems/inmoment/${part(letter.code)}`)),
    ...letters.map((letter) => `/problems/inmoment/${part(letter.code)}/${letter.id}`),
    ...letters.map((letter) => `/problems/inmoment/${part(letter.code)}/${letter.id}?edit=1`),
    "/feedback",
    "/live",
    "/settings/audit",
    // And what somebody is made to open.
    `/settings/audit?who=${part(ATTEMPTS("who"))}`,
    `/problems/inmoment/${part(ATTEMPTS("code"))}`,
    `/settings/destinations/${part(ATTEMPTS("destination"))}`,
    `/settings/sources/${part(ATTEMPTS("source"))}`,
    `/events/${part(ATTEMPTS("event"))}`,
    `/${part(ATTEMPTS("address"))}`,
  ];
}

test("nothing from outside runs or becomes a part of a page", async ({ page, watch }) => {
  // A name that nobody has, to be found in the audit log.
  watch.expect(/\b401\b/);
  await page.goto(house.admin);
  await signIn(page, { name: ATTEMPTS("sign-in"), password: "whatever" });
  await expect(page.getByText("do not let anybody in")).toBeVisible();
  await page.goto("about:blank");
  await page.goto(`${house.admin}/#/sign-in?to=${encodeURIComponent(LINK)}`);
  await signIn(page);
  await expect(page.getByRole("navigation", { name: "Views" })).toBeVisible();

  // Pages that were made up are told that there is no such thing.
  watch.expect(/\b404\b/, /\b400\b/, /\b422\b/);
  let shown = 0;
  for (const address of await addresses()) {
    await test.step(address.slice(0, 60), async () => {
      await open(page, house, address);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.locator('main [role="status"]').filter({ hasText: /^Loading/ })).toHaveCount(0);
      expect(await page.locator("[data-planted], main script, main iframe, [href^='javascript:']").count(), address).toBe(0);
      expect(watch.take(), address).toEqual([]);
      if ((await page.locator("main").innerText()).includes("data-planted")) shown += 1;
    });
  }
  // It was there to be seen, as the text that it is.
  expect(shown).toBeGreaterThan(15);
});
