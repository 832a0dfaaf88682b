// Which of InMoment's regions an account is in: its account token says so. `NPS-EU-…` and `NPS-AU-…` name theirs, any other
// is of the US; the second dash counts, for `NPS-EU12abcd` is the shape of a US token.
import type { Region } from "./api/types.ts";

export function regionOf(accountToken: string): Region {
  const token = accountToken.trim();
  if (token.startsWith("NPS-EU-")) return "eu";
  if (token.startsWith("NPS-AU-")) return "au";
  return "us";
}

/** Whether it looks like an account token at all; others are tried all the same. */
export function looksLikeAccountToken(accountToken: string): boolean {
  return /^NPS-(EU-|AU-)?[A-Za-z0-9]{8}$/.test(accountToken.trim());
}
