//! Random requests, fates and filters.

use super::{all, of};
use crate::sample::{batch, by, death, durable, fate, position};
use event::{EventKind, Millis, RequestShape, SourceKind};
use journal::{
    Archive, Change, DeadLetterFilter, DeliveryStore, DestinationId, EventFilter, Fate, Fates, FoundEvent,
    Intake, NewRequest, OutcomeKind, Position, SkipCode, SourceId, SqliteJournal,
};
use proptest::prelude::*;

#[derive(Debug, Clone)]
struct Stored {
    source: u32,
    destinations: Vec<u32>,
    users: Vec<u8>,
    kind: Option<EventKind>,
    at: i64,
}

fn stored() -> impl Strategy<Value = Stored> {
    let kind = proptest::option::weighted(0.4, proptest::sample::select(&EventKind::ALL[..]));
    (
        1..3_u32,
        proptest::collection::vec(1..3_u32, 0..3),
        proptest::collection::vec(0..5_u8, 1..5),
        kind,
        0..50_i64,
    )
        .prop_map(|(source, destinations, users, kind, at)| Stored {
            source,
            destinations,
            users,
            kind,
            at,
        })
}

fn text(user: u8, place: usize) -> String {
    match user {
        0 => r#""no object""#.to_owned(),
        1 => format!(
            r#"{{"type":"track","userId":"u1","anonymousId":"u2","event":"e","messageId":"m{}"}}"#,
            place % 3
        ),
        2 => format!(
            r#"{{"type":"identify","anonymousId":"u2","traits":{{"email":"u3"}},"messageId":"m{place}"}}"#
        ),
        3 => r#"{"type":"unheard of","userId":"u1","properties":{"email":"u3"}}"#.to_owned(),
        _ => r#"{"userId":"u4"}"#.to_owned(),
    }
}

