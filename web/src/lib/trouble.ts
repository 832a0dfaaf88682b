// The troubles of now, from everything that the server reports: a person who opens the console must see them first. Pure.
import type { Alert, AlertKind, Alerts, Standing, Time } from "./api/types.ts";
import { href, path } from "./address.ts";
import { plural, sentence } from "./format.ts";
import { BAD_STATES, isBad, type BadState } from "./words.ts";

export interface Trouble {
  id: string;
  kind: BadState | "alert";
  title: string;
  /** What happened, then what it means for the data. */
  text: string;
  todo: string | null;
  code: string | null;
  since: Time | null;
  /** Calls that were tried since, and when the next one is. */
  tries: number;
  next: Time | null;
  action: { label: string; href: string };
}

/** Where what an alert tells of can be seen. */
const ACTIONS: Record<AlertKind, Trouble["action"]> = {
  halted: { label: "View the destinations", href: "#/settings/destinations" },
  failing: { label: "View the destinations", href: "#/settings/destinations" },
  stuck: { label: "View the destinations", href: "#/settings/destinations" },
  broken: { label: "View the destinations", href: "#/settings/destinations" },
  oldest_pending: { label: "View the pending events", href: href("/events", { outcome: "pending" }) },
  dead_letters: { label: "View the dead letters", href: "#/problems" },
  disk: { label: "View the alerts", href: "#/settings/alerts" },
};

const TITLES: Record<BadState, string> = {
  failing: "is failing: nothing is sent to InMoment",
  halted: "is halted: nothing is sent to InMoment",
  stuck: "is stuck: nothing is sent to InMoment",
  broken: "is broken: nothing is sent to InMoment",
};

export type Told = Pick<Standing, "name" | "state" | "reason" | "pending" | "trouble">;

/** What holds one destination up, in words; null when nothing does, or when somebody wanted it so. */
export function troubleOf(one: Told): Trouble | null {
  if (!isBad(one.state)) return null;
  const { trouble } = one;
  return {
    id: `${one.state} ${one.name}`,
    kind: one.state,
    title: `${one.name} ${TITLES[one.state]}`,
    text: `${sentence(one.reason ?? trouble?.happened ?? "nothing is sent")} ${waiting(one.pending)}`,
    todo: trouble ? sentence(plain(trouble.what_to_do)) : null,
    code: trouble?.code ?? null,
    since: trouble?.since ?? null,
    tries: trouble?.tries ?? 0,
    next: trouble?.next_try ?? null,
    action:
      one.state === "halted"
        ? { label: "Check the login", href: href(path("settings", "destinations", one.name), { tab: "login" }) }
        : { label: "View the destination", href: href(path("settings", "destinations", one.name)) },
  };
}

/** Destinations that cannot send, then alerts that fire; an alert that only repeats the first is left out. */
export function troubles(
  destinations: readonly Told[],
  alerts: Pick<Alerts, "firing"> & { items: readonly Pick<Alert, "name" | "kind">[] },
): Trouble[] {
  const kinds = new Map(alerts.items.map((one) => [one.name, one.kind]));
  return [
    ...destinations.map(troubleOf).filter((one) => one !== null),
    ...alerts.firing
      .filter((one) => !(BAD_STATES as readonly string[]).includes(kinds.get(one.name) ?? ""))
      .map((one) => ({
        id: `alert ${one.name}`,
        kind: "alert" as const,
        title: `Alert: ${one.name}`,
        text: sentence(one.text),
        todo: null,
        code: null,
        since: one.since,
        tries: 0,
        next: null,
        action: ACTIONS[kinds.get(one.name) ?? "disk"],
      })),
  ];
}

/** The documents' text without the marks of code. */
export function plain(text: string): string {
  return text.replaceAll("`", "");
}

function waiting(pending: number): string {
  return pending === 0 ? "New events are kept until it resumes." : `${plural(pending, "event waits", "events wait")} and none is lost.`;
}
