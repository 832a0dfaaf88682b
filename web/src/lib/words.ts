// What the words of the API are called on screen, each with an icon and a tone, so that colour never stands alone.
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
  pending: { label: "Pending", tone: "info", icon: "clock", means: "Stored, and not yet dealt with." },
  delivered: { label: "Delivered", tone: "good", icon: "check", means: "InMoment has it." },
  skipped: { label: "Skipped", tone: "neutral", icon: "skip", means: "Not sent, for a reason that is counted." },
  dead: { label: "Dead letter", tone: "bad", icon: "cross", means: "Could not be delivered. Kept, with its reason." },

  running: { label: "Running", tone: "good", icon: "play", means: "Events are delivered." },
  waiting_for_limit: {
    label: "Waiting for the limit",
    tone: "warn",
    icon: "clock",
    means: "The calls that InMoment allows are used up. Events wait until there are new ones.",
  },
  failing: {
    label: "Failing",
    tone: "bad",
    icon: "problems",
    means: "InMoment fails or cannot be reached. Events wait and are tried again.",
  },
  shadow: { label: "Shadow", tone: "info", icon: "eye", means: "Events are planned and counted. Nothing is sent." },
  paused: { label: "Paused", tone: "warn", icon: "pause", means: "Events are accepted and wait. Nothing is sent." },
  halted: { label: "Halted", tone: "bad", icon: "stop", means: "InMoment refuses the login. Events wait and are kept." },
  stuck: {
    label: "Stuck",
    tone: "bad",
    icon: "problems",
    means: "Events wait, nothing forbids a call, and none goes out. This is a fault of Rapport. Events are kept.",
  },
  broken: {
    label: "Broken",
    tone: "bad",
    icon: "cross",
    means: "The delivery to it failed and is started anew until it works. Events are kept.",
  },
  removed: { label: "Removed", tone: "neutral", icon: "trash", means: "No longer a destination. Its backlog was kept." },

  live: { label: "Live", tone: "good", icon: "send", means: "Events are sent to InMoment." },
  enabled: { label: "Enabled", tone: "good", icon: "check", means: "Its events are accepted." },
  disabled: { label: "Disabled", tone: "neutral", icon: "pause", means: "Refused until it is enabled again." },
  ok: { label: "Quiet", tone: "good", icon: "check", means: "What it watches is as it should be." },
  firing: { label: "Firing", tone: "bad", icon: "bell", means: "What it watches is wrong now." },
  unknown: { label: "Not checked yet", tone: "neutral", icon: "question", means: "It was not checked yet." },
  config: { label: "Configuration file", tone: "neutral", icon: "lock", means: "Set in the configuration file, and changed only there." },
  requeued: { label: "Requeued", tone: "info", icon: "repeat", means: "It was tried again after it was a dead letter." },

  handed_on: {
    label: "Requeued as a new event",
    tone: "info",
    icon: "repeat",
    means: "It was a dead letter. The new event with the same message id has what became of it.",
  },

  response: { label: "Response", tone: "good", icon: "message", means: "A survey answer with a score." },
  decline: { label: "Decline", tone: "neutral", icon: "skip", means: "The end user did not want to answer." },
  plan: { label: "Would be sent", tone: "good", icon: "send", means: "The event becomes a call to InMoment." },
  refused: { label: "Would be a dead letter", tone: "bad", icon: "cross", means: "Something in the event stands in the way." },
} as const satisfies Record<string, Word>;

export type WordName = keyof typeof WORDS;

/** States in which nothing goes out although nobody wanted it so. */
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
  viewer: { label: "Viewer", can: "Looks at everything, changes nothing." },
  operator: { label: "Operator", can: "Also pauses, resumes, requeues, discards, replays and edits events." },
  administrator: { label: "Administrator", can: "Also changes settings, people, API tokens, and sees the audit log." },
} as const;

export const KINDS = { web: "Web", mobile: "Mobile", server: "Server" } as const;

export const REGIONS = {
  us: { label: "United States", host: "api.wootric.com" },
  eu: { label: "Europe", host: "api.wootric.eu" },
  au: { label: "Australia", host: "api.wootric.au" },
} as const;

/** What dates a survey answer unless a destination says otherwise; told where a destination is made and where it is set. */
export const ANSWER_DATES =
  "An answer is dated by createdAt of its properties, or of its traits, unless that is the end user's sign-up date, which SDKs repeat in every track: then by when it was given.";