fn request(stored: &Stored, place: usize) -> NewRequest {
    let destinations: Vec<DestinationId> = stored.destinations.iter().copied().map(DestinationId).collect();
    let about = NewRequest {
        received_at: Millis(stored.at),
        request_id: [u8::try_from(place).unwrap(); 16],
        ..batch(SourceId(stored.source), &destinations, 0, 1)
    };
    let texts: Vec<String> = stored.users.iter().map(|user| text(*user, place)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    match stored.kind {
        Some(kind) if stored.users[0] > 0 => NewRequest {
            shape: RequestShape::Single(kind),
            events: 1,
            body: texts[0].to_owned().into(),
            ..about
        },
        _ => of(about, &texts),
    }
}

fn filter() -> impl Strategy<Value = EventFilter> {
    let time = || proptest::option::weighted(0.2, (0..50_i64).prop_map(Millis));
    let outcomes = [OutcomeKind::Pending, OutcomeKind::Delivered, OutcomeKind::Skipped, OutcomeKind::Dead];
    let codes = ["code0", "code1", "duplicate", "no_destination", "discarded", "nonsense"];
    let whose = (
        proptest::option::weighted(0.3, (0..5_u8).prop_map(|user| format!("u{user}"))),
        proptest::option::weighted(0.2, (0..9_u8).prop_map(|id| format!("m{id}"))),
        proptest::option::weighted(0.2, proptest::sample::select(&EventKind::ALL[..])),
    );
    let fates = (
        proptest::option::weighted(0.3, (1..3_u32).prop_map(DestinationId)),
        proptest::option::weighted(0.3, proptest::sample::select(outcomes.to_vec())),
        proptest::option::weighted(0.3, proptest::sample::select(codes.to_vec())),
    );
    let source = proptest::option::weighted(0.2, (1..3_u32).prop_map(SourceId));
    let before = proptest::option::weighted(0.2, (0..9_u64, 0..4_u32).prop_map(|(r, i)| position(r, i)));
    (time(), time(), source, whose, fates, before).prop_map(
        |(from, to, source, (user, message_id, kind), (destination, outcome, code), before)| EventFilter {
            from,
            to,
            source,
            destination,
            user,
            message_id,
            kind,
            outcome,
            code: code.map(str::to_owned),
            before,
        },
    )
}

/// Does the event match, by what is known of it from outside?
fn matches(filter: &EventFilter, event: &FoundEvent, text: &str, sources: &[&str]) -> bool {
    let fate_of = |fate: &journal::EventFate| {
        let id = if fate.destination == "inmoment" { DestinationId(1) } else { DestinationId(2) };
        filter.destination.is_none_or(|wanted| wanted == id)
            && filter.outcome.is_none_or(|wanted| wanted == OutcomeKind::of(fate.fate))
            && filter.code.as_ref().is_none_or(|code| fate.code.as_ref() == Some(code))
    };
    let nowhere = event.fates.is_empty()
        && filter.destination.is_none()
        && filter.outcome.is_none_or(|wanted| wanted == OutcomeKind::Skipped)
        && filter.code.as_ref().is_none_or(|code| code == "no_destination");
    let json: serde_json::Value = serde_json::from_str(text).unwrap();
    let emails = [&json["traits"]["email"], &json["properties"]["email"]];
    let users = [&json["userId"], &json["anonymousId"]].into_iter().chain(emails);
    let before = Position { request: u64::MAX, index: 0 };
    filter.from.is_none_or(|from| event.received_at >= from)
        && filter.to.is_none_or(|to| event.received_at < to)
        && filter.source.is_none_or(|id| sources[id.0 as usize - 1] == event.source)
        && filter.user.as_ref().is_none_or(|user| users.into_iter().any(|known| known == user.as_str()))
        && filter.message_id.as_ref().is_none_or(|id| *id == event.message_id)
        && filter.kind.is_none_or(|kind| kind.as_str() == event.kind)
        && (event.fates.iter().any(fate_of) || nowhere)
        && event.position < filter.before.unwrap_or(before)
}

/// A fate for each event that is pending, by dice.
fn decide(journal: &SqliteJournal, dice: &[u8]) {
    let mut dice = dice.iter().cycle();
    for id in [DestinationId(1), DestinationId(2)] {
        let limit = crate::sample::ALL;
        for request in journal.read(id, 0, limit).unwrap().requests {
            for index in 0..request.events {
                let changes: Vec<Change> = match dice.next().unwrap() {
                    0 => vec![fate(request.number, index, Fate::Delivered)],
                    1 => vec![fate(request.number, index, Fate::Skipped(SkipCode::Duplicate))],
                    die @ 2..4 => death(request.number, index, &format!("code{}", die - 2)).into(),
                    _ => continue,
                };
                journal.commit(id, changes).wait().unwrap();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_search_finds_what_looking_at_everything_finds(
        requests in proptest::collection::vec(stored(), 1..9),
        dice in proptest::collection::vec(0..6_u8, 7),
        requeued in proptest::option::of(0..2_u8),
        filters in proptest::collection::vec((filter(), 1..5_usize), 20),
    ) {
        let (journal, _folder) = durable();
        let sources = ["website", "app"];
        journal.source("website", SourceKind::Web).unwrap();
        journal.source("app", SourceKind::Mobile).unwrap();
        journal.destination("inmoment").unwrap();
        journal.destination("there").unwrap();
        for (place, stored) in requests.iter().enumerate() {
            journal.append(request(stored, place)).wait().unwrap();
        }
        decide(&journal, &dice);
        if let Some(code) = requeued {
            let filter = DeadLetterFilter { code: Some(format!("code{code}")), ..DeadLetterFilter::default() };
            journal.requeue(filter.clone(), by()).wait().unwrap();
            journal.discard(DeadLetterFilter { code: Some("code0".to_owned()), ..filter }, by()).wait().unwrap();
        }
        journal.await_search().unwrap();
        let end = *journal.appended().borrow();
        let everything: Vec<_> = (1..end)
            .flat_map(|request| (0..4).map(move |index| position(request, index)))
            .filter_map(|position| journal.event(position).unwrap())
            .collect();
        let whole = all(&journal, &EventFilter::default(), 3);
        prop_assert_eq!(whole.len(), everything.len());
        for (filter, limit) in filters {
            let mut expected: Vec<_> = everything
                .iter()
                .filter(|event| matches(&filter, &event.found, &event.text, &sources))
                .map(|event| event.found.clone())
                .collect();
            expected.reverse();
            prop_assert_eq!(all(&journal, &filter, limit), expected, "{:?} {:?}", filter, filter.user);
        }
    }
}
