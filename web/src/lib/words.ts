// The labels of the API's stable words, each with an icon and a tone, so that no meaning depends on colour alone.
import type { Fate } from "./api/types.ts";
import type { IconName } from "./ui/icons.ts";

export type Tone = "neutral" | "good" | "bad" | "warn" | "info";
export interface Word {
  label: string;
  tone: Tone;
  icon: IconName;
  /** One sentence for a tooltip. */
  means: string;
}

export const WORDS = {
  pending: { label: "Pending", tone: "info", icon: "clock", means: "The event is stored and not processed yet." },
  delivered: { label: "Delivered", tone: "good", icon: "check", means: "InMoment has the event." },
  skipped: { label: "Skipped", tone: "neutral", icon: "skip", means: "The event was not sent. The reason is counted." },
  dead: { label: "Dead letter", tone: "bad", icon: "cross", means: "The event could not be delivered. It is kept with its reason." },

  running: { label: "Running", tone: "good", icon: "play", means: "Events are delivered." },
  waiting_for_limit: {
    label: "Waiting for the limit",
    tone: "warn",
    icon: "clock",
    means: "The calls that InMoment allows are used up. Events wait until it allows new calls.",
  },
  failing: {
    label: "Failing",
    tone: "bad",
    icon: "problems",
    means: "InMoment reports errors or cannot be reached. Events wait and are retried.",
  },
  shadow: { label: "Shadow", tone: "info", icon: "eye", means: "Events are planned and counted. Nothing is sent." },
  paused: { label: "Paused", tone: "warn", icon: "pause", means: "Events are accepted and wait. Nothing is sent." },
  halted: { label: "Halted", tone: "bad", icon: "stop", means: "InMoment refuses the login. Events wait and are kept." },
  stuck: {
    label: "Stuck",
    tone: "bad",
    icon: "problems",
    means: "Events wait and nothing prevents a call, but none is made. This is a fault of Rapport. Events are kept.",
  },
  broken: {
    label: "Broken",
    tone: "bad",
    icon: "cross",
    means: "Delivery to this destination failed and is restarted until it works. Events are kept.",
  },
  elsewhere: {
    label: "On another machine",
    tone: "neutral",
    icon: "check",
    means: "Another machine of the cluster delivers to this destination.",
  },
  removed: { label: "Removed", tone: "neutral", icon: "trash", means: "The destination was removed. Its backlog was kept." },

  live: { label: "Live", tone: "good", icon: "send", means: "Events are sent to InMoment." },
  enabled: { label: "Enabled", tone: "good", icon: "check", means: "Its events are accepted." },
  disabled: { label: "Disabled", tone: "neutral", icon: "pause", means: "It is refused until it is enabled again." },
  ok: { label: "OK", tone: "good", icon: "check", means: "The condition of the alert is not met." },
  firing: { label: "Firing", tone: "bad", icon: "bell", means: "The condition of the alert is met now." },
  unknown: { label: "Not checked yet", tone: "neutral", icon: "question", means: "The condition of the alert was not checked yet." },
  config: {
    label: "Configuration file",
    tone: "neutral",
    icon: "lock",
    means: "It is set in the configuration file and can be changed only there.",
  },
  requeued: { label: "Requeued", tone: "info", icon: "repeat", means: "The event was a dead letter and was requeued." },

  handed_on: {
    label: "Requeued as a new event",
    tone: "info",
    icon: "repeat",
    means: "The event was a dead letter. The new event with the same message id shows the outcome.",
  },

  response: { label: "Response", tone: "good", icon: "message", means: "A survey answer with a score." },
  decline: { label: "Decline", tone: "neutral", icon: "skip", means: "The end user declined to answer." },
  plan: { label: "Would be sent", tone: "good", icon: "send", means: "The event becomes a call to InMoment." },
  refused: { label: "Would be a dead letter", tone: "bad", icon: "cross", means: "The event cannot be delivered as it is." },
} as const satisfies Record<string, Word>;

export type WordName = keyof typeof WORDS;

/** States in which no call is sent although nobody ordered that. */
export const BAD_STATES = ["failing", "halted", "stuck", "broken"] as const;
export type BadState = (typeof BAD_STATES)[number];

export function isBad(state: string): state is BadState {
  return (BAD_STATES as readonly string[]).includes(state);
}

/** What became of an event, as it is shown: an event that was a dead letter and was requeued has no dead letter any more. */
export function outcomeWord(fate: Pick<Fate, "outcome" | "code" | "dead_letter">): WordName {
  return fate.outcome === "dead" && fate.code === null && fate.dead_letter === null ? "handed_on" : fate.outcome;
}

export const ROLES = {
  viewer: { label: "Viewer", can: "Can view everything and change nothing." },
  operator: { label: "Operator", can: "Can also pause and resume destinations, and requeue, discard, replay and edit events." },
  administrator: { label: "Administrator", can: "Can also change settings, people and API tokens, and view the audit log." },
} as const;

export const KINDS = { web: "Web", mobile: "Mobile", server: "Server" } as const;

export const REGIONS = {
  us: { label: "United States", host: "api.wootric.com" },
  eu: { label: "Europe", host: "api.wootric.eu" },
  au: { label: "Australia", host: "api.wootric.au" },
} as const;

/** The default for the date of a survey answer, shown where a destination is added and where the date is set. */
export const ANSWER_DATES =
  "A survey answer is dated by createdAt in its properties or traits. If that is the end user's sign-up date, which SDKs repeat in every track, the answer is dated by the time at which it was given.";
