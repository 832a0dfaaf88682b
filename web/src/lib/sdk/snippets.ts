// How each SDK is pointed at this server, with the two calls of the destination's document: an identify that makes the end
// user, and a track that is a survey response. Pure.
import type { SourceKind } from "../api/types.ts";

export interface Snippet {
  id: string;
  label: string;
  kinds: SourceKind[];
  /** What to install, or to know before. */
  before: string;
  code: (url: string, key: string) => string;
}

const web = (url: string, key: string) => `import { RudderAnalytics } from "@rudderstack/analytics-js/bundled";

const analytics = new RudderAnalytics();
analytics.load("${key}", "${url}", {
  configUrl: "${url}",
});

analytics.identify("ada", { email: "ada@example.com", plan: "pro" });
analytics.track(
  "Submit",
  { feedbackScore: 9, feedbackText: "Great product" },
  { integrations: { Wootric: { eventType: "create response" } } },
);
`;

const node = (url: string, key: string) => `const Analytics = require("@rudderstack/rudder-sdk-node");

const client = new Analytics("${key}", {
  dataPlaneUrl: "${url}",
  errorHandler: (error) => console.error(error),
});

client.identify({ userId: "ada", traits: { email: "ada@example.com", plan: "pro" } });
client.track({
  userId: "ada",
  event: "Submit",
  properties: { feedbackScore: 9, feedbackText: "Great product", ip: "203.0.113.7", url: "https://shop.example.com/" },
  integrations: { Wootric: { eventType: "create response" } },
});
`;

const python = (url: string, key: string) => `import rudderstack.analytics as rudder_analytics

rudder_analytics.write_key = "${key}"
rudder_analytics.dataPlaneUrl = "${url}"

rudder_analytics.identify("ada", {"email": "ada@example.com", "plan": "pro"})
rudder_analytics.track(
    "ada",
    "Submit",
    {"feedbackScore": 9, "feedbackText": "Great product", "ip": "203.0.113.7", "url": "https://shop.example.com/"},
    integrations={"Wootric": {"eventType": "create response"}},
)
rudder_analytics.flush()
`;

const go = (url: string, key: string) => `import analytics "github.com/rudderlabs/analytics-go/v4"

client := analytics.New("${key}", "${url}")
defer client.Close()

client.Enqueue(analytics.Identify{
	UserId: "ada",
	Traits: analytics.NewTraits().SetEmail("ada@example.com").Set("plan", "pro"),
})
client.Enqueue(analytics.Track{
	UserId: "ada",
	Event:  "Submit",
	Properties: analytics.NewProperties().
		Set("feedbackScore", 9).
		Set("feedbackText", "Great product").
		Set("ip", "203.0.113.7").
		Set("url", "https://shop.example.com/"),
	Integrations: analytics.NewIntegrations().
		Set("Wootric", map[string]string{"eventType": "create response"}),
})
`;

const rust = (url: string, key: string) => `use rudderanalytics::client::RudderAnalytics;
use rudderanalytics::message::{Identify, Message, Track};
use serde_json::json;

let client = RudderAnalytics::load("${key}".into(), "${url}".into());

client.send(&Message::Identify(Identify {
    user_id: Some("ada".into()),
    traits: Some(json!({ "email": "ada@example.com", "plan": "pro" })),
    ..Default::default()
}))?;
client.send(&Message::Track(Track {
    user_id: Some("ada".into()),
    event: "Submit".into(),
    properties: Some(json!({
        "feedbackScore": 9,
        "feedbackText": "Great product",
        "ip": "203.0.113.7",
        "url": "https://shop.example.com/",
    })),
    integrations: Some(json!({ "Wootric": { "eventType": "create response" } })),
    ..Default::default()
}))?;
`;

