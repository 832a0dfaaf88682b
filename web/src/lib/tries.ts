// How often something was tried, and when it is tried next, as one sentence. Pure; `now` is a parameter.
import type { Time } from "./api/types.ts";
import { absolute, plural, relative, timeOfDay } from "./format.ts";

const DAY = 86_400_000;

/** "Tried 9 times, next 02:59:51 (in 20 seconds)."; nothing where nothing was tried and nothing will be. */
export function triesTold(tries: number, next: Time | null | undefined, now: number): string {
  const tried = tries > 0 ? `Tried ${plural(tries, "time")}` : "";
  if (!next) return tried && `${tried}.`;
  const at = Date.parse(next);
  if (at <= now) return `${tried ? `${tried}, next` : "Next try"}: now.`;
  // The time of day is enough if it is less than half a day away.
  const when = at - now < DAY / 2 ? timeOfDay(next) : absolute(next);
  return `${tried ? `${tried}, next` : "Next try"} ${when} (${relative(next, now)}).`;
}
