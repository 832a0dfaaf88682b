// Sends the two sample events of the destination's document with Segment's Node SDK, which needs nothing but another host.
//
// Everything queued by `closeAndFlush` travels in one batch; the callback of each call says what became of its event.
import { parseArgs } from "node:util";
import { Analytics } from "@segment/analytics-node";

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
const analytics = new Analytics({ writeKey: options["write-key"], host: options.url, maxRetries: 1 });
analytics.on("error", (error) => failures.push(error));

const told = (method, message) =>
  new Promise((resolve) =>
    analytics[method](message, (error) => {
      if (error) failures.push(error);
      resolve();
    }),
  );

const identified = told("identify", {
  userId: options["user-id"],
  traits: { email: options.email, name: "Ada", plan: "pro", createdAt: "2021-01-20T13:39:21.032Z" },
});
const tracked = told("track", {
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
await analytics.closeAndFlush({ timeout: 60_000 });
await Promise.all([identified, tracked]);
for (const failure of failures) {
  const reason = failure.reason?.message ?? failure.reason ?? failure.message ?? failure;
  console.error(`@segment/analytics-node: ${failure.code ?? ""} ${reason}`);
}
process.exit(failures.length === 0 ? 0 : 1);
