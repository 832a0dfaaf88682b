// Sends the two sample events of the destination's document with the official RudderStack Node SDK.
//
// The SDK sends its first event at once in a request of its own and every later one in batches, and it does
// not wait for the first before it sends the next (two requests may overtake each other). A careful program
// therefore waits for identify's callback before it tracks; this one does the same.
import { createRequire } from "node:module";
import { parseArgs } from "node:util";

// The CommonJS build is the one Node itself resolves: the package's ES build is meant for bundlers.
const Analytics = createRequire(import.meta.url)("@rudderstack/rudder-sdk-node");

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
const client = new Analytics(options["write-key"], {
  dataPlaneUrl: options.url,
  logLevel: "error",
  // Without a handler a refused batch becomes an unhandled rejection that names no status.
  errorHandler: (error) => failures.push(error),
});

/** Calls one method of the SDK and settles when the SDK reports what became of that event. */
function sent(method, message) {
  return new Promise((resolve) => client[method](message, resolve));
}

const integrations = { Wootric: { eventType: "create response" } };

await sent("identify", {
  userId: options["user-id"],
  traits: { email: options.email, name: "Ada", plan: "pro", createdAt: "2021-01-20T13:39:21.032Z" },
});
const tracked = sent("track", {
  userId: options["user-id"],
  event: "Submit",
  properties: {
    feedbackScore: 9,
    feedbackText: "Great Product!",
    ip: "127.0.0.0",
    url: "https://www.google.com/",
    createdAt: "2022-01-20T13:39:21.032Z",
  },
  integrations,
});
await client.flush();
await tracked;

for (const error of failures) {
  const status = error?.response?.status;
  const text = error?.response?.data;
  console.error(`rudder-sdk-node: ${status ?? error?.code ?? "failed"} ${text ?? error?.message ?? ""}`);
}
process.exit(failures.length === 0 ? 0 : 1);
