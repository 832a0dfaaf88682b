// Rules by which a destination skips events, in words. Pure.
import type { RulePreview } from "./api/types.ts";
import { count, plural } from "./format.ts";

/** A name for the rule that skips events of this name: "Button Clicked" becomes "skip-button-clicked". */
export function nameFor(event: string): string {
  const plain = event.normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  const words = plain.toLowerCase().match(/[a-z0-9]+/g) ?? ["events"];
  return `skip-${words.join("-")}`.slice(0, 64).replace(/-+$/, "");
}

/** What a rule would do to the dead letters there are. */
export function deadLettersTold(preview: RulePreview): string {
  const more = preview.dead_letters_looked_at >= 20_000 ? ` Only the oldest ${count(preview.dead_letters_looked_at)} dead letters were looked at.` : "";
  if (preview.dead_letters === 0) return `No dead letter of this destination has this name.${more}`;
  const [has, is] = preview.dead_letters === 1 ? ["has", "it is"] : ["have", "they are"];
  return `${plural(preview.dead_letters, "dead letter")} of this destination ${has} this name. When ${is} requeued, ${is} skipped.${more}`;
}

/** What it would have done lately; `good` when nothing that was delivered would have been lost. */
export function latelyTold({ lately }: RulePreview): { good: boolean; text: string } {
  if (lately.looked_at === 0) return { good: true, text: "No track went to this destination yet." };
  const of = lately.looked_at === 1 ? "The only track" : `Of the newest ${count(lately.looked_at)} tracks`;
  if (lately.delivered === 0) return { good: true, text: lately.looked_at === 1 ? "The only track so far was not delivered under this name." : `${of}, none of this name was delivered.` };
  const were = lately.delivered === 1 ? "was" : "were";
  return { good: false, text: `${of}, ${count(lately.delivered)} of this name ${were} delivered to InMoment. With the rule, such events are not sent any more.` };
}
