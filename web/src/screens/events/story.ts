// One event's way, step by step. Pure.
import type { Attempt, EventStory, Explanation, Fate, Time } from "../../lib/api/types.ts";
import type { Tone } from "../../lib/words.ts";

export type Step =
  | { kind: "received"; at: Time }
  | { kind: "edited"; at: Time; by: string | null }
  | { kind: "plan"; destination: string; explanation: Explanation }
  | { kind: "attempt"; destination: string; attempt: Attempt }
  | { kind: "outcome"; destination: string; fate: Fate };

/** Received, and edited if it was; then for each destination the plan, every call in the order they were made, and what became of it. */
export function steps(story: Pick<EventStory, "received_at" | "plans" | "attempts" | "fates" | "original">): Step[] {
  const names = [...new Set([...story.fates, ...story.plans, ...story.attempts].map((one) => one.destination))];
  const all: Step[] = [{ kind: "received", at: story.received_at }];
  if (story.original) all.push({ kind: "edited", at: story.original.at, by: story.original.edited_by });
  for (const destination of names) {
    for (const plan of story.plans)
      if (plan.destination === destination) all.push({ kind: "plan", destination, explanation: plan.explanation });
    const attempts = story.attempts.filter((one) => one.destination === destination);
    attempts.sort((a, b) => Date.parse(a.started_at) - Date.parse(b.started_at) || a.id - b.id);
    for (const attempt of attempts) all.push({ kind: "attempt", destination, attempt });
    for (const fate of story.fates) if (fate.destination === destination) all.push({ kind: "outcome", destination, fate });
  }
  return all;
}

/** The plans, with destinations that planned the same told together. */
export function plansOf(story: Pick<EventStory, "plans">): { destinations: string[]; explanation: Explanation }[] {
  const found = new Map<string, { destinations: string[]; explanation: Explanation }>();
  for (const { destination, explanation } of story.plans) {
    const same = JSON.stringify(explanation);
    const one = found.get(same);
    if (one) one.destinations.push(destination);
    else found.set(same, { destinations: [destination], explanation });
  }
  return [...found.values()];
}

/** Outcomes as one text, to see whether anything came of an event since. */
export function outcomes(fates: readonly Fate[]): string {
  return JSON.stringify(fates.map((fate) => [fate.destination, fate.outcome]).sort());
}

const RESULTS: Record<string, { label: string; tone: Tone }> = {
  ok: { label: "Succeeded", tone: "good" },
  not_found: { label: "Not found", tone: "neutral" },
  refused: { label: "Refused", tone: "bad" },
  credentials: { label: "Login refused", tone: "bad" },
  throttled: { label: "Limit reached", tone: "warn" },
  timeout: { label: "Timed out", tone: "warn" },
  outage: { label: "InMoment error", tone: "warn" },
};

/** What came of a call. A word of a newer version is shown as it is. */
export function resultOf(attempt: Pick<Attempt, "result" | "status">): { label: string; tone: Tone } {
  if (Object.hasOwn(RESULTS, attempt.result)) return RESULTS[attempt.result] as { label: string; tone: Tone };
  const good = attempt.status !== null && attempt.status < 400;
  return { label: attempt.result.replaceAll("_", " "), tone: good ? "neutral" : "warn" };
}

/** The body of a call, one field a line, as it reads before it is encoded. What is no form is left alone. */
export function formLines(body: string): string {
  if (!/^[^\s={}]+=[^\n]*$/.test(body)) return body;
  try {
    return body
      .split("&")
      .map((pair) => {
        const [name = "", ...value] = pair.split("=").map((text) => decodeURIComponent(text.replaceAll("+", " ")));
        return `${name} = ${value.join("=")}`;
      })
      .join("\n");
  } catch {
    return body;
  }
}
