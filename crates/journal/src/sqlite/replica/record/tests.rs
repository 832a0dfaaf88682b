//! Records are read as they were written, and what is none of ours is told.

use super::*;
use crate::change::Change;
use crate::records::{DestinationId, Fate, Position, SkipCode, SourceId};
use event::{Millis, RequestShape};
use std::sync::Arc;

fn record(act: Act) -> Record {
    Record { node: "one".to_owned(), run: 7, sequence: 9, epoch: Some(3), act }
}

fn header(bytes: &Bytes) -> serde_json::Value {
    let length = u32::from_le_bytes(bytes[1..PREFIX].try_into().unwrap());
    serde_json::from_slice(&bytes[PREFIX..PREFIX + usize::try_from(length).unwrap()]).unwrap()
}

#[test]
fn an_append_keeps_its_body_byte_for_byte() {
    let request = crate::records::NewRequest {
        source: SourceId(1),
        shape: RequestShape::Batch,
        request_id: [5; 16],
        received_at: Millis(6),
        request_ip: None,
        events: 1,
        rejected: Vec::new(),
        destinations: Arc::from([DestinationId(2)]),
        body: Bytes::new(),
    };
    let body = Packed { bytes: Bytes::from_static(b"\x00\xffbody"), length: Some(12) };
    let bytes = record(Act::Work(Work::Append { request, body })).encode().unwrap();
    let again = Record::decode(&bytes).unwrap();
    let Act::Work(Work::Append { request, body }) = again.act else { panic!("it is an append") };
    assert_eq!((&body.bytes[..], body.length), (&b"\x00\xffbody"[..], Some(12)));
    assert_eq!((request.request_id, request.destinations), ([5; 16], Arc::from([DestinationId(2)])));
    assert_eq!((again.node.as_str(), again.run, again.sequence, again.epoch), ("one", 7, 9, Some(3)));
}

#[test]
fn a_commit_keeps_its_changes() {
    let changes = vec![
        Change::Fate(Position { request: 1, index: 2 }, Fate::Skipped(SkipCode::Duplicate)),
        Change::Paused(None),
        Change::Cursor(u64::MAX),
        Change::Seen(
            crate::records::MessageKey { source: SourceId(1), id: u128::MAX, content: 0 },
            Millis(-1),
        ),
    ];
    let work = Work::Commit {
        destination: DestinationId(4),
        changes: changes.clone().into(),
        sources: Default::default(),
    };
    let bytes = record(Act::Work(work)).encode().unwrap();
    let Act::Work(Work::Commit { destination, changes: again, .. }) = Record::decode(&bytes).unwrap().act
    else {
        panic!("it is a commit")
    };
    assert_eq!((destination, again.to_vec()), (DestinationId(4), changes));
}

#[test]
fn a_field_that_this_version_does_not_know_is_passed_over() {
    let bytes = record(Act::Claim).encode().unwrap();
    let mut fields = header(&bytes);
    fields["of_tomorrow"] = serde_json::json!({"a": [1]});
    let fields = serde_json::to_vec(&fields).unwrap();
    let length = u32::try_from(fields.len()).unwrap();
    let changed = [&[VERSION][..], &length.to_le_bytes(), &fields].concat();
    assert!(matches!(Record::decode(&changed.into()).unwrap().act, Act::Claim));
}

#[test]
fn what_is_none_of_ours_is_told_without_its_content() {
    let newer = [&[VERSION + 1][..], b"anything"].concat();
    assert_eq!(Record::decode(&newer.into()).err(), Some(RecordError::Newer(VERSION + 1)));
    let work_of_tomorrow = br#"{"node":"one","run":1,"sequence":1,"act":{"work":{"secret":1}}}"#;
    let length = u32::try_from(work_of_tomorrow.len()).unwrap();
    let unknown = [&[VERSION][..], &length.to_le_bytes(), work_of_tomorrow].concat();
    let cut = unknown[..unknown.len() - 1].to_vec();
    for bytes in [unknown, cut, Vec::new(), vec![VERSION, 1]] {
        let error = Record::decode(&bytes.into()).err().unwrap().to_string();
        assert!(error.contains("it is not a record") && !error.contains("secret"), "{error}");
    }
}
