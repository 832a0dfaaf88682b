// Conflicts in words: an e-mail or phone number that InMoment holds for another end user. Pure.
import type { Conflict } from "./api/types.ts";

/** The fields that can be held for somebody else, as people call them. */
export const FIELD: Record<Conflict["field"], string> = { email: "e-mail", phone_number: "phone number" };

/** One of the two people of a conflict: by the caller's id, else by InMoment's, else without a name. */
export const named = (party: Conflict["person"]): string =>
  party.external_id ?? (party.end_user_id ? `end user ${party.end_user_id}` : "an end user whom InMoment does not name");
