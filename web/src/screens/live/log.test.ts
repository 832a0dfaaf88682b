import { expect, test } from "vitest";
import type { EventItem } from "../../lib/api/types.ts";
import { backOff, LIMIT, Log, newsText } from "./log.ts";

const event = (id: number): EventItem => ({
  id: `${id}.0`,
  received_at: "2026-11-26T01:00:00Z",
  source: "website",
  type: "track",
  name: null,
  message_id: "",
  user: null,
  requeued: false,
  fates: [{ destination: "inmoment", outcome: "pending", code: null, dead_letter: null }],
});
const at = "2026-11-26T01:00:01Z";
const keys = (log: Log) => log.rows.map((row) => row.key);

test("the newest stands first, and no more than the limit stays", () => {
  const log = new Log();
  for (let id = 1; id <= LIMIT + 3; id += 1) log.received(event(id));
  expect(log.rows).toHaveLength(LIMIT);
  expect(log.rows[0]?.key).toBe(`${LIMIT + 3}.0`);
  expect(log.rows.at(-1)?.key).toBe("4.0");
  // One that has left may come again; one that is there may not.
  log.received(event(5));
  expect(log.rows[0]?.key).toBe(`${LIMIT + 3}.0`);
  log.received(event(1));
  expect(log.rows[0]?.key).toBe("1.0");
});

test("an outcome changes its event where it stands, one destination of it, and nothing it does not know", () => {
  const log = new Log();
  log.received(event(1));
  log.received(event(2));
  log.outcome({ at, id: "1.0", destination: "inmoment", outcome: "dead", code: "score_missing" });
  log.outcome({ at, id: "1.0", destination: "other", outcome: "skipped", code: "duplicate" });
  log.outcome({ at, id: "9.0", destination: "inmoment", outcome: "delivered", code: null });
  expect(keys(log)).toEqual(["2.0", "1.0"]);
  expect(log.rows[1]).toMatchObject({
    event: {
      fates: [
        { outcome: "dead", code: "score_missing" },
        { destination: "other", outcome: "skipped" },
      ],
    },
  });
  expect(log.rows[0]).toMatchObject({ event: { fates: [{ outcome: "pending" }] } });
});

test("while paused everything waits, with its outcomes, and nothing moves", () => {
  const log = new Log();
  log.received(event(1));
  log.pause();
  log.received(event(2));
  log.outcome({ at, id: "2.0", destination: "inmoment", outcome: "delivered", code: null });
  log.gap(null, "the connection was lost", 0);
  expect(keys(log)).toEqual(["1.0"]);
  expect(log.held).toBe(1);
  log.resume(0);
  expect(keys(log)).toEqual(["gap-1", "2.0", "1.0"]);
  expect(log.rows[1]).toMatchObject({ event: { fates: [{ outcome: "delivered" }] } });
  expect(log.held).toBe(0);
});

test("what finds no room while paused is admitted as a gap", () => {
  const log = new Log();
  log.received(event(1));
  log.pause();
  for (let id = 2; id <= LIMIT + 11; id += 1) log.received(event(id));
  expect(log.held).toBe(LIMIT + 10);
  log.resume(7);
  expect(log.rows).toHaveLength(LIMIT);
  expect(log.rows.at(-1)).toMatchObject({ kind: "gap", missed: 11, at: 7 });
  expect(log.rows.at(-2)?.key).toBe("13.0");
});

test("news are told in one sentence, or not at all", () => {
  expect(newsText({ events: 0, dead: 0 })).toBe("");
  expect(newsText({ events: 1, dead: 0 })).toBe("1 new event");
  expect(newsText({ events: 20, dead: 2 })).toBe("20 new events, 2 dead letters");
});

test("the connection is tried again ever more seldom, up to half a minute", () => {
  expect([0, 1, 2, 20].map(backOff)).toEqual([1_000, 2_000, 4_000, 30_000]);
});
