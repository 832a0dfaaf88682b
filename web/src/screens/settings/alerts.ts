// Alerts in words. Pure.
import type { Alert, AlertKind } from "../../lib/api/types.ts";
import { plural } from "../../lib/format.ts";

export const ALERT_KINDS: { value: AlertKind; label: string; text: string }[] = [
  { value: "halted", label: "A destination is halted", text: "InMoment refuses its login, and nothing is sent." },
  {
    value: "failing",
    label: "A destination is failing",
    text: "InMoment reports errors or cannot be reached for longer than the time you set.",
  },
  { value: "stuck", label: "A destination is stuck", text: "Events wait and nothing prevents a call, but none is made." },
  { value: "broken", label: "A destination is broken", text: "Delivery to it failed and does not recover automatically." },
  { value: "oldest_pending", label: "Events wait too long", text: "The oldest pending event is older than the time you set." },
  { value: "dead_letters", label: "Dead letters accumulate", text: "There are more dead letters than the number you set." },
  { value: "disk", label: "The disk fills up", text: "The disk of the data folder has less free space than you set." },
];

/** "More than 10 dead letters with the code score_missing, at inmoment". */
export function watches(alert: Alert): string {
  const where = alert.destination ? `at ${alert.destination}` : "at any destination";
  switch (alert.kind) {
    case "halted":
      return alert.destination ? `${alert.destination} is halted` : "Any destination is halted";
    case "failing":
      return `${alert.destination ?? "Any destination"} is failing for more than ${alert.older_than ?? "?"}`;
    case "stuck":
    case "broken":
      return `${alert.destination ?? "Any destination"} is ${alert.kind}`;
    case "oldest_pending":
      return `An event is pending for more than ${alert.older_than ?? "?"}, ${where}`;
    case "dead_letters":
      return `More than ${plural(alert.above ?? 0, "dead letter")}${alert.code ? ` with the code ${alert.code}` : ""}, ${where}`;
    case "disk":
      return `The disk has less than ${alert.above ?? "?"} % left`;
  }
}