const kotlin = (url: string, key: string) => `val analytics = Analytics(
    configuration = Configuration(
        writeKey = "${key}",
        application = application,
        dataPlaneUrl = "${url}",
        controlPlaneUrl = "${url}",
    )
)

analytics.identify("ada", buildJsonObject { put("email", "ada@example.com") })
analytics.track(
    "Submit",
    buildJsonObject {
        put("feedbackScore", 9)
        put("url", "https://shop.example.com/")
    },
    RudderOption(integrations = buildJsonObject {
        putJsonObject("Wootric") { put("eventType", "create response") }
    }),
)
`;

const swift = (url: string, key: string) => `import RudderStackAnalytics

let analytics = Analytics(configuration: Configuration(
    writeKey: "${key}",
    dataPlaneUrl: "${url}",
    controlPlaneUrl: "${url}"
))

analytics.identify(userId: "ada", traits: ["email": "ada@example.com"])
analytics.track(
    name: "Submit",
    properties: ["feedbackScore": 9, "url": "https://shop.example.com/"],
    options: RudderOption(integrations: ["Wootric": ["eventType": "create response"]])
)
`;

/** A single identify, for any shell: the quickest first event. */
export function curlIdentify(url: string, key: string): string {
  return `curl -u ${key}: ${url}/v1/identify \\
  -H 'Content-Type: application/json' \\
  -d '{"userId":"ada","traits":{"email":"ada@example.com","plan":"pro"}}'`;
}

const http = (url: string, key: string) => `${curlIdentify(url, key)}

curl -u ${key}: ${url}/v1/track \\
  -H 'Content-Type: application/json' \\
  -d '{"userId":"ada","event":"Submit",
       "properties":{"feedbackScore":9,"feedbackText":"Great product","url":"https://shop.example.com/"},
       "integrations":{"Wootric":{"eventType":"create response"}}}'
`;

export const SNIPPETS: Snippet[] = [
  {
    id: "web",
    label: "Web",
    kinds: ["web"],
    before:
      "Install @rudderstack/analytics-js. Use its bundled build: the default build loads plugins from another host and sends nothing without them.",
    code: web,
  },
  {
    id: "kotlin",
    label: "Kotlin",
    kinds: ["mobile"],
    before:
      "For Android. Use the same URL for the data plane and the control plane. Android refuses plain http:// unless the app allows it.",
    code: kotlin,
  },
  {
    id: "swift",
    label: "Swift",
    kinds: ["mobile"],
    before: "For iOS, macOS, tvOS and watchOS. Use the same URL for the data plane and the control plane.",
    code: swift,
  },
  {
    id: "node",
    label: "Node",
    kinds: ["server"],
    before: "Install @rudderstack/rudder-sdk-node. Keep the errorHandler: without one the SDK ends the process when an event is refused.",
    code: node,
  },
  { id: "python", label: "Python", kinds: ["server"], before: "Install rudder-sdk-python.", code: python },
  { id: "go", label: "Go", kinds: ["server"], before: "Get github.com/rudderlabs/analytics-go/v4.", code: go },
  { id: "rust", label: "Rust", kinds: ["server"], before: "Add rudderanalytics and serde_json to Cargo.toml.", code: rust },
  {
    id: "http",
    label: "HTTP",
    kinds: ["web", "mobile", "server"],
    before: "Any HTTP client works. The write key is the user name, and the password is empty.",
    code: http,
  },
];

/** The SDKs of a kind of source first, the others after them. */
export function snippetsFor(kind: SourceKind): Snippet[] {
  return [...SNIPPETS.filter((one) => one.kinds.includes(kind)), ...SNIPPETS.filter((one) => !one.kinds.includes(kind))];
}

/** Why the web SDK would refuse an address: it takes localhost, an IPv4 address, or a name with a dot. */
export function webSdkRefuses(url: string): boolean {
  return !/^https?:\/\/(localhost|(\d{1,3}\.){3}\d{1,3}|([\w-]+\.)+[a-z]{2,})(:\d+)?([/?#].*)?$/i.test(url);
}
