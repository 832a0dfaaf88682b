// How the tests run. `target/sdk/chromium.path` is written by tests/sdk/setup.sh.
import { readFileSync } from "node:fs";
import { defineConfig } from "@playwright/test";

import { TARGET } from "./house.mjs";

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.mjs",
  outputDir: `${TARGET}/console-tests`,
  // A test that passes only when it is run again is a test that fails.
  retries: 0,
  workers: 2,
  fullyParallel: false,
  // Limits for a machine that is busy with something else; nothing waits for them otherwise.
  timeout: 300_000,
  expect: { timeout: 45_000 },
  reporter: [["list"]],
  use: {
    actionTimeout: 60_000,
    navigationTimeout: 60_000,
    locale: "en-GB",
    timezoneId: "UTC",
    viewport: { width: 1280, height: 800 },
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: readFileSync(`${TARGET}/sdk/chromium.path`, "utf8").trim(),
      // As in tests/sdk/web.
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
      ],
    },
  },
});
