// Events as an SDK sends them, and a population of them for screens that want to be looked at.

const RESPONSE = { Wootric: { eventType: "create response" } };
const DECLINE = { Wootric: { eventType: "create decline" } };
const PAGE = "https://shop.example.com/checkout";

export function identify(user, traits = {}) {
  return { type: "identify", userId: user, messageId: `identify-${user}`, traits: { email: `${user}@example.com`, ...traits } };
}

let told = 0;
export function response(user, score, text, more = {}) {
  const properties = { feedbackScore: score, ...(text ? { feedbackText: text } : {}), url: PAGE };
  return { type: "track", event: "NPS Survey", userId: user, messageId: `response-${(told += 1)}`, properties, integrations: RESPONSE, ...more };
}

export function decline(user) {
  return { type: "track", event: "NPS Survey", userId: user, messageId: `decline-${(told += 1)}`, properties: { url: PAGE }, integrations: DECLINE };
}

const PEOPLE =
  "ada grace katherine dorothy margaret barbara radia frances jean hedy annie joan evelyn karen shafi lynn adele sophie irene carol " +
  "alan edsger donald dennis ken linus niklaus john tony leslie butler robin claude kurt alonzo haskell stephen emil vint tim";
const PLANS = ["free", "team", "pro", "enterprise"];
// Promoters mostly, as shops are glad to see; each score comes up.
const SCORES = [10, 9, 9, 8, 10, 7, 6, 9, 10, 3, 8, 9, 0, 10, 7, 5, 9, 10, 1, 8, 2, 10, 9, 4];
const TEXTS = [
  "Checkout took one minute. Great!",
  "Delivery was two days late, and nobody told me.",
  "Great product",
  "I would have liked to pay by invoice.",
  "The size guide is wrong for shoes: I ordered 42 and got something that fits like 40. The exchange was quick and friendly, " +
    "though, and the second pair fits, so I will come back. Please mend the guide before somebody else falls for it.",
  "Support answered within minutes 👍",
  "Zu teuer, aber gut.",
  "使いやすいです。",
];

/** Forty end users, and a few hundred events of all fates. `unknown`: answers of somebody InMoment has never heard of. */
export function population() {
  const people = PEOPLE.split(" ");
  const known = people.map((name, index) => {
    const address = { plan: PLANS[index % PLANS.length], name: name[0].toUpperCase() + name.slice(1), seats: 1 + ((index * 7) % 40) };
    return identify(name, address);
  });
  const answers = Array.from({ length: 160 }, (_, index) =>
    response(people[(index * 13) % people.length], SCORES[index % SCORES.length], index % 3 === 0 ? TEXTS[(index / 3) % TEXTS.length] : null),
  );
  const declines = people.slice(0, 18).map(decline);
  const pages = people.slice(0, 25).map((user) => ({ type: "page", userId: user, name: "Checkout", messageId: `page-${user}`, properties: { url: PAGE } }));
  const elsewhere = people.slice(0, 8).map((user) => ({ ...response(user, 9), integrations: { All: false } }));
  const twice = answers.slice(0, 6);
  const broken = [
    ...people.slice(0, 12).map((user) => ({ ...response(user, 9), properties: { url: PAGE } })),
    ...people.slice(3, 10).map((user) => response(user, 11, "Eleven out of ten")),
    ...people.slice(5, 9).map((user) => ({ ...response(user, 8), integrations: {} })),
    ...people.slice(6, 9).map((user) => ({ ...response(user, 8), properties: { feedbackScore: 8 } })),
    { ...identify("nameless"), traits: { plan: "free" } },
  ];
  const strangers = ["visitor-4711", "visitor-4712", "visitor-4713"].map((user, index) => response(user, 6 + index, "Who am I?"));
  return [...known, ...answers, ...declines, ...pages, ...elsewhere, ...twice, ...broken, ...strangers];
}
