// Parts of the server that have ended because of a fault, in words. Pure.
import type { ServerPart } from "../../lib/api/types.ts";
import { plural } from "../../lib/format.ts";

export interface Ended {
  /** Another one for each, and the same each time the status is asked for: parts may share a name. */
  key: string;
  name: string;
  /** What becomes of it. */
  next: string;
  /** How it ended; nothing where that is not known. */
  error: string;
  since: string;
  /** How often it was restarted, as after "Down since …;". */
  restarts: string;
}

const NEXT = {
  restarting: "It restarts automatically.",
  down: "The server stops. It delivers the accepted events when it is started again.",
};

/** The parts that are not at work although nobody has stopped them. */
export function ended(parts: readonly ServerPart[]): Ended[] {
  const seen = new Map<string, number>();
  return parts.flatMap(({ name, state, since, restarts, last_words }) => {
    if (state !== "restarting" && state !== "down") return [];
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    return {
      key: `${name} ${nth}`,
      name,
      next: NEXT[state],
      error: last_words ? `Last error: ${last_words}.` : "",
      since,
      restarts:
        restarts === 0 ? "not restarted since the server started" : `restarted ${plural(restarts, "time")} since the server started`,
    };
  });
}
