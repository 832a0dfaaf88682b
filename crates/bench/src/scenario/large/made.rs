//! The content of large requests, and its result.

use crate::server::Server;
use crate::traffic::BASIC;
use crate::wire::Connection;
use anyhow::{Result, ensure};
use serde_json::Value;

/// The numbers of events in a request; each is twice the one before.
const EVENTS: [usize; 5] = [5_000, 10_000, 20_000, 40_000, 80_000];
/// The numbers if each event costs two calls.
const FEWER_EVENTS: [usize; 4] = [2_500, 5_000, 10_000, 20_000];

/// One kind of events.
pub(super) struct Made {
    pub(super) name: &'static str,
    pub(super) what: &'static str,
    pub(super) events: &'static [usize],
    /// the destination's mode
    pub(super) mode: &'static str,
    /// whether orders are given about the resulting dead letters
    pub(super) ordered: bool,
    event: fn(usize) -> String,
    done: fn(&Value) -> &Value,
}

pub(super) const MADE: [Made; 7] = [
    Made {
        name: "numbers",
        what: "numbers in the place of events, behind a good one,",
        events: &EVENTS,
        mode: "live",
        ordered: true,
        event: |nth| if nth == 0 { page(0) } else { "1".to_owned() },
        done: |status| &status["dead"],
    },
    Made {
        name: "dead",
        what: "survey answers that do not say what they are",
        events: &EVENTS,
        mode: "live",
        ordered: false,
        event: |nth| {
            format!(r#"{{"type":"track","userId":"u{nth}","event":"x","properties":{{"feedbackScore":9}}}}"#)
        },
        done: |status| &status["dead"],
    },
    Made {
        name: "ordinary",
        what: "ordinary tracks without integrations",
        events: &[6_000],
        mode: "live",
        ordered: false,
        event: ordinary,
        done: |status| &status["skipped_by"]["not_a_survey"],
    },
    Made {
        name: "tracks",
        what: "ordinary tracks without integrations",
        events: &EVENTS,
        mode: "live",
        ordered: false,
        event: ordinary,
        done: |status| &status["skipped_by"]["not_a_survey"],
    },
    Made {
        name: "skipped",
        what: "pages",
        events: &EVENTS,
        mode: "live",
        ordered: false,
        event: page,
        done: |status| &status["skipped_by"]["unsupported_type"],
    },
    Made {
        name: "shadow",
        what: "identifies of one user each, in shadow mode,",
        events: &EVENTS,
        mode: "shadow",
        ordered: false,
        event: identify,
        done: |status| &status["skipped_by"]["shadowed"],
    },
    Made {
        name: "delivered",
        what: "identifies of one new user each",
        events: &FEWER_EVENTS,
        mode: "live",
        ordered: false,
        event: identify,
        done: |status| &status["delivered"],
    },
];

fn page(nth: usize) -> String {
    format!(r#"{{"type":"page","userId":"u{nth}"}}"#)
}

fn ordinary(nth: usize) -> String {
    format!(
        r#"{{"type":"track","userId":"u{nth}","event":"Product viewed","messageId":"track-{nth}","properties":{{"product_id":"622c6f5d5cf86a4c77358033","sku":"8472-998-0112","name":"Cones of Dunshire","price":40,"position":1,"variant":"expansion pack","url":"https://www.website.com/product/path"}},"context":{{"library":{{"name":"RudderLabs JavaScript SDK","version":"3.34.1"}},"locale":"en-US","page":{{"path":"/product","title":"A product","url":"https://shop.example.com/product"}}}}}}"#
    )
}

fn identify(nth: usize) -> String {
    format!(
        r#"{{"type":"identify","userId":"large-{nth}","messageId":"identify-{nth}","traits":{{"email":"large-{nth}@example.com","plan":"pro"}},"integrations":{{"All":true}}}}"#
    )
}

impl Made {
    /// The body of a request with this many of them; for numbers there is one good event more.
    pub(super) fn body(&self, events: usize) -> String {
        let events = if self.ordered { events + 1 } else { events };
        let texts: Vec<String> = (0..events).map(self.event).collect();
        format!(r#"{{"batch":[{}]}}"#, texts.join(","))
    }

    /// The number of events with a fate.
    pub(super) fn done(&self, status: &Value) -> u64 {
        (self.done)(status).as_u64().unwrap_or_default()
    }

    pub(super) async fn send(&self, server: &Server, body: String) -> Result<()> {
        let address = server.public;
        let head = format!(
            "POST /v1/batch HTTP/1.1\r\nHost: {address}\r\nAuthorization: Basic {BASIC}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let mut connection = Connection::open(address).await?;
        let reply = connection.exchange((head + &body).as_bytes()).await?;
        ensure!(reply.status == 200, "the large request was answered {}", reply.status);
        Ok(())
    }
}
