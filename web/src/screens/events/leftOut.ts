// The fields that an event was delivered without, because InMoment holds their values for another end user, in words. Pure.
import type { Conflict } from "../../lib/api/types.ts";
import { FIELD, named } from "../../lib/conflicts.ts";

/** What happened, in a line. */
export const leftOutTitle = ({ destination, field }: Conflict): string =>
  `The ${FIELD[field]} of this event belongs to another end user at ${destination}`;

/** What that means, and for whom it is held. */
export function leftOutText({ field, value, holder, dismissed }: Conflict, isDead: boolean): string {
  const after = dismissed
    ? "An operator dismissed the conflict, so the value stays left out."
    : "The value is sent again when the other end user no longer has it.";
  const rest = isDead
    ? "It had no other field with which to create the end user, so the event is a dead letter."
    : "Everything else was delivered.";
  return `The ${FIELD[field]} ${value} was left out, because ${named(holder)} has it. ${rest} ${after}`;
}
