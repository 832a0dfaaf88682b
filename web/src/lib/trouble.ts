// What is wrong now, of everything the server tells: what a person who comes by must see first. Pure.
import type { Alert, AlertKind, Alerts, Standing, Time } from "./api/types.ts";
import { href, path } from "./address.ts";
import { plural, sentence } from "./format.ts";

export interface Trouble {
  id: string;
  kind: "halted" | "alert";
  title: string;
  text: string;
  since: Time | null;
  action: { label: string; href: string };
}

/** Where what an alert tells of can be seen. */
const ACTIONS: Record<AlertKind, Trouble["action"]> = {
  halted: { label: "See the destinations", href: "#/settings/destinations" },
  oldest_pending: { label: "See what is pending", href: href("/events", { outcome: "pending" }) },
  dead_letters: { label: "See the dead letters", href: "#/problems" },
  disk: { label: "See the alerts", href: "#/settings/alerts" },
};

type Halted = Pick<Standing, "name" | "state" | "reason" | "pending">;

/** Halted destinations, then alerts that fire; an alert that only repeats that a destination is halted is left out. */
export function troubles(destinations: readonly Halted[], alerts: Pick<Alerts, "firing"> & { items: readonly Pick<Alert, "name" | "kind" | "destination">[] }): Trouble[] {
  const kinds = new Map(alerts.items.map((one) => [one.name, one]));
  const halted = destinations.filter((one) => one.state === "halted");
  const since = (name: string) => alerts.firing.find((one) => kinds.get(one.name)?.kind === "halted" && kinds.get(one.name)?.destination === name)?.since ?? null;
  return [
    ...halted.map((one) => ({
      id: `halted ${one.name}`,
      kind: "halted" as const,
      title: `${one.name} is halted: nothing goes out to InMoment`,
      text: `${sentence(one.reason ?? "InMoment refuses the login")} ${waiting(one.pending)}`,
      since: since(one.name),
      action: { label: "Look at the login", href: href(path("settings", "destinations", one.name), { tab: "login" }) },
    })),
    ...alerts.firing
      .filter((one) => kinds.get(one.name)?.kind !== "halted")
      .map((one) => ({
        id: `alert ${one.name}`,
        kind: "alert" as const,
        title: `Alert: ${one.name}`,
        text: sentence(one.text),
        since: one.since,
        action: ACTIONS[kinds.get(one.name)?.kind ?? "disk"],
      })),
  ];
}

function waiting(pending: number): string {
  return pending === 0 ? "New events are kept until it goes on." : `${plural(pending, "event waits", "events wait")} and none is lost.`;
}
