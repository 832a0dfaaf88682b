//! Measures the cost of the digest of an event's content: `cargo run --release -p event --example content`. Prints
//! JSON.

#![allow(clippy::print_stdout, reason = "a measurement says what it measured")]

use event::{Envelope, Event, Millis, SourceKind};
use std::hint::black_box;
use std::time::Instant;

const TIMES: u32 = 200_000;

fn main() {
    let traits: Vec<String> =
        (0..20).map(|n| format!(r#""trait_{n}":"a value of about thirty letters {n}""#)).collect();
    let context = r#""context":{"ip":"192.0.2.1","library":{"name":"RudderLabs JavaScript SDK","version":"3.0.0"},"page":{"url":"https://shop.example.com/checkout?step=2","title":"Checkout"},"userAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"}"#;
    let head = r#""type":"identify","messageId":"0b0c9f0e-5f4f-4a53-8a5a-3f9d7a6a1f10","userId":"ada","originalTimestamp":"2026-01-01T00:00:00.000Z""#;
    for (name, traits) in [("small", traits[..2].join(",")), ("usual", traits.join(","))] {
        let text = format!(r#"{{{head},{context},"traits":{{{traits}}}}}"#);
        let envelope = Envelope {
            source: None,
            source_kind: SourceKind::Web,
            received_at: Millis(1_700_000_000_000),
            request_ip: None,
            forced: None,
            request_id: [7; 16],
            index: 0,
        };
        let nanos = |work: &dyn Fn()| {
            let began = Instant::now();
            for _ in 0..TIMES {
                work();
            }
            began.elapsed().as_nanos() / u128::from(TIMES)
        };
        let read = || Event::read(black_box(&text), &envelope).ok();
        let reading = nanos(&|| drop(black_box(read())));
        let Some(event) = read() else { continue };
        let digesting = nanos(&|| _ = black_box(black_box(&event).content_hash()));
        let id = nanos(&|| _ = black_box(event::message_hash(black_box(&event.message_id))));
        let bytes = text.len();
        println!(
            r#"{{"event":"{name}","bytes":{bytes},"read_ns":{reading},"content_ns":{digesting},"id_ns":{id}}}"#
        );
    }
}
