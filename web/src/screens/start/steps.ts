// The steps of the start, and where each is. Pure.
import { href, path } from "../../lib/address.ts";
import type { Destination, Source, Status } from "../../lib/api/types.ts";

export type StepId = "administrator" | "source" | "destination" | "event";

export const STEPS: { id: StepId; label: string }[] = [
  { id: "administrator", label: "Administrator" },
  { id: "source", label: "Source" },
  { id: "destination", label: "Destination" },
  { id: "event", label: "First event" },
];

/** Where a set-up goes on that was left, by what the server has; null when nothing is left to do. */
export function resume(sources: Source[], destinations: Destination[], status: Status): string | null {
  const source = sources[0];
  if (!source) return href("/start/source");
  const destination = destinations[0];
  if (!destination) return href("/start/destination", { source: source.name });
  if (!status.waiting_for_first_event) return null;
  const fed = sources.find((one) => destination.sources.includes(one.name)) ?? source;
  return href("/start/first-event", { source: fed.name, destination: destination.name });
}

/** A name that no other has: "inmoment", then "inmoment-2". */
export function freeName(wanted: string, taken: string[]): string {
  if (!taken.includes(wanted)) return wanted;
  let number = 2;
  while (taken.includes(`${wanted}-${number}`)) number += 1;
  return `${wanted}-${number}`;
}

export const sourceStep = (name: string) => href(path("start", "source", name));
