//! Sends the two sample events of the destination's document with the official RudderStack Rust SDK.
//!
//! The SDK is synchronous: every `send` is one request, answered before the next, and its result is all the
//! SDK tells.

use std::collections::HashMap;
use std::process::ExitCode;

use rudderanalytics::client::RudderAnalytics;
use rudderanalytics::errors::Error;
use rudderanalytics::message::{Batch, BatchMessage, Identify, Message, Track};
use serde_json::json;

/// How the two events travel: each to the endpoint of its type, or both in one batch, whose elements repeat
/// the key `type` (the one request shape that only this SDK makes).
#[derive(PartialEq)]
enum Shape {
    Single,
    Batch,
}

struct Options {
    url: String,
    write_key: String,
    user_id: String,
    email: String,
    shape: Shape,
}

fn options() -> Result<Options, String> {
    let mut given = HashMap::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} has no value"))?;
        given.insert(name, value);
    }
    let shape = match given.remove("--shape").as_deref() {
        None | Some("single") => Shape::Single,
        Some("batch") => Shape::Batch,
        Some(other) => return Err(format!("--shape is single or batch, not {other}")),
    };
    let mut take = |name: &str| given.remove(name).ok_or_else(|| format!("{name} is missing"));
    let options = Options {
        url: take("--url")?,
        write_key: take("--write-key")?,
        user_id: take("--user-id")?,
        email: take("--email")?,
        shape,
    };
    match given.keys().next() {
        Some(unknown) => Err(format!("{unknown} is not an option")),
        None => Ok(options),
    }
}

fn identify(options: &Options) -> Identify {
    Identify {
        user_id: Some(options.user_id.clone()),
        traits: Some(json!({
            "email": options.email,
            "name": "Ada",
            "plan": "pro",
            "createdAt": "2021-01-20T13:39:21.032Z",
        })),
        ..Default::default()
    }
}

fn track(options: &Options) -> Track {
    Track {
        user_id: Some(options.user_id.clone()),
        event: "Submit".to_owned(),
        properties: Some(json!({
            "feedbackScore": 9,
            "feedbackText": "Great Product!",
            "ip": "127.0.0.0",
            "url": "https://www.google.com/",
            "createdAt": "2022-01-20T13:39:21.032Z",
        })),
        integrations: Some(json!({ "Wootric": { "eventType": "create response" } })),
        ..Default::default()
    }
}

fn drive(options: &Options) -> Result<(), Error> {
    let client = RudderAnalytics::load(options.write_key.clone(), options.url.clone());
    if options.shape == Shape::Batch {
        return client.send(&Message::Batch(Batch {
            batch: vec![BatchMessage::Identify(identify(options)), BatchMessage::Track(track(options))],
            context: None,
            integrations: None,
            original_timestamp: None,
        }));
    }
    client.send(&Message::Identify(identify(options)))?;
    client.send(&Message::Track(track(options)))
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(what) => {
            eprintln!("drive: {what}");
            return ExitCode::from(2);
        }
    };
    match drive(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Only the Debug form carries the status.
            eprintln!("rudderanalytics: {error}: {error:?}");
            ExitCode::FAILURE
        }
    }
}
