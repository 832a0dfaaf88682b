// Without a mouse: signing in, finding a dead letter, requeueing it.
import { test, expect } from "./browser.mjs";
import { identify, response } from "./events.mjs";
import { ADMINISTRATOR, House } from "./house.mjs";

let house;
let key;
test.beforeAll(async () => {
  house = await House.start();
  key = await house.source();
  await house.destination("inmoment", { delivery: { unknown_user_wait: "50 ms" } });
  await house.send([response("ada", 9), response("joan", 8)], key);
  expect((await house.settled()).dead).toBe(2);
});
test.afterAll(() => house?.stop());

/** Presses Tab until this has the focus; whatever has it on the way can be seen to have it. */
async function tabTo(page, wanted) {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => {
      const focused = document.activeElement;
      if (!focused || focused === document.body) return null;
      const ring = (element) => element && getComputedStyle(element).outlineStyle !== "none" && getComputedStyle(element).outlineWidth !== "0px";
      const box = focused.getBoundingClientRect();
      const inside = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
      return { what: focused.outerHTML.slice(0, 120), visible: inside && (ring(focused) || ring(focused.parentElement) || ring(focused.closest("label"))) };
    });
    if (seen) expect(seen, "what has the focus shows it").toMatchObject({ visible: true });
    if (await wanted.evaluateAll((elements) => elements.includes(document.activeElement))) return;
  }
  throw new Error(`Tab does not come to ${wanted}`);
}

test("signing in and requeueing one dead letter, without a mouse", async ({ page, watch }) => {
  await house.send([identify("ada"), identify("joan")], key);
  await house.settled();
  await page.goto(house.admin);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");

  await tabTo(page, page.getByLabel("Name"));
  await page.keyboard.type(ADMINISTRATOR.name);
  await tabTo(page, page.getByLabel("Password", { exact: true }));
  await page.keyboard.type(ADMINISTRATOR.password);
  await page.keyboard.press("Enter");

  const problems = page.getByRole("link", { name: "Problems" });
  await expect(problems).toBeVisible();
  await tabTo(page, problems);
  await page.keyboard.press("Enter");
  // A view that has come moves the focus to its heading. A Tab before that would be on the way when the focus moves.
  await expect(page.getByRole("heading", { level: 1, name: "Problems" })).toBeFocused();
  await tabTo(page, page.getByRole("link", { name: /^Open all 2/ }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: /^Survey answers came/ })).toBeFocused();
  await tabTo(page, page.getByRole("checkbox", { name: /^Select dead letter/ }).first());
  await page.keyboard.press("Space");
  await expect(page.getByText("1 selected")).toBeVisible();
  // Back over what was passed: the button is above the rows.
  const requeue = page.getByRole("button", { name: "Requeue" });
  for (let presses = 0; presses < 20 && !(await requeue.evaluate((button) => button === document.activeElement)); presses += 1)
    await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");

  const dialog = page.getByRole("dialog", { name: "Requeue dead letters" });
  await expect(dialog.getByText("1 dead letter", { exact: true })).toBeVisible();
  await tabTo(page, dialog.getByRole("button", { name: "Requeue 1" }));
  await page.keyboard.press("Enter");
  await expect(dialog.getByText("Requeued 1 dead letter.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();

  expect(await house.settled()).toMatchObject({ dead: 1, delivered: 3, imbalance: 0 });
  expect((await house.sandbox("GET", "state")).responses).toHaveLength(1);
  expect(watch.take()).toEqual([]);
});
