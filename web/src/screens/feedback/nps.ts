// The Net Promoter Score and its three groups. Pure.
import type { Answer, Feedback } from "../../lib/api/types.ts";
import { compact, count, duration, plural, share } from "../../lib/format.ts";
import type { Shade } from "../../lib/codes.ts";

export type GroupName = "promoter" | "passive" | "detractor";

export const GROUPS: Record<GroupName, { label: string; many: string; scores: string; shade: Shade; colour: 2 | 3 | 4 }> = {
  detractor: { label: "Detractor", many: "Detractors", scores: "0 to 6", shade: "bad", colour: 4 },
  passive: { label: "Passive", many: "Passives", scores: "7 and 8", shade: "warn", colour: 3 },
  promoter: { label: "Promoter", many: "Promoters", scores: "9 and 10", shade: "good", colour: 2 },
};

export function groupOf(score: number): GroupName {
  return score >= 9 ? "promoter" : score >= 7 ? "passive" : "detractor";
}

/** "+48", "−12", "0": always with its sign, as it is written. */
export function signed(nps: number): string {
  const whole = Math.round(nps);
  return whole > 0 ? `+${whole}` : whole < 0 ? `−${-whole}` : "0";
}

/** How the number comes about, with the numbers it came from. */
export function working(data: Pick<Feedback, GroupCount | "nps">): string | null {
  const all = data.promoters + data.passives + data.detractors;
  if (data.nps === null || all === 0) return null;
  return `${share(data.promoters, all)} promoters minus ${share(data.detractors, all)} detractors, of ${count(all)} scores.`;
}
type GroupCount = "promoters" | "passives" | "detractors";

/** How many answers were sent, how many of them count, and what the number would be if all of them did. */
export function sentAndCounted(data: Pick<Feedback, "responses" | "declines" | "nps" | "sent">): string {
  const counted = data.responses + data.declines;
  const sent = data.sent.responses + data.sent.declines;
  if (counted >= sent) return sent === 1 ? "The one that was sent counts." : `All ${count(sent)} that were sent count.`;
  const all = data.sent.nps === null || data.nps === null ? "" : ` If all of them counted, the score would be ${signed(data.sent.nps)}.`;
  return `${plural(sent, "answer was", "answers were")} sent, of which ${count(counted)} ${counted === 1 ? "counts" : "count"}.${all}`;
}

/** Answers that reached InMoment so long after they were given are said to be late. */
const LATE_SECONDS = 3_600;

/** "delivered 2 days later", where an answer reached InMoment long after it was given. */
export function deliveredLater(answer: Pick<Answer, "answered_at" | "delivered_at">): string | null {
  const seconds = (Date.parse(answer.delivered_at) - Date.parse(answer.answered_at)) / 1000;
  return seconds >= LATE_SECONDS ? `delivered ${duration(seconds)} later` : null;
}

/** Where a score from −100 to 100 stands on a scale, in percent of its width. */
export function onScale(nps: number): number {
  return Math.min(100, Math.max(0, (nps + 100) / 2));
}

/** The columns of the distribution: how high, against the highest, and what to say of each. */
export function columns(scores: readonly number[]): { score: number; value: number; height: number; group: GroupName; label: string }[] {
  const most = Math.max(1, ...scores);
  return scores.slice(0, 11).map((value, score) => ({
    score,
    value,
    height: value === 0 ? 0 : Math.max(2, (value / most) * 100),
    group: groupOf(score),
    label: compact(value),
  }));
}

export const CSV_HEADINGS = [
  "Answered",
  "Kind",
  "Score",
  "Group",
  "Comment",
  "User id",
  "E-mail",
  "InMoment id",
  "Destination",
  "Event",
  "Delivered",
  "Note",
  "Counts",
  "Answer",
  "Replaced by",
];

/** One answer as a row of the file. */
export function csvRow(answer: Answer): (string | number | null)[] {
  return [
    answer.answered_at,
    answer.kind,
    answer.score,
    answer.score === null ? null : GROUPS[groupOf(answer.score)].label,
    answer.text,
    answer.external_id,
    answer.email,
    answer.end_user_id,
    answer.destination,
    answer.event,
    answer.delivered_at,
    deliveredLater(answer),
    answer.counts ? "yes" : "no",
    answer.id,
    answer.replaced_by,
  ];
}
