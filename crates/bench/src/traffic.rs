//! Requests as the web SDK sends them, which are prepared once and get new ids in place: making JSON for each request
//! would cost the load generator as much as the server needs to accept it.
//!
//! The events have the data that a browser adds (docs/facts/sdks.md#web-delivery, recorded from
//! `@rudderstack/analytics-js` 3.34), about 1 KB each. Message ids and users are numbers of a fixed width, so that
//! filling in changes only them.

use std::fmt::Write;
use std::net::SocketAddr;

/// The key that every benchmark's source has.
pub(crate) const WRITE_KEY: &str = "bench-write-key";
/// `bench-write-key:` in base64, as SDKs send it.
pub(crate) const BASIC: &str = "YmVuY2gtd3JpdGUta2V5Og==";

/// Placeholders for a message's and a user's number.
const MESSAGE: &str = "~~~~~~~~~~~~";
const USER: &str = "^^^^^^";

/// A kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TrafficKind {
    Identify,
    /// a track that asks for a survey response
    Response,
    Page,
}

/// The content of a batch of a browser's session: 20 events, of which InMoment gets half.
pub(crate) const SESSION: [TrafficKind; 20] = {
    use TrafficKind::{Identify as I, Page as P, Response as R};
    [I, P, P, R, P, I, P, I, P, R, P, I, P, R, P, I, P, R, P, I]
};

/// The user id of this number.
pub(crate) fn user(number: u64) -> String {
    format!("user-{number:0width$}", width = USER.len())
}

/// The message id of this number.
pub(crate) fn message(number: u64) -> String {
    let begins = ID_BEGINS.rsplit('"').next().unwrap_or_default();
    format!("{begins}{number:0width$}", width = MESSAGE.len())
}

/// A request that is being prepared.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    bytes: Vec<u8>,
    body_at: usize,
    events: Vec<Holes>,
    per_user: u64,
    users: u64,
}

/// The positions of an event's numbers.
#[derive(Debug, Clone, Default)]
struct Holes {
    message: Vec<usize>,
    user: Vec<usize>,
}

impl Template {
    /// `/v1/batch` with these events. Each group of `per_user` consecutive messages belongs to one of `users` users.
    pub(crate) fn batch(server: SocketAddr, kinds: &[TrafficKind], per_user: u64, users: u64) -> Template {
        let events: Vec<String> = kinds.iter().map(|kind| event(*kind)).collect();
        let body = format!("{{\"batch\":[{}],\"sentAt\":\"2026-03-02T09:30:01.000Z\"}}", events.join(","));
        Template::new(server, "/v1/batch", &body, per_user, users)
    }

    /// `/v1/track` with one response.
    pub(crate) fn track(server: SocketAddr, per_user: u64, users: u64) -> Template {
        Template::new(server, "/v1/track", &event(TrafficKind::Response), per_user, users)
    }

