// The web site a visitor is on: one page and the SDK's own file, served from an origin that is not the data
// plane's (another host name and another port), so that every request of the SDK is truly cross-origin.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ELSEWHERE = '<!doctype html><title>Elsewhere</title><link rel="icon" href="data:,">';

/** The file that `import "@rudderstack/analytics-js/bundled"` resolves to in a browser build. */
function bundledSdk() {
  const resolved = createRequire(import.meta.url).resolve("@rudderstack/analytics-js/bundled");
  return path.join(path.dirname(path.dirname(resolved)), "esm", "index.mjs");
}

/** The file that `import "rudder-sdk-js"` resolves to in a browser build. */
function formerSdk() {
  return path.join(path.dirname(createRequire(import.meta.url).resolve("rudder-sdk-js")), "index.es.js");
}

/** What Segment's npm package has for a browser without a bundler. */
function segmentSdk() {
  return path.join(path.dirname(path.dirname(createRequire(import.meta.url).resolve("@segment/analytics-next"))), "umd", "index.js");
}

/** Each SDK's page, and its own file with the address that the page loads it from. */
const PAGES = {
  present: ["index.html", "/rudderanalytics.mjs", bundledSdk],
  former: ["former.html", "/rudder-sdk-js.mjs", formerSdk],
  segment: ["segment.html", "/segment/index.js", segmentSdk],
};

/** Serves the site with this SDK on a free port; `close` ends it. */
export async function serveSite(sdk = "present") {
  const [file, address, resolve] = PAGES[sdk];
  const page = await readFile(path.join(path.dirname(fileURLToPath(import.meta.url)), file));
  const files = new Map([
    ["/", ["text/html; charset=utf-8", page]],
    [address, ["text/javascript; charset=utf-8", await readFile(resolve())]],
    ["/elsewhere", ["text/html; charset=utf-8", Buffer.from(ELSEWHERE)]],
  ]);
  const server = createServer((request, response) => {
    const found = files.get(new URL(request.url, "http://site").pathname);
    response.writeHead(found ? 200 : 404, { "Content-Type": found?.[0] ?? "text/plain" });
    response.end(found?.[1] ?? "not found");
  });
  await new Promise((listening, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", listening);
  });
  return {
    origin: `http://localhost:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
