// Every view of web/src/screens/index.ts, light and dark, wide and narrow, with data in it: kept as pictures below
// target/console-screens, and looked at by axe and for what no view may show.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { House, TARGET } from "./house.mjs";
import { expect, indexed, open, test } from "./browser.mjs";
import { identify, population, response } from "./events.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SHOTS = path.join(TARGET, "console-screens");
const INDEX = readFileSync(path.join(TARGET, "../web/src/screens/index.ts"), "utf8");

test.describe.configure({ mode: "parallel" });

/** With data; without an administrator; with one, and nothing else. */
let house;
let unclaimed;
let fresh;
let found;
let website;
test.beforeAll(async () => {
  [house, unclaimed, fresh] = await Promise.all([House.start({ limit: "6000/min" }), House.start({ people: false }), House.start()]);
  await settle(house);
  found = await finds(house);
});
test.afterAll(async () => {
  for (const one of [house, unclaimed, fresh]) await one?.stop();
});

/** A server that was used for a while: sources, two destinations, one of them halted, alerts, people, tokens, events. */
async function settle(house) {
  website = await house.source("website", "web");
  const app = await house.source("app", "mobile");
  await house.source("backend", "server");
  await house.destination("inmoment", { sources: ["website", "app"], delivery: { unknown_user_wait: "50 ms" } });
  await house.destination("inmoment-europe", { sources: ["app"], account_token: "NPS-EU-DEMO0002", password: "of yesterday" });
  await house.api("POST", "people", { name: "olivia", role: "operator", password: "a long password of olivia" });
  await house.api("POST", "people", { name: "victor@example.com", role: "viewer", password: "a long password of victor" });
  await house.api("PUT", "people/victor@example.com", { disabled: true });
  await house.api("POST", "tokens", { name: "nightly-report", role: "viewer" });
  await house.api("POST", "destinations/inmoment/rules", { name: "skip-clicks", event: "Button Clicked" });
  await house.api("POST", "destinations/inmoment/rules", { name: "skip-clicks-of-the-app", event: "Screen Tapped", source: "app" });
  await house.api("POST", "destinations/inmoment/rules", { name: "skip-backend", source: "backend" });
  await house.api("POST", "destinations/inmoment/rules", { name: "skip-a-very-long-name-that-somebody-chose-for-a-rule", event: "تم النقر على زر الدفع في صفحة الدفع الطويلة جدًا" });
  await house.api("POST", "alerts", { name: "halted", kind: "halted", webhook: `${house.inmoment}/hook` });
  await house.api("POST", "alerts", { name: "dead-letters", kind: "dead_letters", above: 100, webhook: `${house.inmoment}/hook` });
  await house.send(population(), website);
  await house.send([identify("kim", { plan: "pro" }), response("kim", 10, "On the phone"), response("kim", 2)], app);
  // Ada has this e-mail: ivy goes without.
  await house.send([identify("ivy", { email: "ada@example.com", phone: "+15550100" })], website);
  await expect
    .poll(async () => {
      const { destinations } = await house.api("GET", "status");
      return destinations.map((one) => [one.name, one.state, one.name === "inmoment" ? one.pending : one.pending > 0]);
    })
    .toEqual([
      ["inmoment", "running", 0],
      ["inmoment-europe", "halted", true],
    ]);
  const letter = (await house.api("GET", "dead-letters?code=score_missing&limit=1")).items[0];
  await house.api("POST", "dead-letters/discard", { ids: [letter.id] });
  await indexed(house);
}

/** The ids that addresses need. */
async function finds(house) {
  const one = async (query) => (await house.api("GET", `events?limit=1&${query}`)).items[0].id;
  const letter = (await house.api("GET", "dead-letters?code=score_invalid&limit=1")).items[0].id;
  const [delivered, dead, skipped, discarded, pending, short] = await Promise.all([
    one("outcome=delivered&type=track&source=website"),
    one("outcome=dead&code=score_invalid"),
    one("outcome=skipped&code=integration_disabled"),
    one("outcome=skipped&code=discarded"),
    one("outcome=pending"),
    one("user=ivy"),
  ]);
  const conflict = (await house.api("GET", "conflicts?limit=1")).items[0].id;
  return { letter, delivered, dead, skipped, discarded, pending, short, conflict };
}

