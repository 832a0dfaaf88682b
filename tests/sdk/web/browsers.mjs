// The browsers that a page is opened in, each driven by the library that speaks its protocol: Chromium by Playwright,
// Firefox by Puppeteer, which needs no Firefox of its own making.
//
// What they have in common is what is used of them: a page with goto, evaluate, waitForFunction and the events console
// and pageerror; and something that tells of requests and responses.
import puppeteer from "puppeteer-core";
import { chromium } from "playwright-core";

const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

async function openChromium(executablePath) {
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS, headless: true });
  const context = await browser.newContext();
  const page = await context.newPage();
  return { page, requests: context, version: browser.version(), close: () => browser.close() };
}

async function openFirefox(executablePath) {
  const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
  const page = await browser.newPage();
  return { page, requests: page, version: await browser.version(), close: () => browser.close() };
}

/** A new page in `name`, whose program is at `executablePath`. */
export function open(name, executablePath) {
  const openers = { chromium: openChromium, firefox: openFirefox };
  if (!openers[name]) throw new Error(`no such browser: ${name}`);
  return openers[name](executablePath);
}
