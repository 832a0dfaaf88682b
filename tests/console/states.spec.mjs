// What a destination can be doing: each of the eight states shows on its page, on Now and at an event that waits, in plain words,
// with since when, how often it was tried and when it is tried next. Six are brought about; the two that are faults of the program
// itself, stuck and broken, are told by the API in the server's place.
import { test, expect, open } from "./browser.mjs";
import { identify, response } from "./events.mjs";
import { House } from "./house.mjs";

let house;
let key;
test.beforeAll(async () => {
  house = await House.start();
  key = await house.source();
  await house.destination("inmoment", { delivery: { retry_first: "100 ms", retry_max: "1 s", last_surveyed: "off" } });
  await house.send([identify("ada")], key);
  await house.settled();
});
test.afterAll(() => house?.stop());

const state = async () => (await house.api("GET", "destinations/inmoment")).standing.state;
const page_of = "/settings/destinations/inmoment";

/** The story of the newest event that waits. */
async function story(page) {
  await expect.poll(async () => (await house.api("GET", "events?outcome=pending")).items.length).toBeGreaterThan(0);
  const waiting = (await house.api("GET", "events?outcome=pending")).items[0];
  await open(page, house, `/events/${waiting.id}`);
}

test("running", async ({ page }) => {
  await open(page, house, page_of);
  await expect(page.getByText("Running", { exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: /^Pending/ })).toContainText("none is pending");
});

test("paused", async ({ page }) => {
  await open(page, house, page_of);
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByText("Paused", { exact: true })).toBeVisible();
  await house.send([response("ada", 9)], key);
  await story(page);
  await expect(page.getByText("inmoment is paused: this event waits for it")).toBeVisible();
  await expect(page.getByText("The event is delivered when inmoment resumes.")).toBeVisible();
  await open(page, house, page_of);
  await page.getByRole("button", { name: "Resume" }).click();
  await expect(page.getByText("Running", { exact: true })).toBeVisible();
  await house.settled();
});

test("failing", async ({ page }) => {
  await house.sandbox("PUT", "faults", { rules: [{ match: { path_prefix: "/v1" }, action: { status: { code: 503 } } }] });
  await house.send([response("ada", 9)], key);
  await expect.poll(state).toBe("failing");
  await open(page, house, page_of);
  await expect(page.getByText("Failing: nothing is sent")).toBeVisible();
  await expect(page.getByText(/Since \d+ \w+ \d{4}, \d\d:\d\d:\d\d/)).toBeVisible();
  await expect(page.getByText(/Tried \d+ times?, next(: now| \d\d:\d\d:\d\d \(.*\))\./)).toBeVisible();
  await story(page);
  await expect(page.getByText("inmoment is failing: this event waits for it")).toBeVisible();
  await expect(page.getByText(/Tried \d+ times?, next(: now| \d\d:\d\d:\d\d \(.*\))\./).first()).toBeVisible();
  await house.sandbox("PUT", "faults", { rules: [] });
  await house.api("POST", "destinations/inmoment/resume");
  await house.settled();
});

test("halted", async ({ page }) => {
  await house.sandbox("PUT", "credentials", { username: "demo@example.com", password: "a new password", revoke_tokens: true });
  await house.send([response("ada", 9)], key);
  await expect.poll(state).toBe("halted");
  await open(page, house, "/now");
  await expect(page.getByText("inmoment is halted: nothing is sent to InMoment")).toBeVisible();
  await story(page);
  await expect(page.getByText("inmoment is halted: this event waits for it")).toBeVisible();
  await expect(page.getByRole("link", { name: "Check the login" })).toBeVisible();
  await house.api("PUT", "destinations/inmoment", { password: "a new password" });
  await house.settled();
});

test("shadow", async ({ page }) => {
  await house.api("PUT", "destinations/inmoment", { mode: "shadow" });
  await open(page, house, page_of);
  await expect(page.getByText("Shadow", { exact: true })).toBeVisible();
  await house.send([response("ada", 7)], key);
  await house.settled();
  await expect(page.getByText("Only planned")).toBeVisible();
  await house.api("PUT", "destinations/inmoment", { mode: "live" });
  await expect.poll(state).toBe("running");
});

test("waiting for the limit", async ({ page }) => {
  const few = await House.start({ limit: "2/min" });
  try {
    const own = await few.source();
    await few.destination();
    await few.send(["ada", "grace", "katherine", "dorothy"].map((user) => identify(user)), own);
    await expect.poll(async () => (await few.api("GET", "destinations/inmoment")).standing.state, { timeout: 20_000 }).toBe("waiting_for_limit");
    await open(page, few, page_of);
    await expect(page.getByText("Waiting for InMoment's limit")).toBeVisible();
    await expect(page.getByText(/The next call is made (in \d+ seconds?|just now|in 1 minute)/)).toBeVisible();
    await open(page, few, "/now");
    await expect(page.getByText("nothing is sent to InMoment")).toHaveCount(0);
  } finally {
    await few.stop();
  }
});

for (const [name, words, todo] of [
  ["stuck", "The rule that something must go out found that nothing does", "Restart the server, and report it"],
  ["broken", "The delivery ended with a fault", "It starts anew by itself"],
]) {
  test(`${name}, as the API tells it`, async ({ page }) => {
    const next_try = name === "broken" ? new Date(Date.now() + 40_000).toISOString() : null;
    const trouble = { code: name, since: "2026-11-29T01:02:03.000Z", tries: name === "broken" ? 4 : 0, last_words: words, next_try, happened: words, means: "Events wait.", what_to_do: todo };
    const told = (standing) => ({ ...standing, state: name, reason: words, pending: 12, trouble: { ...standing.trouble, ...trouble } });
    await page.route(/\/api\/v1\/(status|destinations\/inmoment)(\?.*)?$/, async (route) => {
      const reply = await route.fetch();
      const body = await reply.json();
      if (body.standing) body.standing = told(body.standing);
      for (const one of body.destinations ?? []) Object.assign(one, told(one));
      await route.fulfill({ response: reply, json: body });
    });
    await open(page, house, "/now");
    await expect(page.getByText(`inmoment is ${name}: nothing is sent to InMoment`)).toBeVisible();
    await expect(page.getByText("12 events wait and none is lost.")).toBeVisible();
    await open(page, house, page_of);
    await expect(page.getByText(`${name === "stuck" ? "Stuck" : "Broken"}: nothing is sent`)).toBeVisible();
    await expect(page.getByText(todo)).toBeVisible();
    await expect(page.getByText(/Since \d+ \w+ 2026/)).toBeVisible();
    if (next_try) await expect(page.getByText(/Tried 4 times, next \d\d:\d\d:\d\d \(in \d+ seconds\)\./)).toBeVisible();
    else await expect(page.getByText(/Tried|Next try/)).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Try again now" })).toBeVisible();
  });
}