/** Name, pattern of the view, and the address; `also`: what is done before the picture is taken. */
function views() {
  const press = (name) => (page) => page.getByRole("button", { name }).first().click();
  return [
    ["now", "/now"],
    ["events", "/events"],
    ["events-dead", "/events", "/events?outcome=dead"],
    ["event-delivered", "/events/:id", `/events/${found.delivered}`],
    ["event-dead", "/events/:id", `/events/${found.dead}`],
    ["event-skipped", "/events/:id", `/events/${found.skipped}`],
    ["event-discarded", "/events/:id", `/events/${found.discarded}`],
    ["event-pending", "/events/:id", `/events/${found.pending}`],
    ["event-left-short", "/events/:id", `/events/${found.short}`],
    ["event-replay", "/events/:id", `/events/${found.delivered}`, press("Replay")],
    ["end-users", "/end-users"],
    ["end-users-found", "/end-users", "/end-users?user=ada"],
    ["end-user", "/end-users/:destination/:external_id", "/end-users/inmoment/ada"],
    ["problems", "/problems"],
    ["problems-conflict", "/problems", `/problems?conflict=${found.conflict}`],
    ["problems-requeue", "/problems", "/problems", press(/^Requeue all/)],
    ["problems-group", "/problems/:destination/:code", "/problems/inmoment/score_invalid"],
    ["problems-letter", "/problems/:destination/:code/:id", `/problems/inmoment/score_invalid/${found.letter}`],
    ["problems-edit", "/problems/:destination/:code/:id", `/problems/inmoment/score_invalid/${found.letter}?edit=1`],
    ["live", "/live", "/live", arrivals],
    ["feedback", "/feedback"],
    ["feedback-history", "/feedback", "/feedback?show=responses", press(/^Replaced/)],
    ["explain", "/explain"],
    ["explain-event", "/explain", `/explain?event=${found.delivered}`],
    ["start", "/start"],
    ["start-source", "/start/source"],
    ["start-source-key", "/start/source/:name", "/start/source/website"],
    ["start-destination", "/start/destination", "/start/destination?source=website"],
    ["start-destination-name", "/start/destination/name", "/start/destination/name?source=website"],
    ["start-destination-login", "/start/destination/login", "/start/destination/login?source=website&name=inmoment-2"],
    ["start-first-event", "/start/first-event", "/start/first-event?source=website"],
    ["start-first-event-waiting", "/start/first-event", "/start/first-event?source=backend&destination=inmoment"],
    ["settings", "/settings"],
    ["sources", "/settings/sources"],
    ["sources-add", "/settings/sources", "/settings/sources?do=add"],
    ["source", "/settings/sources/:name", "/settings/sources/website"],
    ["destinations", "/settings/destinations"],
    ["destination", "/settings/destinations/:name", "/settings/destinations/inmoment"],
    ["destination-halted", "/settings/destinations/:name", "/settings/destinations/inmoment-europe"],
    ["destination-login", "/settings/destinations/:name", "/settings/destinations/inmoment-europe?tab=login"],
    ["destination-events", "/settings/destinations/:name", "/settings/destinations/inmoment?tab=events"],
    ["destination-consent", "/settings/destinations/:name", "/settings/destinations/inmoment?tab=consent"],
    ["destination-rules", "/settings/destinations/:name", "/settings/destinations/inmoment?tab=rules"],
    ["destination-rules-add", "/settings/destinations/:name", "/settings/destinations/inmoment?tab=rules&do=add-rule"],
    ["problems-rule", "/problems/:destination/:code", "/problems/inmoment/score_invalid?do=rule", previewed],
    ["destination-delivery", "/settings/destinations/:name", "/settings/destinations/inmoment?tab=delivery"],
    ["destination-remove", "/settings/destinations/:name", "/settings/destinations/inmoment?do=remove"],
    ["alerts", "/settings/alerts"],
    ["alerts-add", "/settings/alerts", "/settings/alerts?do=add"],
    ["people", "/settings/people"],
    ["people-add", "/settings/people", "/settings/people?do=add"],
    ["tokens", "/settings/tokens"],
    ["tokens-add", "/settings/tokens", "/settings/tokens?do=add"],
    ["audit", "/settings/audit"],
    ["me", "/settings/me"],
  ].map(([name, pattern, address = pattern, also]) => ({ name, pattern, address, also }));
}

/** What a rule would do is asked for. */
async function previewed(page) {
  await page.getByRole("dialog").getByRole("radio").first().check();
  await page.getByRole("button", { name: "Preview the rule" }).click();
  await expect(page.getByRole("button", { name: "Add the rule" })).toBeVisible();
}

