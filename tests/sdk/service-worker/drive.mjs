// Sends the two sample events of the destination's document with RudderStack's SDK for service workers and edge functions.
//
// The SDK sends its first event at once in a request of its own and does not wait for it, so the program waits for identify's
// callback before it tracks. It checks its data plane's URL with a pattern that knows no port, hence the form below.
import { parseArgs } from "node:util";
import { Analytics } from "@rudderstack/analytics-js-service-worker";

const { values: options } = parseArgs({
  options: {
    url: { type: "string" },
    "write-key": { type: "string" },
    "user-id": { type: "string" },
    email: { type: "string" },
  },
});
for (const name of ["url", "write-key", "user-id", "email"]) {
  if (!options[name]) {
    console.error(`drive.mjs: --${name} is missing`);
    process.exit(2);
  }
}

const failures = [];
const analytics = new Analytics(options["write-key"], options.url, { logLevel: "error", flushAt: 1 });

/** Settles when the SDK says what became of the event. */
const told = (method, message) =>
  new Promise((resolve) =>
    analytics[method](message, (error) => {
      if (error) failures.push(error);
      resolve();
    }),
  );

await told("identify", {
  userId: options["user-id"],
  traits: { email: options.email, name: "Ada", plan: "pro", createdAt: "2021-01-20T13:39:21.032Z" },
});
await told("track", {
  userId: options["user-id"],
  event: "Submit",
  properties: {
    feedbackScore: 9,
    feedbackText: "Great Product!",
    ip: "127.0.0.0",
    url: "https://www.google.com/",
    createdAt: "2022-01-20T13:39:21.032Z",
  },
  integrations: { Wootric: { eventType: "create response" } },
});
for (const failure of failures) console.error(`analytics-service-worker: ${failure.message ?? failure}`);
process.exit(failures.length === 0 ? 0 : 1);
