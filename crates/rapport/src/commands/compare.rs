//! `rapport compare`: the differences between the profiles `native` and `rudderstack` for the events of a file, by
//! rule; it sends nothing.
//!
//! The file may have events, batches as SDKs send them, and requests of rudder-server to its transformer. Events of
//! SDKs are treated as rudder-server passes them on to its transformer: with the times that it adds, and the caller's
//! address. Events of its router have passed its filters, and are used unchanged. Only one value is in memory at a
//! time, however long the file is.

mod report;

use super::explain::CALLER;
use super::input::{self, Document, Documents, NotJson, RouterPayload};
use crate::cli;
use crate::failure::{Exit, Failure, code};
use crate::output::Out;
use event::time::Moment;
use event::{Envelope, Event, Millis, ReadError, SourceKind};
use mapping::{Settings, differences, differences_unfiltered};
use report::{EventLocation, Report};
use std::io::BufRead;

/// Runs the command.
pub(super) fn run(args: &cli::Compare, now: Millis, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let mut documents = Documents::new(input::open(&args.file)?);
    let report = compare(&mut documents, now).map_err(|error| input::unreadable(&args.file, &error))?;
    if args.json {
        out.json(&report.json())?;
    } else {
        report.write(out)?;
    }
    Ok(if report.is_complete() { Exit::Done } else { Exit::No })
}

fn compare(documents: &mut Documents<impl BufRead>, now: Millis) -> std::io::Result<Report> {
    let mut comparison = Comparison { settings: Settings::default(), now, report: Report::default() };
    while let Some(document) = documents.next()? {
        match document {
            Ok(document) => comparison.document(&document),
            Err(NotJson { line, what }) => {
                comparison.report.unreadable(EventLocation::line(line), code::INPUT_NOT_JSON, what);
            }
        }
    }
    Ok(comparison.report)
}

struct Comparison {
    settings: Settings,
    now: Millis,
    report: Report,
}

impl Comparison {
    fn document(&mut self, document: &Document) {
        let Document { line, text } = document;
        if let Some(payload) = input::router_payload(text) {
            self.payload(*line, &payload);
        } else if let Some(batch) = input::batch(text) {
            for (nth, text) in batch.iter().enumerate() {
                self.sent_by_sdk(EventLocation::within(*line, "event", nth), text);
            }
        } else {
            self.sent_by_sdk(EventLocation::line(*line), text);
        }
    }

    /// An event as an SDK sends it.
    fn sent_by_sdk(&mut self, place: EventLocation, text: &str) {
        let envelope = self.envelope(Some(CALLER));
        match Event::read(text, &envelope) {
            Ok(event) => {
                let event = event.passed_on();
                let found = differences(&event, &self.settings);
                self.report.compared(place, own_message_id(&event), found);
            }
            Err(error) => self.unreadable(place, error),
        }
    }

    fn payload(&mut self, line: u64, payload: &RouterPayload<'_>) {
        if !payload.is_for_inmoment() {
            self.report.passed_over(payload.messages.len());
            return;
        }
        for (nth, message) in payload.messages.iter().enumerate() {
            let place = EventLocation::within(line, "input", nth);
            match message {
                Some(text) => self.asked_by_router(place, text),
                None => self.unreadable(place, ReadError::NotAnObject),
            }
        }
    }

    /// An event as rudder-server's router passes it to its transformer.
    fn asked_by_router(&mut self, place: EventLocation, text: &str) {
        let envelope = self.envelope(None);
        match Event::read(text, &envelope) {
            Ok(event) => {
                // It was received earlier, and rudder-server recorded the time.
                let received_at =
                    event.body.get("receivedAt").and_then(Moment::from_value).map(Moment::unix_millis);
                let envelope = Envelope { received_at: received_at.unwrap_or(self.now), ..envelope };
                let event = Event::from_body(event.body, &envelope);
                let found = differences_unfiltered(&event, &self.settings);
                self.report.compared(place, own_message_id(&event), found);
            }
            Err(error) => self.unreadable(place, error),
        }
    }

    fn unreadable(&mut self, place: EventLocation, error: ReadError) {
        self.report.unreadable(place, error.code(), error.to_string());
    }

    fn envelope(&self, request_ip: Option<&str>) -> Envelope {
        Envelope {
            source: None,
            source_kind: SourceKind::Server,
            received_at: self.now,
            request_ip: request_ip.map(str::to_owned),
            forced: None,
            request_id: [0; 16],
            index: 0,
        }
    }
}

/// Only an id that the event came with is useful to its sender.
fn own_message_id(event: &Event) -> Option<&str> {
    Some(event.message_id.as_str()).filter(|_| !event.message_id_generated)
}
