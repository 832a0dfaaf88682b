// What an event was delivered without, because InMoment holds it for somebody else, in words. Pure.
import type { Conflict } from "../../lib/api/types.ts";
import { FIELD, named } from "../../lib/conflicts.ts";

/** What happened, in a line. */
export const leftOutTitle = ({ destination, field }: Conflict): string =>
  `${destination} holds the ${FIELD[field]} of this event for somebody else`;

/** What that means, and for whom it is held. */
export function leftOutText({ field, value, holder, dismissed }: Conflict, isDead: boolean): string {
  const after = dismissed
    ? "An operator dismissed the conflict: it stays as it is."
    : "It is sent once more when the other one lets go of it.";
  const rest = isDead
    ? "There was nothing else to create the end user with, so the event is a dead letter."
    : "Everything else was delivered.";
  return `The ${FIELD[field]} ${value}, which ${named(holder)} has, was left out of it. ${rest} ${after}`;
}
