import { expect, test } from "vitest";
import type { ServerPart } from "../../lib/api/types.ts";
import { ended } from "./ended.ts";

const part = (name: string, state: ServerPart["state"], restarts = 0, last_words: string | null = null): ServerPart => ({
  name,
  state,
  restarts,
  last_words,
  since: "2026-11-29T02:50:00.000Z",
});

test("parts which are at work or were asked to stop are not told of", () => {
  expect(ended([part("writer", "running", 3, "it failed: no room"), part("admin", "stopping")])).toEqual([]);
});

test("a part that ended is told with its last error and how often it was restarted", () => {
  expect(ended([part("sampler", "restarting", 1_200, "it panicked"), part("writer", "down"), part("search", "restarting", 1)])).toEqual([
    {
      key: "sampler 1",
      name: "sampler",
      next: "It restarts automatically.",
      error: "Last error: it panicked.",
      since: "2026-11-29T02:50:00.000Z",
      restarts: "restarted 1,200 times since the server started",
    },
    expect.objectContaining({
      name: "writer",
      next: "The server stops. It delivers the accepted events when it is started again.",
      error: "",
      restarts: "not restarted since the server started",
    }),
    expect.objectContaining({ name: "search", restarts: "restarted 1 time since the server started" }),
  ]);
});

test("each has a key of its own, also parts of one name and moment, which others do not change", () => {
  const keys = (parts: ServerPart[]) => ended(parts).map((one) => one.key);
  const twins = [part("reader", "restarting"), part("reader", "restarting")];
  expect(new Set(keys(twins)).size).toBe(2);
  expect(keys([part("writer", "down"), ...twins]).slice(1)).toEqual(keys(twins));
});
