// Rules by which a destination skips events, in words. Pure.
import type { RulePreview, RuleScope } from "./api/types.ts";
import { count, plural } from "./format.ts";

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

/** What a rule would do to the dead letters there are. */
export function deadLettersTold(preview: RulePreview, scope: RuleScope): string {
  const what = scope.event ? "has this name" : "came from this source";
  const more = preview.dead_letters_looked_at >= 20_000 ? ` Only the oldest ${count(preview.dead_letters_looked_at)} dead letters were looked at.` : "";
  if (preview.dead_letters === 0) return `No dead letter of this destination ${what}.${more}`;
  const is = preview.dead_letters === 1 ? "it is" : "they are";
  const have = preview.dead_letters === 1 ? what : what.replace("has", "have");
  return `${plural(preview.dead_letters, "dead letter")} of this destination ${have}. When ${is} requeued, ${is} skipped.${more}`;
}

/** What it would have done lately; `good` when nothing that was delivered would have been lost. */
export function latelyTold({ lately }: RulePreview, scope: RuleScope): { good: boolean; text: string } {
  const kind = scope.event ? "track" : "event";
  const named = scope.event ? " of this name" : "";
  const from = scope.source ? ` from the source ${scope.source}` : "";
  if (lately.looked_at === 0) return { good: true, text: `No ${kind}${from} went to this destination yet.` };
  if (lately.looked_at === 1 && lately.delivered === 0) return { good: true, text: `The only ${kind}${from} so far was not delivered${scope.event ? " under this name" : ""}.` };
  const of = `Of the newest ${plural(lately.looked_at, kind)}${from}`;
  if (lately.delivered === 0) return { good: true, text: `${of}, none${named} was delivered.` };
  const were = lately.delivered === 1 ? "was" : "were";
  return { good: false, text: `${of}, ${count(lately.delivered)}${named} ${were} delivered to InMoment. With the rule, such events are not sent any more.` };
}
