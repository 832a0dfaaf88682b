// The list of the live view: bounded, newest first, with a note about events that it leaves out. Pure.
import type { LiveOutcome } from "../../lib/api/live.ts";
import type { EventItem } from "../../lib/api/types.ts";

export type Row =
  { kind: "event"; key: string; event: EventItem } | { kind: "gap"; key: string; missed: number | null; why: string; at: number };

export const LIMIT = 500;

export class Log {
  rows: Row[] = [];
  /** What came since the pause, newest first. */
  waiting: Row[] = [];
  paused = false;
  /** Events that came while paused and found no room. */
  overrun = 0;
  /** Since somebody was last told. */
  news = { events: 0, dead: 0 };
  private readonly places = new Map<string, Row>();
  private gaps = 0;

  received(event: EventItem) {
    // After a lost connection the server begins a little before the end.
    if (this.places.has(event.id)) return;
    this.news.events += 1;
    const row: Row = { kind: "event", key: event.id, event };
    this.places.set(event.id, row);
    this.put(row);
  }

  /** An outcome of an event that is on show, or waits to be. */
  outcome(told: LiveOutcome) {
    if (told.outcome === "dead") this.news.dead += 1;
    const row = this.places.get(told.id);
    if (row?.kind !== "event") return;
    const fate = { destination: told.destination, outcome: told.outcome, code: told.code, dead_letter: null };
    const known = row.event.fates.some((one) => one.destination === told.destination);
    const fates = known ? row.event.fates.map((one) => (one.destination === told.destination ? fate : one)) : [...row.event.fates, fate];
    const next: Row = { ...row, event: { ...row.event, fates } };
    this.places.set(told.id, next);
    const list = this.waiting.includes(row) ? this.waiting : this.rows;
    list[list.indexOf(row)] = next;
  }

  gap(missed: number | null, why: string, at: number) {
    this.gaps += 1;
    this.put({ kind: "gap", key: `gap-${this.gaps}`, missed, why, at });
  }

  pause() {
    this.paused = true;
  }

  resume(at: number) {
    this.paused = false;
    if (this.overrun > 0) {
      // The last row of a full list is replaced by the note.
      for (const row of this.waiting.splice(LIMIT - 1)) {
        this.places.delete(row.key);
        if (row.kind === "event") this.overrun += 1;
      }
      this.gaps += 1;
      this.waiting.push({
        kind: "gap",
        key: `gap-${this.gaps}`,
        missed: this.overrun,
        why: "they arrived while the view was paused, and only the newest were kept",
        at,
      });
      this.overrun = 0;
    }
    this.rows = this.cut([...this.waiting, ...this.rows]);
    this.waiting = [];
  }

  clear() {
    this.rows = [];
    this.waiting = [];
    this.overrun = 0;
    this.places.clear();
  }

  /** How many events wait for the pause to end. */
  get held(): number {
    return this.overrun + this.waiting.filter((row) => row.kind === "event").length;
  }

  private put(row: Row) {
    if (!this.paused) {
      this.rows = this.cut([row, ...this.rows]);
      return;
    }
    this.waiting.unshift(row);
    if (this.waiting.length <= LIMIT) return;
    const last = this.waiting.pop();
    if (last?.kind !== "event") return;
    this.overrun += 1;
    this.places.delete(last.key);
  }

  private cut(rows: Row[]): Row[] {
    for (const row of rows.slice(LIMIT)) this.places.delete(row.key);
    return rows.slice(0, LIMIT);
  }
}

/** What to read out of the news, when there is any. */
export function newsText(news: { events: number; dead: number }): string {
  if (news.events === 0 && news.dead === 0) return "";
  const events = `${news.events} new ${news.events === 1 ? "event" : "events"}`;
  return news.dead > 0 ? `${events}, ${news.dead} ${news.dead === 1 ? "dead letter" : "dead letters"}` : events;
}

/** How long to wait before the connection is tried again, in milliseconds. */
export function backOff(tries: number): number {
  return Math.min(30_000, 1_000 * 2 ** Math.min(tries, 5));
}