    /// `/routerTransform` as rudder-server sends it, compacted, with this many jobs of one destination; `per_user`
    /// consecutive jobs belong to one of `users` users.
    pub(crate) fn router(
        server: SocketAddr,
        jobs: usize,
        per_user: u64,
        users: u64,
        config: &str,
    ) -> Template {
        let job = |nth: usize| {
            let kind = if nth.is_multiple_of(2) { TrafficKind::Identify } else { TrafficKind::Response };
            // The event is as the gateway enriched it.
            let event = event(kind).replacen(",\"userId\"", ",\"request_ip\":\"203.0.113.7\",\"userId\"", 1);
            let metadata = METADATA.replace("JOB", &(nth + 1).to_string());
            format!("{{\"message\":{event},\"metadata\":{metadata}}}")
        };
        let jobs: Vec<String> = (0..jobs).map(job).collect();
        let body = format!(
            "{{\"input\":[{}],\"destType\":\"wootric\",\"destinations\":{{\"d1\":{{\"ID\":\"d1\",\"Name\":\"InMoment\",\
             \"Config\":{config},\"Enabled\":true,\"WorkspaceID\":\"w1\",\"DestinationDefinition\":{{\"ID\":\"dd\",\
             \"Name\":\"WOOTRIC\",\"DisplayName\":\"InMoment(formerly Wootric)\",\"Config\":{{}}}},\"Transformations\":[],\
             \"RevisionID\":\"r1\"}}}},\"connections\":{{\"s1:d1\":{{\"sourceId\":\"s1\",\"destinationId\":\"d1\",\"enabled\":true}}}}}}",
            jobs.join(",")
        );
        let head = format!(
            "POST /routerTransform HTTP/1.1\r\nHost: {server}\r\nContent-Type: application/json; charset=utf-8\r\n\
             X-Feature-Gzip-Support: ?1\r\nX-Feature-Filter-Code: ?1\r\nX-Content-Format: json+compactedv1\r\n\
             User-Agent: Go-http-client/1.1\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        Template::of(&head, &body, per_user, users)
    }

    fn new(server: SocketAddr, path: &str, body: &str, per_user: u64, users: u64) -> Template {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {server}\r\nAuthorization: Basic {BASIC}\r\n\
             Content-Type: application/json;charset=UTF-8\r\nAccept: application/json\r\n\
             User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        Template::of(&head, body, per_user, users)
    }

    fn of(head: &str, body: &str, per_user: u64, users: u64) -> Template {
        let text = format!("{head}{body}");
        let events = holes(&text);
        Template { bytes: text.into_bytes(), body_at: head.len(), events, per_user, users: users.max(1) }
    }

    /// The number of events in one request.
    pub(crate) fn events(&self) -> u64 {
        self.events.len() as u64
    }

    /// The bytes of the body for each event.
    pub(crate) fn bytes_per_event(&self) -> usize {
        (self.bytes.len() - self.body_at) / self.events.len().max(1)
    }

    /// The request whose first message has this number.
    pub(crate) fn fill(&mut self, first: u64) -> &[u8] {
        for (number, holes) in (first..).zip(&self.events) {
            for at in &holes.message {
                digits(&mut self.bytes[*at..*at + MESSAGE.len()], number);
            }
            let user = number / self.per_user % self.users;
            for at in &holes.user {
                digits(&mut self.bytes[*at..*at + USER.len()], user);
            }
        }
        &self.bytes
    }
}

/// The placeholders of each event: a placeholder for a message's number begins a new event.
fn holes(text: &str) -> Vec<Holes> {
    let mut all: Vec<Holes> = Vec::new();
    let mut places: Vec<(usize, bool)> = text.match_indices(MESSAGE).map(|(at, _)| (at, true)).collect();
    places.extend(text.match_indices(USER).map(|(at, _)| (at, false)));
    places.sort_unstable();
    for (at, is_message) in places {
        if is_message && text[..at].ends_with(ID_BEGINS) {
            all.push(Holes::default());
        }
        if let Some(holes) = all.last_mut() {
            if is_message { holes.message.push(at) } else { holes.user.push(at) }
        }
    }
    all
}

/// Fills a placeholder with a number with leading zeros.
fn digits(hole: &mut [u8], mut number: u64) {
    for byte in hole.iter_mut().rev() {
        // A remainder of 10 is a digit.
        *byte = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
}

/// Every event begins with its id.
const ID_BEGINS: &str = "{\"messageId\":\"5c9e0f1e-3f0a-4d0e-8f6b-";

const BROWSER: &str = concat!(
    r#""sessionId":1795434374756,"app":{"name":"RudderLabs JavaScript SDK","namespace":"com.rudderlabs.javascript","#,
    r#""version":"3.34.1"},"library":{"name":"RudderLabs JavaScript SDK","version":"3.34.1"},"#,
    r#""userAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0","#,
    r#""locale":"en-US","screen":{"width":1280,"height":720,"density":1},"#,
    r#""page":{"path":"/account","referrer":"$direct","title":"Your account","#,
    r#""url":"https://shop.example.com/account"},"timezone":"GMT+0000""#,
);

/// rudder-server's metadata of a job (docs/facts/transformer.md#metadata).
const METADATA: &str = concat!(
    r#"{"userId":"0bdfadf2-96c2-4e24-a119-9fbf013c3758<<>>u<<>>u","jobId":JOB,"sourceId":"s1","sourceCategory":"","#,
    r#""destinationId":"d1","attemptNum":0,"receivedAt":"2026-03-02T09:30:01.000Z","createdAt":"2026-03-02T09:30:01.100Z","#,
    r#""firstAttemptedAt":"","transformAt":"router","workspaceId":"w1","secret":null,"workerAssignedTime":"2026-03-02T09:30:02Z","#,
    r#""destInfo":null,"dontBatch":false,"traceparent":""}"#,
);

fn event(kind: TrafficKind) -> String {
    let mut text = format!("{ID_BEGINS}{MESSAGE}\",\"userId\":\"user-{USER}\",");
    let traits = format!(
        r#""traits":{{"email":"user-{USER}@example.com","name":"Ada Example","plan":"pro","city":"New Orleans","seats":12}}"#
    );
    let kind = match kind {
        TrafficKind::Identify => r#""type":"identify""#.to_owned(),
        TrafficKind::Response => format!(
            r#""type":"track","event":"Survey answered","properties":{{"feedbackScore":9,"feedbackText":"answer {MESSAGE}"}}"#
        ),
        TrafficKind::Page => {
            r#""type":"page","name":"Account","properties":{"path":"/account","title":"Your account"}"#
                .to_owned()
        }
    };
    let written = write!(
        text,
        r#"{kind},"context":{{{traits},{BROWSER}}},"channel":"web","anonymousId":"0bdfadf2-96c2-4e24-a119-9fbf013c3758","#
    );
    // Writing to a String cannot fail.
    debug_assert!(written.is_ok());
    text.push_str(
        r#""integrations":{"All":true,"Wootric":{"eventType":"create response"}},"originalTimestamp":"2026-03-02T09:30:00.000Z"}"#,
    );
    text
}

/// The number that [`Template::fill`] wrote into a response's text.
pub(crate) fn number_in(text: &str) -> Option<u64> {
    text.strip_prefix("answer ")?.parse().ok()
}

#[cfg(test)]
mod tests;
