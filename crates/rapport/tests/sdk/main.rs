//! RudderStack's official SDKs against a running server: each drives its own public API, unmodified, and what is
//! looked at is InMoment's end (the sandbox), never the server's own opinion.
//!
//! `tests/sdk/setup.sh` installs the SDKs first. The mobile ones, which need a phone's tool chain, are represented by
//! the requests they were recorded or read to make.

#![allow(clippy::disallowed_methods, reason = "a test starts tasks of its own, and awaits them")]

mod arrived;
mod mobile;
mod program;
mod proxies;
mod proxy;
mod readers;
mod stand;
mod visitor;
mod web;
mod wire;

use arrived::{Expected, assert_arrived};
use mobile::Encoding;
use program::Program;
use serde_json::json;
use stand::Stand;
use visitor::Visitor;

/// Runs a server-side SDK and returns when its events stand in InMoment.
fn drive(sdk: &str, slash: &str) {
    let visitor = Visitor::new(&sdk.replace([' ', '-'], ""));
    let stand = Stand::start();
    let url = format!("{}{slash}", stand.url());
    Program::new(sdk, &url, stand::SERVER_KEY, &visitor).run().assert_success();
    assert_arrived(&stand.settled(), &visitor, &Expected::default());
}

#[test]
fn node() {
    drive("node", "");
}

#[test]
fn python() {
    drive("python", "");
}

#[test]
fn go() {
    drive("go", "");
}

#[test]
fn rust_one_request_for_each_event() {
    drive("rust", "");
}

#[test]
fn rust_batch_with_its_doubled_type_keys() {
    drive("rust --shape batch", "");
}

#[test]
fn java() {
    drive("java", "");
}

#[test]
fn service_worker() {
    drive("service-worker", "");
}

/// Segment's server SDKs need another host and nothing else.
#[test]
fn segment_node() {
    drive("segment-node", "");
}

#[test]
fn segment_python() {
    drive("segment-python", "");
}

#[test]
fn segment_go() {
    drive("segment-go", "");
}

/// Segment's Java SDK has its write key in the body.
#[test]
fn segment_java() {
    drive("segment-java", "");
}

/// Go and Rust put the path after the URL as it is: a configured trailing slash becomes `//v1/batch` (docs/facts/sdks.md#go, #rust).
#[test]
fn go_and_rust_with_a_trailing_slash() {
    drive("go", "/");
    drive("rust", "/");
}

#[test]
fn kotlin_streams_its_batch_in_chunks() {
    for (name, encoding) in [("kotlin", Encoding::Plain), ("kotlingzip", Encoding::Gzip)] {
        let visitor = Visitor::new(name);
        let stand = Stand::start();
        mobile::assert_source_config(
            &mobile::kotlin_start(stand.address(), stand::MOBILE_KEY),
            stand::MOBILE_KEY,
        );
        let reply = mobile::kotlin_send(stand.address(), stand::MOBILE_KEY, &visitor, encoding);
        assert_eq!(reply.status, 200, "{name}: {}", reply.text());
        let expected = Expected { phone: Some(visitor.phone), ..Expected::default() };
        assert_arrived(&stand.settled(), &visitor, &expected);
    }
}

#[test]
fn android_puts_sent_at_before_its_batch() {
    let visitor = Visitor::new("android");
    let stand = Stand::start();
    let (start, upload) = mobile::android(stand.address(), stand::MOBILE_KEY, &visitor);
    mobile::assert_source_config(&start, stand::MOBILE_KEY);
    // Exactly 200: this SDK repeats a batch for ever on any other success (docs/facts/sdks.md#android-200).
    assert_eq!(upload.status, 200, "{}", upload.text());
    let expected = Expected { phone: Some(visitor.phone), ..Expected::default() };
    assert_arrived(&stand.settled(), &visitor, &expected);
}

/// An SDK that sends the same batch again (its reply was lost) must not make a second response.
#[test]
fn a_repeated_upload_arrives_once() {
    let visitor = Visitor::new("again");
    let stand = Stand::start();
    for _ in 0..2 {
        let reply = mobile::kotlin_send(stand.address(), stand::MOBILE_KEY, &visitor, Encoding::Plain);
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
    let expected = Expected { phone: Some(visitor.phone), ..Expected::default() };
    assert_arrived(&stand.settled(), &visitor, &expected);
    assert_eq!(stand.status()["skipped"], json!(2), "both repeated events, as duplicates");
}

/// Every SDK tells its caller that the write key is wrong, and nothing reaches InMoment. Python's single attempt and
/// the text in Node's error need the refusal to be plain text (docs/facts/sdks.md#rule-text-errors, #rule-error-texts).
#[test]
fn a_wrong_write_key_is_reported_by_every_sdk() {
    let visitor = Visitor::new("stranger");
    let stand = Stand::start();
    for (sdk, said) in [
        ("node", "invalid write key"),
        ("python", "invalid write key"),
        ("go", "401"),
        ("rust", "401"),
        ("java", "invalid write key"),
        ("service-worker", "unauthorized"),
        ("segment-node", "401"),
        ("segment-python", "401"),
        ("segment-go", "401"),
        ("segment-java", "invalid write key"),
    ] {
        let ended = Program::new(sdk, &stand.url(), "not-a-key", &visitor).run();
        ended.assert_refused();
        assert!(ended.stderr.to_lowercase().contains(said), "{sdk}: {}", ended.stderr);
    }
    let state = stand.settled();
    assert_eq!((&state["end_users"], &state["responses"]), (&json!([]), &json!([])));
    assert_eq!(stand.status()["accepted"], 0);
}
