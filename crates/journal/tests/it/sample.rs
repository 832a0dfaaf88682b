//! Requests and changes as the tests hand them in.

use bytes::Bytes;
use event::{Clock, EventKind, Millis, RequestShape, SourceKind};
use journal::{
    AnswerKind, Change, ConflictRecord, DestinationId, Fate, Journal, KnownUser, MessageKey, NewAttempt,
    NewAudit, NewDeadLetter, NewRequest, NewSurveyAnswer, Options, Party, Position, ReadLimit, Rejected,
    SourceId, SqliteJournal, StoredRequest, UniqueField,
};

/// Everything there is.
pub(crate) const ALL: ReadLimit = ReadLimit { events: usize::MAX, bytes: usize::MAX };

/// Who orders things here.
pub(crate) fn by() -> NewAudit {
    NewAudit {
        who: "ada".to_owned(),
        action: "test.order".to_owned(),
        subject: "of the test".to_owned(),
        detail: "{}".to_owned(),
        address: None,
    }
}

/// A batch of this many events, told apart by `tag`.
pub(crate) fn batch(source: SourceId, destinations: &[DestinationId], events: u32, tag: u8) -> NewRequest {
    let texts: Vec<String> = (0..events).map(|index| event_text(tag, index)).collect();
    NewRequest {
        source,
        shape: RequestShape::Batch,
        request_id: [tag; 16],
        received_at: Millis(1_700_000_000_000 + i64::from(tag)),
        request_ip: Some(format!("10.0.0.{tag}")),
        events,
        rejected: Vec::new(),
        destinations: destinations.into(),
        body: Bytes::from(format!(r#"{{"batch":[{}],"sentAt":"x"}}"#, texts.join(","))),
    }
}

/// One event, as it stands in [`batch`].
pub(crate) fn event_text(tag: u8, index: u32) -> String {
    format!(r#"{{"type": "track","userId":"u{index}","n":{tag}.50}}"#)
}

/// One identify by its own route.
pub(crate) fn single(source: SourceId, destinations: &[DestinationId], tag: u8) -> NewRequest {
    NewRequest {
        shape: RequestShape::Single(EventKind::Identify),
        events: 1,
        body: Bytes::from(format!(r#" {{"userId":"single{tag}"}} "#)),
        ..batch(source, destinations, 0, tag)
    }
}

pub(crate) fn rejected(index: u32) -> Rejected {
    Rejected { index, code: "event_not_an_object".to_owned() }
}

pub(crate) fn position(request: u64, index: u32) -> Position {
    Position { request, index }
}

pub(crate) fn fate(request: u64, index: u32, fate: Fate) -> Change {
    Change::Fate(position(request, index), fate)
}

/// An event given up: its fate and its letter.
pub(crate) fn death(request: u64, index: u32, code: &str) -> [Change; 2] {
    [fate(request, index, Fate::Dead), Change::DeadLetter(letter(request, index, code))]
}

pub(crate) fn letter(request: u64, index: u32, code: &str) -> NewDeadLetter {
    NewDeadLetter {
        position: position(request, index),
        code: code.to_owned(),
        reason: format!("because of {code}"),
        message_id: format!("m-{request}-{index}"),
        kind: "track".to_owned(),
        user: Some(format!("u{index}")),
        died_at: Millis(1_700_000_100_000),
    }
}

/// A call made for these events.
pub(crate) fn attempt(events: &[(u64, u32)]) -> NewAttempt {
    NewAttempt {
        events: events.iter().map(|(request, index)| position(*request, *index)).collect(),
        call: "create_response".to_owned(),
        method: "POST".to_owned(),
        target: "/v1/end_users/7/responses?x=1".to_owned(),
        request: "score=9".to_owned(),
        status: Some(200),
        reply: r#"{"id":7}"#.to_owned(),
        result: "ok".to_owned(),
        started_at: Millis(1_700_000_050_000),
        took_ms: 120,
    }
}

/// A survey response.
pub(crate) fn answer(request: u64, index: u32, score: u8) -> NewSurveyAnswer {
    NewSurveyAnswer {
        position: position(request, index),
        kind: AnswerKind::Response,
        score: Some(score),
        text: Some(format!("said {score}")),
        external_id: Some(format!("ext-{score}")),
        email: None,
        end_user_id: format!("eu-{score}"),
        answered_at: Some(1_700_000_000),
        dated_at: Some(1_700_000_000),
        delivered_at: Millis(1_700_000_060_000),
    }
}

pub(crate) fn user(end_user_id: &str, external_id: Option<&str>) -> KnownUser {
    let properties =
        serde_json::from_str(r#"{"plan":"gold","big":12345678901234567890123,"z":1.50}"#).unwrap();
    KnownUser {
        end_user_id: end_user_id.to_owned(),
        external_id: external_id.map(str::to_owned),
        email: Some(format!("{end_user_id}@example.com")),
        phone_number: None,
        last_surveyed: Some(1_700_000_000),
        external_created_at: None,
        properties,
        read_at: Millis(5),
    }
}

pub(crate) fn key(source: SourceId, hash: u128) -> MessageKey {
    MessageKey { source, id: hash, content: 0 }
}

/// A journal with one web source that feeds one destination.
pub(crate) fn wired(journal: &dyn Journal) -> (SourceId, DestinationId) {
    (journal.source("website", SourceKind::Web).unwrap(), journal.destination("inmoment").unwrap())
}

/// Everything about a stored request that can be compared.
pub(crate) fn facts(request: &StoredRequest) -> String {
    let StoredRequest { number, source, source_kind, shape, first_index, request_id, received_at, .. } =
        request;
    let StoredRequest { request_ip, events, rejected, requeued, fates, body, .. } = request;
    format!(
        "{number} {source:?} {source_kind:?} {shape:?} {first_index} {request_id:?} {received_at:?} \
         {request_ip:?} {events} {rejected:?} {requeued} {fates:?} {body:?}"
    )
}

/// A wall clock that stands still.
pub(crate) fn still(now: i64) -> Clock {
    std::sync::Arc::new(move || Millis(now))
}

/// An open journal in a folder that goes with it.
pub(crate) fn durable() -> (SqliteJournal, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (SqliteJournal::open(folder.path(), Options::new(still(0))).unwrap(), folder)
}

/// This lane's person was delivered without this field.
pub(crate) fn conflict(lane: &str, field: UniqueField) -> ConflictRecord {
    let party = |id: &str| Party { end_user_id: Some(id.to_owned()), external_id: Some(format!("ext-{id}")) };
    ConflictRecord {
        lane: lane.to_owned(),
        field,
        value: "ada@x".to_owned(),
        person: party("1"),
        holder: party("2"),
        first: Some(position(1, 0)),
        position: position(1, 0),
        since: Millis(1_000),
        last: Millis(2_000),
        times: 1,
        let_go: None,
        settlement: None,
        failure: None,
        dismissed: false,
    }
}
