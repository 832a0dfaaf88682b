// The time zone in which days are counted.
import { problemOf } from "./api/problem.ts";

/** The browser's time zone by its name; UTC where it has none. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/**
 * Sends a request with a time zone, and once more with UTC if the server does not know the zone: browsers also report `Etc/Unknown` and
 * `+05:30`. The answer names the zone that it was made for.
 */
export async function inZone<T>(zone: string, ask: (zone: string) => Promise<T>): Promise<T> {
  try {
    return await ask(zone);
  } catch (thrown) {
    if (problemOf(thrown)?.code !== "unknown_time_zone" || zone === "UTC") throw thrown;
    return ask("UTC");
  }
}
