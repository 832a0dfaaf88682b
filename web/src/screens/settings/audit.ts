// The audit log's words for what was done. One that is not here is shown as it is.

export const ACTIONS: Record<string, string> = {
  setup: "Created the administrator",
  "session.begin": "Signed in",
  "session.refused": "Sign-in was refused",
  "session.end": "Signed out",
  "password.change": "Changed their own password",
  "people.list": "Viewed the people",
  "tokens.list": "Viewed the API tokens",
  "audit.list": "Viewed the audit log",
  "person.create": "Added a person",
  "person.change": "Changed a person",
  "person.remove": "Removed a person",
  "token.create": "Created an API token",
  "token.remove": "Removed an API token",
  "source.create": "Added a source",
  "source.change": "Changed a source",
  "source.rotate": "Rotated a write key",
  "source.remove": "Removed a source",
  "destination.create": "Added a destination",
  "destination.change": "Changed a destination",
  "destination.remove": "Removed a destination",
  "destination.pause": "Paused a destination",
  "destination.resume": "Resumed a destination",
  "conflicts.list": "Viewed conflicts",
  "conflict.settle": "Resolved a conflict",
  "rule.create": "Added a rule",
  "rule.remove": "Removed a rule",
  "connection.test": "Tested a login",
  "events.list": "Listed events",
  "event.view": "Viewed an event",
  "live.view": "Viewed the live log",
  "answers.view": "Viewed survey answers",
  "end_users.find": "Searched for an end user",
  "event.replay": "Replayed an event",
  "end_user.view": "Viewed an end user",
  "end_user.ask": "Asked InMoment about an end user",
  "dead_letters.list": "Listed dead letters",
  "dead_letter.view": "Viewed a dead letter",
  "dead_letter.edit": "Edited a dead letter",
  "dead_letters.requeue": "Requeued dead letters",
  "dead_letters.discard": "Discarded dead letters",
  "alert.create": "Added an alert",
  "alert.change": "Changed an alert",
  "alert.remove": "Removed an alert",
  "alert.test": "Tested an alert",
};

/** Details as short text: "kind: web; overlap hours: 24". What says nothing is left out. */
export function details(detail: Record<string, unknown>): string {
  return (
    Object.entries(detail)
      // A count of one is not shown.
      .filter(([name, value]) => !(name === "times" && value === 1))
      .filter(([, value]) => value !== null && value !== undefined && value !== false && value !== "")
      .map(([name, value]) => (value === true ? words(name) : `${words(name)}: ${told(value)}`))
      .join("; ")
  );
}

const words = (name: string): string => name.replaceAll("_", " ");

/** Lists and what has parts, without the brackets of JSON. */
function told(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(told).join(", ");
  if (value !== null && typeof value === "object") return details(value as Record<string, unknown>) || "none";
  return String(value);
}

/** A day of a date field, in this browser's time, as the API takes it; the end of a range is the next day's beginning. */
export function day(text: string, end: boolean): string | undefined {
  const [year, month, date] = text.split("-").map(Number);
  if (!year || !month || !date) return undefined;
  return new Date(year, month - 1, date + (end ? 1 : 0)).toISOString();
}
