// What is known of an end user, in the words and shapes the view shows. Pure.
import type { EndUser } from "../../lib/api/types.ts";
import { absolute, duration, plural, relative } from "../../lib/format.ts";
import { compare, type Difference } from "../../lib/json.ts";

/** UNIX seconds as a moment; what is no such number stays as it is. */
export function seconds(value: number | null | undefined): string | null {
  return value === null || value === undefined ? null : absolute(value * 1000);
}

/** Why this end user's events wait, in a sentence or two. */
export function laneWords(lane: NonNullable<EndUser["lane"]>, now: number): string[] {
  const words: string[] = [];
  if (lane.tries > 0) {
    words.push(
      `The calls for this end user fail: ${plural(lane.tries, "try", "tries")} in ${duration(lane.failing_s)}. The next one is ${later(lane.next_try, now)}.`,
    );
  }
  if (lane.wait_until) {
    words.push(
      Date.parse(lane.wait_until) > now
        ? `InMoment does not know this end user yet. The answer waits for an identify until ${absolute(lane.wait_until)}; then it becomes a dead letter.`
        : "InMoment does not know this end user, and no identify came in time.",
    );
  }
  if (words.length === 0) words.push("The events wait for their turn.");
  words.push("Events of other end users are delivered in the meantime. These events are delivered in the order in which they arrived.");
  return words;
}

function later(time: string, now: number): string {
  return Date.parse(time) > now ? relative(time, now) : "due now";
}

const FIELDS = ["email", "phone_number", "last_surveyed", "external_created_at"] as const;

/** Moments are UNIX seconds, which nobody reads. */
function moment(name: (typeof FIELDS)[number], value: unknown): unknown {
  const isMoment = name === "last_surveyed" || name === "external_created_at";
  return isMoment && typeof value === "number" ? seconds(value) : value;
}

/**
 * What was known beside what InMoment says now, only the fields that Rapport writes; what differs stands first. InMoment keeps every property as text,
 * so 12 and "12" are the same.
 */
export function besides(known: EndUser["known"], now: unknown): Difference[] {
  const fresh = (now !== null && typeof now === "object" ? now : {}) as Record<string, unknown>;
  const pick = (from: Record<string, unknown>, id: unknown) => ({
    id: id === undefined || id === null ? undefined : String(id),
    ...Object.fromEntries(FIELDS.map((name) => [name, moment(name, from[name]) ?? undefined])),
    properties: from.properties ?? {},
  });
  const before = known ? pick(known as unknown as Record<string, unknown>, known.end_user_id) : {};
  return compare(before, pick(fresh, fresh.id))
    .filter((one) => one.name !== "properties" || one.before !== one.now)
    .sort((a, b) => Number(a.same) - Number(b.same));
}
