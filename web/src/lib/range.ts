// The span of time that a view shows, as the address has it. Pure; `now` is a parameter.
import type { Time } from "./api/types.ts";

export const RANGES = {
  "1h": { label: "1 h", long: "the last hour", seconds: 3_600 },
  "24h": { label: "24 h", long: "the last 24 hours", seconds: 86_400 },
  "7d": { label: "7 d", long: "the last 7 days", seconds: 7 * 86_400 },
  "30d": { label: "30 d", long: "the last 30 days", seconds: 30 * 86_400 },
  "90d": { label: "90 d", long: "the last 90 days", seconds: 90 * 86_400 },
  "1y": { label: "1 year", long: "the last year", seconds: 365 * 86_400 },
} as const;

export type RangeName = keyof typeof RANGES;

/** The range that an address names, or the one that a view shows by itself. */
export function rangeOf<T extends RangeName>(text: string, offered: readonly T[], otherwise: T): T {
  return offered.find((name) => name === text) ?? otherwise;
}

/** Where a range begins. */
export function since(name: RangeName, now: number): Time {
  return new Date(now - RANGES[name].seconds * 1000).toISOString();
}

/** The span of a list's filters: a named range, or two moments of its own. */
export interface Span {
  from?: Time;
  to?: Time;
}

/** `range`, or else `from` and `to`; whatever is no time is left out. */
export function spanOf(query: URLSearchParams, now: number): Span {
  const name = query.get("range") ?? "";
  if (Object.hasOwn(RANGES, name)) return { from: since(name as RangeName, now) };
  return { from: moment(query.get("from")), to: moment(query.get("to")) };
}

function moment(text: string | null): Time | undefined {
  const time = new Date(text ?? "");
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** A moment as a field for date and time takes it, in the time of this browser. */
export function toField(time: string | null): string {
  const date = new Date(time ?? "");
  if (Number.isNaN(date.getTime())) return "";
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** And back: in an address a moment is in UTC, so that it is the same for whoever opens it. */
export function fromField(text: string): Time | null {
  const date = new Date(text);
  return text === "" || Number.isNaN(date.getTime()) ? null : date.toISOString();
}