/** Events come in while the page is looked at. */
async function arrivals(page) {
  await expect(page.getByText("Connected")).toBeVisible();
  const user = `late-${Date.now()}`;
  await house.send([identify(user), { ...response(user, 12), messageId: user }], website);
  await expect(page.getByText(user)).toHaveCount(2);
  await expect(page.getByText("score_invalid")).toBeVisible();
}

/** The view is there, and nothing of it is still on its way. */
async function arrived(page) {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator('[role="status"]').filter({ hasText: /^Loading/ })).toHaveCount(0);
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  await page.evaluate(() => Promise.all(document.getAnimations().filter((one) => one.effect.getTiming().iterations === 1).map((one) => one.finished)));
}

/** What no view may show, seen or told to a screen reader. What is quoted (code) may say anything. */
function nonsense(page) {
  return page.evaluate(() => {
    const WORDS = /\b(undefined|NaN|Invalid Date|null)\b|\[object \w+\]/;
    const told = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walk.currentNode; node; node = walk.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        if (!node.parentElement.closest("code, pre, script, style")) told.push(node.data);
      } else for (const name of ["aria-label", "title", "placeholder", "alt", "href", "value"]) told.push(node.getAttribute(name) ?? "");
    }
    return told.filter((text) => WORDS.test(text));
  });
}

async function axe(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

/** Takes the picture of what the page shows, and looks at it. All that is wrong is told at once. */
async function look(page, watch, name) {
  await arrived(page);
  // What the pointer happens to be over looks like nothing else.
  await page.mouse.move(0, 0);
  // A dialog and the menu stand in the window, whatever the page below them is like.
  const fullPage = (await page.locator("dialog[open], [role=dialog], [aria-controls=sidebar][aria-expanded=true]").count()) === 0;
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`), fullPage });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  const tables = await page.evaluate(() =>
    [...document.querySelectorAll("table")].filter((one) => one.offsetWidth > one.parentElement.clientWidth + 1).map((one) => one.caption?.textContent),
  );
  const seen = { axe: await axe(page), "scrolls sideways by": wide, "tables cut off": tables, nonsense: await nonsense(page), page: watch.take() };
  expect.soft(seen, name).toEqual({ axe: [], "scrolls sideways by": 0, "tables cut off": [], nonsense: [], page: [] });
  await expect.soft(page.getByText("Page not found"), name).toHaveCount(0);
}

/** Views that can be there before there is anything to show in them. */
const NOTHING_YET = ["/now", "/events", "/end-users", "/problems", "/live", "/feedback", "/settings/sources", "/settings/destinations", "/settings/alerts", "/settings/tokens", "/start"];

const FRAMES = ["light", "dark"].flatMap((colorScheme) => [1280, 390].map((width) => ({ colorScheme, width })));

for (const { colorScheme, width } of FRAMES) {
  const frame = `${colorScheme}-${width}`;
  test.describe(frame, () => {
    test.use({ colorScheme, viewport: { width, height: width === 390 ? 844 : 800 }, reducedMotion: "reduce" });

    test("with data", async ({ page, watch }) => {
      // Fifty pictures, on whatever machine there is.
      test.setTimeout(600_000);
      await page.goto(`${house.admin}/#/sign-in`);
      await look(page, watch, `${frame}/sign-in`);
      for (const view of views()) {
        await test.step(view.name, async () => {
          await open(page, house, view.address);
          await arrived(page);
          await view.also?.(page);
          await look(page, watch, `${frame}/${view.name}`);
        });
      }
      if (width === 390) {
        await open(page, house, "/now");
        await page.getByRole("button", { name: "Open the menu" }).click();
        await look(page, watch, `${frame}/menu`);
      }
    });

    test("with nothing yet", async ({ page, watch }) => {
      await page.goto(`${unclaimed.admin}/`);
      await look(page, watch, `${frame}/unclaimed`);
      await page.goto(await unclaimed.setupLink());
      await look(page, watch, `${frame}/unclaimed-link`);
      for (const address of NOTHING_YET) {
        await open(page, fresh, address);
        await look(page, watch, `${frame}/nothing${address.replaceAll("/", "-")}`);
      }
    });
  });
}

test("every view has its pictures", () => {
  const patterns = [...INDEX.matchAll(/paths: \[([^\]]*)\]/g)].flatMap(([, list]) => [...list.matchAll(/"([^"]+)"/g)].map(([, one]) => one));
  expect(patterns.length).toBeGreaterThan(10);
  const pictured = new Set(["/sign-in", ...views().map((view) => view.pattern)]);
  expect(patterns.filter((pattern) => !pictured.has(pattern))).toEqual([]);
});
