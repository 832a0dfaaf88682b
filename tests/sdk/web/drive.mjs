// Sends the two sample events of the destination's document with the official RudderStack web SDK, in a real
// browser, from a page of another origin than the data plane's.
//
// --transport xhr      the default: one request per event, and the SDK's own queue must be empty at the end
// --transport beacon   events wait in the page and leave it as one beacon when the visitor does; nobody on this
//                      side can see its answer, so the browser stays open until standard input ends: close it
//                      when the events have arrived
//
// --sdk former         the deprecated rudder-sdk-js instead of analytics-js
// --sdk segment        Segment's analytics-next
//
// --browser firefox    a Firefox instead of a Chromium; --program is where it lies
//
// On success one line of JSON is printed: which requests the page made and what each was answered.
import { parseArgs } from "node:util";

import { open } from "./browsers.mjs";
import { serveSite } from "./site.mjs";
import { Traffic } from "./traffic.mjs";

const { values: options } = parseArgs({
  options: {
    url: { type: "string" },
    "write-key": { type: "string" },
    "user-id": { type: "string" },
    email: { type: "string" },
    "control-plane": { type: "string" },
    transport: { type: "string", default: "xhr" },
    sdk: { type: "string", default: "present" },
    browser: { type: "string", default: "chromium" },
    program: { type: "string", default: "/usr/bin/chromium" },
    "time-limit": { type: "string", default: "60" },
  },
});
for (const name of ["url", "write-key", "user-id", "email"]) {
  if (!options[name]) {
    console.error(`drive.mjs: --${name} is missing`);
    process.exit(2);
  }
}

/** Loads the SDK and settles when it says that it is ready: it has its source configuration. */
function load(page, { url, writeKey, configUrl, beacon }) {
  return page.evaluate(
    ([url, writeKey, configUrl, beacon]) =>
      new Promise((resolve) => {
        window.rudder = new window.RudderAnalytics();
        window.rudder.load(writeKey, url, {
          configUrl,
          logLevel: "ERROR",
          useBeacon: beacon,
        });
        window.rudder.ready(resolve);
      }),
    [url, writeKey, configUrl, beacon],
  );
}

/** The two sample calls; each settles when the SDK has the event in its queue. */
function sendSamples(page, { userId, email }) {
  return page.evaluate(
    async ([userId, email]) => {
      await new Promise((resolve) => {
        const traits = { email, name: "Ada", plan: "pro", createdAt: "2021-01-20T13:39:21.032Z" };
        window.rudder.identify(userId, traits, {}, resolve);
      });
      await new Promise((resolve) => {
        const properties = {
          feedbackScore: 9,
          feedbackText: "Great Product!",
          ip: "127.0.0.0",
          url: "https://www.google.com/",
          createdAt: "2022-01-20T13:39:21.032Z",
        };
        const integrations = { Wootric: { eventType: "create response" } };
        window.rudder.track("Submit", properties, { integrations }, resolve);
      });
    },
    [userId, email],
  );
}

/** Settles when the SDK's persistent queue holds no event any more: it counts every one as delivered. */
function queueDrained(page) {
  return page.waitForFunction(() =>
    Object.entries({ ...window.localStorage })
      .filter(([key]) => /^rudder_.*\.(queue|inProgress|batchQueue)$/.test(key))
      // The SDK stores JSON inside a JSON string.
      .every(([, value]) => ["[]", "{}"].includes(JSON.parse(value))),
  );
}

async function overXhr(page, traffic) {
  const [identify, track] = options.sdk === "segment" ? ["/v1/i", "/v1/t"] : ["/v1/identify", "/v1/track"];
  await traffic.until("POST", identify);
  await traffic.until("POST", track);
  // The other SDKs do not say when their queues are empty.
  if (options.sdk === "present") await queueDrained(page);
}

/** Leaves the page, and stays elsewhere in the same browser until whoever started this program closes its input. */
async function overBeacon(page, site) {
  await page.goto(`${site.origin}/elsewhere`);
  // Neither the SDK nor the browser's debugging protocol tells what became of a beacon that outlived its page.
  for await (const _ of process.stdin);
}

async function drive({ page, requests: seen, version }, site) {
  const controlPlane = options["control-plane"] ?? options.url;
  const owned = [site.origin, new URL(options.url).origin, new URL(controlPlane).origin];
  const traffic = new Traffic(seen, owned);
  page.on("console", (message) => message.type() === "error" && console.error(`page: ${message.text()}`));
  page.on("pageerror", (error) => console.error(`page: ${error.message}`));
  await page.goto(site.origin);
  await page.waitForFunction(() => window.RudderAnalytics !== undefined);

  const beacon = options.transport === "beacon";
  await load(page, { url: options.url, writeKey: options["write-key"], configUrl: controlPlane, beacon });
  await sendSamples(page, { userId: options["user-id"], email: options.email });
  await (beacon ? overBeacon(page, site) : overXhr(page, traffic));

  const requests = traffic.summary(site.origin);
  // A browser may tell of a beacon and not of its answer, which came when its page was gone.
  const unseen = ({ path, status }) => beacon && path.startsWith("/beacon/") && status === null;
  const refused = requests.filter((request) => !unseen(request) && !(request.status >= 200 && request.status < 300));
  for (const { method, path, status } of refused) console.error(`analytics-js: ${method} ${path}: ${status}`);
  const foreign = traffic.foreign();
  for (const origin of foreign) console.error(`analytics-js: the page talked to ${origin}`);
  console.log(JSON.stringify({ browser: version, page: site.origin, requests }));
  return refused.length === 0 && foreign.length === 0 ? 0 : 1;
}

async function main() {
  const site = await serveSite(options.sdk);
  const browser = await open(options.browser, options.program);
  const limit = setTimeout(async () => {
    console.error(`drive.mjs: not done after ${options["time-limit"]} s`);
    await browser.close();
    process.exit(1);
  }, Number(options["time-limit"]) * 1000);
  try {
    return await drive(browser, site);
  } finally {
    clearTimeout(limit);
    await browser.close();
    site.close();
  }
}

process.exitCode = await main().catch((error) => {
  console.error(`drive.mjs: ${error.message}`);
  return 1;
});
