// The filters of the list of events, as they stand in the address. Pure.
import type { EventFilter, Outcome } from "../../lib/api/types.ts";
import { spanOf } from "../../lib/range.ts";

export const FILTERS = ["user", "message_id", "range", "from", "to", "source", "destination", "type", "outcome", "code"] as const;
export const TYPES = ["identify", "track", "page", "screen", "group", "alias", "merge"] as const;
const OUTCOMES: readonly string[] = ["pending", "delivered", "skipped", "dead"] satisfies Outcome[];

/** What to ask the server for. An outcome or a type that there is not is left out. */
export function filterOf(query: URLSearchParams, now: number): EventFilter {
  const text = (name: string) => query.get(name)?.trim() || undefined;
  const outcome = text("outcome");
  return {
    ...spanOf(query, now),
    user: text("user"),
    message_id: text("message_id"),
    source: text("source"),
    destination: text("destination"),
    type: TYPES.find((one) => one === text("type")),
    outcome: outcome && OUTCOMES.includes(outcome) ? (outcome as Outcome) : undefined,
    code: text("code"),
    after: text("after"),
  };
}

/** How many filters besides the search are set. */
export function active(query: URLSearchParams): number {
  const times = query.get("range") || query.get("from") || query.get("to") ? 1 : 0;
  return times + ["source", "destination", "type", "outcome", "code"].filter((name) => query.get(name)).length;
}
