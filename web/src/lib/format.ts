// Numbers, times and durations as people read them. Pure; `now` is a parameter.

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 });

/** 12,345. */
export function count(value: number): string {
  return whole.format(value);
}

/** 12.3k, for places with little room. */
export function compact(value: number): string {
  return Math.abs(value) < 10_000 ? whole.format(value) : short.format(value);
}

/** "1 event", "2 events". */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** 42 %, and "under 1 %" rather than 0 % for a little. */
export function share(part: number, of: number): string {
  if (of <= 0) return "–";
  const percent = (part / of) * 100;
  if (part > 0 && percent < 1) return "under 1 %";
  if (part < of && percent > 99) return "over 99 %";
  return `${Math.round(percent)} %`;
}

const STEPS: [number, string][] = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
  [1, "second"],
];

/** "3 minutes", "2 days": the largest unit that fits, rounded down. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  for (const [size, name] of STEPS) if (whole >= size) return plural(Math.floor(whole / size), name);
  return "0 seconds";
}

/** "340 ms", "1.2 s". */
export function took(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** "just now", "5 minutes ago", "in 2 hours". */
export function relative(time: string | number | Date, now: number): string {
  const seconds = (new Date(time).getTime() - now) / 1000;
  if (Number.isNaN(seconds)) return "unknown";
  if (Math.abs(seconds) < 5) return "just now";
  return seconds < 0 ? `${duration(-seconds)} ago` : `in ${duration(seconds)}`;
}

const moment = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** "26 Nov 2026, 01:20:00", in the time of this browser. */
export function absolute(time: string | number | Date): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "unknown" : moment.format(date);
}

/** "01:20:00". */
export function timeOfDay(time: string | number | Date): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "unknown" : clock.format(date);
}

/** Any JSON value, indented. */
export function pretty(value: unknown): string {
  if (typeof value === "string") {
    try {
      return JSON.stringify(JSON.parse(value), null, 2);
    } catch {
      return value;
    }
  }
  return JSON.stringify(value, null, 2) ?? "";
}

/** A text of the API as a sentence: it begins with a capital and ends with a full stop. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  const capital = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?…:]$/.test(capital) ? capital : `${capital}.`;
}
