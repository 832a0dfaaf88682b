// Consent rules as a form has them: lists as text, one entry to a line or between commas. Pure.
import type { Consent, ConsentManagement, ConsentRules, SourceKind } from "../../lib/api/types.ts";

export interface RulesForm {
  oneTrust: string;
  ketch: string;
  management: { provider: string; strategy: "and" | "or"; consents: string }[];
}
export type ConsentForm = Record<SourceKind, RulesForm>;

export const KINDS_OF_SOURCE: SourceKind[] = ["web", "mobile", "server"];

/** "a, b\nc" is a, b and c; each once, in the order they were written. */
export function list(text: string): string[] {
  return [...new Set(text.split(/[,\n]/).map((one) => one.trim()))].filter(Boolean);
}

function formOf(rules: ConsentRules | null | undefined): RulesForm {
  return {
    oneTrust: (rules?.one_trust ?? []).join(", "),
    ketch: (rules?.ketch ?? []).join(", "),
    management: (rules?.management ?? []).map((one) => ({
      provider: one.provider,
      strategy: one.resolution_strategy === "or" ? "or" : "and",
      consents: (one.consents ?? []).join(", "),
    })),
  };
}

export function form(consent: Consent): ConsentForm {
  return { web: formOf(consent.web), mobile: formOf(consent.mobile), server: formOf(consent.server) };
}

/** What the form says; a kind of source without any rule is left out. */
export function consent(form: ConsentForm): Consent {
  const all: Consent = {};
  for (const kind of KINDS_OF_SOURCE) {
    const rules: Required<ConsentRules> = {
      one_trust: list(form[kind].oneTrust),
      ketch: list(form[kind].ketch),
      management: form[kind].management
        .map((one): Required<ConsentManagement> => ({
          provider: one.provider,
          resolution_strategy: one.strategy,
          consents: list(one.consents),
        }))
        .filter((one) => one.consents.length > 0),
    };
    if (rules.one_trust.length + rules.ketch.length + rules.management.length > 0) all[kind] = rules;
  }
  return all;
}
