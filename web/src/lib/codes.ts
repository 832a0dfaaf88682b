// The codes and stable words of the API in the words of people. Pure.

/** The shades of parts of a picture. */
export type Shade = "accent" | "good" | "info" | "warn" | "bad" | "neutral";

/** Why events are skipped, by the code the API counts them under. */
export const SKIPPED: Record<string, { label: string; text: string }> = {
  unsupported_type: { label: "Not an identify or track", text: "InMoment has no counterpart for this type of event." },
  consent_denied: { label: "Consent denied", text: "The end user denied a consent that the destination requires." },
  integration_disabled: { label: "Opted out of InMoment", text: "The event's integrations exclude InMoment." },
  not_a_survey: { label: "Not a survey answer", text: "The track has no eventType, no score and no comment." },
  rule: { label: "Skipped by a rule", text: "A rule of the destination skips events of this name or source." },
  duplicate: { label: "Duplicate", text: "The same event was processed within the 24 hours before. Only the first one counts." },
  no_destination: { label: "No destination", text: "No destination receives events of its source." },
  discarded: { label: "Discarded by an operator", text: "It was a dead letter, and an operator discarded it." },
  shadowed: { label: "Only planned", text: "The destination is in shadow mode. In live mode, the event would have been delivered." },
};

/** Dead letters that come back as they are: something is missing in the event, or wrong. */
const EDITED: ReadonlySet<string> = new Set([
  "type_missing",
  "identity_missing",
  "id_placeholder",
  "event_type_missing",
  "event_type_unsupported",
  "score_missing",
  "score_invalid",
  "ip_missing",
  "origin_url_missing",
  "id_unusable",
]);

/** Whether an edit is what helps: requeued as it is, it would come back. */
export function needsEdit(code: string): boolean {
  return EDITED.has(code);
}

/** Where a call was spared. */
export const SAVED = {
  known: { label: "End user known", text: "No look-up was needed, because the data from InMoment is still valid." },
  merged: { label: "Merged", text: "Identifies of one end user that waited together became one call." },
  unchanged: { label: "Nothing to change", text: "InMoment already has the same values." },
} as const;

/** The calls to InMoment, by the API's word. */
const CALLS: Record<string, string> = {
  authenticate: "Sign in to InMoment",
  get_end_user: "Look up the end user",
  create_end_user: "Create the end user",
  update_end_user: "Update the end user",
  create_response: "Create the survey response",
  create_decline: "Create the survey decline",
  list_responses: "Read the responses back",
  list_declines: "Read the declines back",
};

/** What an event becomes, by the API's word. */
const INTENTS: Record<string, string> = {
  UpsertEndUser: "Create or update the end user",
  CreateResponse: "Create a survey response",
  CreateDecline: "Create a survey decline",
};

/** What it means that an event was skipped; null for a code of a newer server. */
export function skipText(code: string): string | null {
  return (Object.hasOwn(SKIPPED, code) ? SKIPPED[code]?.text : undefined) ?? null;
}

/** A code such as "score_missing" in words, where there are none of its own. */
export function codeWords(code: string): string {
  const text = (Object.hasOwn(SKIPPED, code) ? SKIPPED[code]?.label : undefined) ?? code.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function callWords(call: string): string {
  return (Object.hasOwn(CALLS, call) ? CALLS[call] : undefined) ?? codeWords(call);
}

export function intentWords(intent: string | null): string {
  return intent === null ? "Nothing to do" : ((Object.hasOwn(INTENTS, intent) ? INTENTS[intent] : undefined) ?? intent);
}
