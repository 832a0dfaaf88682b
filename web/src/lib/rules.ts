// Rules by which a destination skips events, in words. Pure.
import type { RulePreview, RuleScope } from "./api/types.ts";
import { count } from "./format.ts";

/** What a rule is about: what was entered, tidied. Nothing when it is about nothing. */
export function scopeOf(event: string, source: string): RuleScope | null {
  const scope = { event: event.trim() || null, source: source || null };
  return scope.event || scope.source ? scope : null;
}

/** Are these the same events? */
export const sameScope = (one: RuleScope, other: RuleScope): boolean => one.event === other.event && one.source === other.source;

/** The events in words, as in "skips …". */
export function skippedTold({ event, source }: RuleScope): string {
  if (!event) return `all events from the source ${source}`;
  return source ? `events named “${event}” from the source ${source}` : `events named “${event}”`;
}

/** A name for a rule: the one that skips "Button Clicked" is "skip-button-clicked". */
export function nameFor({ event, source }: RuleScope): string {
  const text = [event, source].filter(Boolean).join(" ");
  const plain = text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  const words = plain.toLowerCase().match(/[a-z0-9]+/g) ?? ["events"];
  return `skip-${words.join("-")}`.slice(0, 64).replace(/-+$/, "");
}

/** What the dead letters of a rule have in common, said of one and of several. */
function inCommon({ event, source }: RuleScope): { one: string; several: string } {
  if (!event) return { one: "came from this source", several: "came from this source" };
  if (!source) return { one: "has this name", several: "have this name" };
  return { one: "has this name and came from this source", several: "have this name and came from this source" };
}

/** What a rule would do to the dead letters there are. */
export function deadLettersTold(preview: RulePreview, scope: RuleScope): string {
  const what = inCommon(scope);
  const more =
    preview.dead_letters_looked_at >= 20_000 ? ` Only the oldest ${count(preview.dead_letters_looked_at)} dead letters were checked.` : "";
  if (preview.dead_letters === 0) return `No dead letter of this destination ${what.one}.${more}`;
  if (preview.dead_letters === 1) return `1 dead letter of this destination ${what.one}. When it is requeued, it is skipped.${more}`;
  return `${count(preview.dead_letters)} dead letters of this destination ${what.several}. When they are requeued, they are skipped.${more}`;
}

/** What it would have done lately; `good` when nothing that was delivered would have been lost. */
export function latelyTold({ lately }: RulePreview, scope: RuleScope): { good: boolean; text: string } {
  const kind = scope.event ? "track" : "event";
  const named = scope.event ? " of this name" : "";
  const from = scope.source ? ` from the source ${scope.source}` : "";
  if (lately.looked_at === 0) return { good: true, text: `No ${kind}${from} went to this destination yet.` };
  if (lately.looked_at === 1 && lately.delivered === 0)
    return { good: true, text: `The only ${kind}${from} so far was not delivered${scope.event ? " under this name" : ""}.` };
  const noMore = "With the rule, such events are not sent any more.";
  if (lately.looked_at === 1) return { good: false, text: `The only ${kind}${from} so far was delivered to InMoment. ${noMore}` };
  const of = `Of the newest ${count(lately.looked_at)} ${kind}s${from}`;
  if (lately.delivered === 0) return { good: true, text: `${of}, none${named} was delivered.` };
  const were = lately.delivered === 1 ? "was" : "were";
  return { good: false, text: `${of}, ${count(lately.delivered)}${named} ${were} delivered to InMoment. ${noMore}` };
}
