// A page that tells on itself: what no page of the console may do is noted from its first moment on, and looked at when the
// test is done.
import { test as base, expect } from "@playwright/test";

import { ADMINISTRATOR } from "./house.mjs";

/** What a page did that it should not have. */
export class Watch {
  #found = [];
  #expected = [];

  /** These are meant: patterns that fit what would be noted. */
  expect(...patterns) {
    this.#expected.push(...patterns);
  }

  note(what) {
    this.#found.push(what);
  }

  /** All so far, and none of it again. */
  take() {
    const found = this.#found.splice(0);
    return found.filter((what) => !this.#expected.some((pattern) => pattern.test(what)));
  }

  async on(context) {
    // A content security policy that stops something says so in the page; the binding is there before any of its scripts.
    await context.exposeBinding("noteViolation", (_source, what) => this.note(`violation: ${what}`));
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        window.noteViolation(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile ?? ""}`);
      });
    });
    context.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.note(`console: ${message.text()}`);
    });
    context.on("weberror", (error) => this.note(`exception: ${error.error().stack ?? error.error()}`));
    context.on("dialog", (dialog) => {
      this.note(`dialog: ${dialog.type()} ${dialog.message()}`);
      void dialog.dismiss();
    });
    context.on("response", (response) => {
      if (response.status() >= 400) this.note(`refused: ${response.request().method()} ${new URL(response.url()).pathname} ${response.status()}`);
    });
    context.on("requestfailed", (request) => {
      const why = request.failure()?.errorText;
      // The console itself gives up what is no longer looked at.
      if (why !== "net::ERR_ABORTED") this.note(`failed: ${request.method()} ${new URL(request.url()).pathname} ${why}`);
    });
  }
}

export const test = base.extend({
  watch: async ({ context }, use) => {
    const watch = new Watch();
    await watch.on(context);
    await use(watch);
    expect(watch.take(), "what the page did that it should not have").toEqual([]);
  },
});
export { expect };

/** Signs in with the form, wherever the page stands. */
export async function signIn(page, { name, password } = ADMINISTRATOR) {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Opens an address of the console, as somebody who is signed in, and comes back when its view is there. */
export async function open(page, house, address, who = ADMINISTRATOR) {
  const url = `${house.admin}/#${address}`;
  // A view that is gone to within the page takes the place of the one before, unless only its filters differ, or it is the
  // sign-in again.
  const bare = (one) => one.split("?")[0];
  const here = bare(page.url());
  if (!here.startsWith(`${house.admin}/`) || [bare(url), `${house.admin}/#/sign-in`].includes(here)) await page.goto("about:blank");
  const before = await page.locator("h1").elementHandles();
  await page.goto(url);
  await page.waitForFunction((before) => {
    const now = document.querySelector("h1");
    return now !== null && !before.includes(now);
  }, before);
  if (await page.getByRole("heading", { name: "Sign in", exact: true }).isVisible()) {
    await signIn(page, who);
    await expect(page.getByRole("heading", { name: "Sign in", exact: true })).toBeHidden();
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  }
}

/** Settles when every event so far can be found. */
export function indexed(house) {
  return expect.poll(async () => (await house.api("GET", "events?limit=1")).behind).toBe(0);
}
