// The arithmetic of the first view: where the events are, whether the sum is right, and when the rest will be done. Pure.
import type { Outcome, Standing } from "../../lib/api/types.ts";
import { count } from "../../lib/format.ts";
import type { Shade } from "../../lib/codes.ts";

type Counts = Pick<Standing, "accepted" | Outcome | "imbalance">;

export interface Part {
  id: Outcome;
  label: string;
  text: string;
  value: number;
  shade: Shade;
}

/** What became of the events that were received, in the order they are drawn. */
export function parts(counts: Counts): Part[] {
  return [
    { id: "skipped", label: "Skipped", text: "not sent, for a counted reason", value: counts.skipped, shade: "neutral" },
    { id: "delivered", label: "Delivered", text: "InMoment has them", value: counts.delivered, shade: "good" },
    { id: "pending", label: "Pending", text: "waiting to be delivered", value: counts.pending, shade: "info" },
    { id: "dead", label: "Dead letters", text: "kept until they are requeued or discarded", value: counts.dead, shade: "bad" },
  ];
}

/** What to say when received is not the sum of its parts. Null when it is. */
export function imbalance(counts: Counts): { by: number; text: string } | null {
  if (counts.imbalance === 0) return null;
  const by = Math.abs(counts.imbalance);
  return {
    by,
    text:
      counts.imbalance > 0
        ? `${count(by)} ${by === 1 ? "was" : "were"} received and ${by === 1 ? "is" : "are"} not counted`
        : `${count(by)} ${by === 1 ? "is" : "are"} counted and ${by === 1 ? "was" : "were"} never received`,
  };
}

export type Backlog = { kind: "clear" } | { kind: "moving"; at: string } | { kind: "unknown" } | { kind: "held"; names: string[] };

type Waiting = Pick<Standing, "state" | "pending" | "clear_at"> & { name: string };

/** When nothing will be pending any more: when the slowest destination is done, unless one does not move at all. */
export function backlog(destinations: readonly Waiting[]): Backlog {
  const waiting = destinations.filter((one) => one.pending > 0);
  if (waiting.length === 0) return { kind: "clear" };
  const held = waiting.filter((one) => one.state === "paused" || one.state === "halted" || one.state === "removed");
  if (held.length > 0) return { kind: "held", names: held.map((one) => one.name) };
  const times = waiting.map((one) => one.clear_at);
  if (times.some((time) => time === null)) return { kind: "unknown" };
  return { kind: "moving", at: (times as string[]).reduce((late, time) => (Date.parse(time) > Date.parse(late) ? time : late)) };
}
