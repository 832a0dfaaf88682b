// The Net Promoter Score and its three groups. Pure.
import type { Answer, Feedback } from "../../lib/api/types.ts";
import { compact, count, share } from "../../lib/format.ts";
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
  return `${share(data.promoters, all)} promoters less ${share(data.detractors, all)} detractors, of ${count(all)} scores.`;
}
type GroupCount = "promoters" | "passives" | "detractors";

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

export const CSV_HEADINGS = ["Answered", "Kind", "Score", "Group", "Comment", "User id", "E-mail", "InMoment id", "Destination", "Event"];

/** One answer as a row of the file. */
export function csvRow(answer: Answer): (string | number | null)[] {
  return [
    answer.answered_at ?? answer.delivered_at,
    answer.kind,
    answer.score,
    answer.score === null ? null : GROUPS[groupOf(answer.score)].label,
    answer.text,
    answer.external_id,
    answer.email,
    answer.end_user_id,
    answer.destination,
    answer.event,
  ];
}
