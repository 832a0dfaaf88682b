// The live stream's messages, which the API's description does not know: they are what crates/console/src/live/words.rs
// writes, and are kept beside it by hand.
import type { operations } from "./schema.ts";
import type { EventItem, Outcome, Time } from "./types.ts";

export type LiveFilter = NonNullable<operations["live"]["parameters"]["query"]>;

/** `received`: an event as it arrived. All its fates are pending; what became of it since is told by outcomes. */
export type LiveEvent = EventItem;

/** `outcome`: what became of an event at one destination. */
export interface LiveOutcome {
  /** The event's. */
  id: string;
  destination: string;
  outcome: Outcome;
  code: string | null;
  at: Time;
}

/** `gap`: what is left out. */
export interface LiveGap {
  /** How many outcomes; null where nobody counted. */
  missed: number | null;
  why: string;
}
