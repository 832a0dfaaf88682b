// The sample calls of InMoment's document, as the SDKs send them.

const IDENTIFY = {
  type: "identify",
  userId: "1hKOmRA4GRlm",
  traits: {
    email: "alex@example.com",
    phone: "+12025550146",
    name: "Alex Keener",
    city: "New Orleans",
    gender: "male",
    createdAt: "2021-01-20T13:39:21.032Z",
  },
  timestamp: "2021-01-20T13:39:21.032Z",
};

const RESPONSE = {
  type: "track",
  event: "Submit",
  userId: "1hKOmRA4GRlm",
  properties: {
    feedbackScore: 9,
    feedbackText: "Great Product!",
    ip: "127.0.0.0",
    url: "https://www.google.com/",
    createdAt: "2022-01-20T13:39:21.032Z",
  },
  integrations: { Wootric: { eventType: "create response" } },
};

const DECLINE = {
  type: "track",
  event: "Dismiss",
  userId: "1hKOmRA4GRlm",
  properties: { url: "https://www.google.com/", createdAt: "2022-01-20T13:39:21.032Z" },
  integrations: { Wootric: { eventType: "create decline" } },
};

export const SAMPLES = {
  identify: { label: "Identify", event: IDENTIFY },
  response: { label: "Survey response", event: RESPONSE },
  decline: { label: "Survey decline", event: DECLINE },
} as const;

export type SampleName = keyof typeof SAMPLES;

export function sampleOf(name: string): SampleName | null {
  return Object.hasOwn(SAMPLES, name) ? (name as SampleName) : null;
}
