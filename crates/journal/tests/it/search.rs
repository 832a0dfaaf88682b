//! Events found again: whatever is asked, the answer is what looking at everything would give.

use crate::sample::{batch, death, durable, fate, position, single, still, wired};
use bytes::Bytes;
use event::{Kind, Millis, Shape, SourceKind};
use journal::{
    Archive, Change, DeadLetterFilter, DestinationId, EventFilter, Fate, FoundEvent, Journal, NewRequest,
    Options, OutcomeKind, Position, SkipCode, SourceId, SqliteJournal,
};
use proptest::prelude::*;

/// Every event that matches, page by page.
fn all(journal: &SqliteJournal, filter: &EventFilter, limit: usize) -> Vec<FoundEvent> {
    let mut filter = filter.clone();
    let mut found = Vec::new();
    loop {
        let page = journal.events(&filter, limit).unwrap();
        assert!(page.items.len() <= limit);
        assert_eq!(page.indexed_to, page.end);
        found.extend(page.items);
        let Some(next) = page.next else { return found };
        assert!(filter.before.is_none_or(|before| next < before), "every page goes on");
        filter.before = Some(next);
    }
}

fn positions(journal: &SqliteJournal, filter: &EventFilter) -> Vec<(u64, u32)> {
    all(journal, filter, 2).iter().map(|one| (one.position.request, one.position.index)).collect()
}

fn by_user(user: &str) -> EventFilter {
    EventFilter { user: Some(user.to_owned()), ..EventFilter::default() }
}

fn of(request: NewRequest, events: &[&str]) -> NewRequest {
    let body = Bytes::from(format!(r#"{{"batch":[{}]}}"#, events.join(",")));
    NewRequest { shape: Shape::Batch, events: u32::try_from(events.len()).unwrap(), body, ..request }
}

#[test]
fn an_event_is_found_by_every_name_of_its_user_and_by_its_message_id() {
    let (journal, _folder) = durable();
    let (source, here) = wired(&journal);
    let first = of(
        batch(source, &[here], 0, 1),
        &[
            r#"{"type":"identify","userId":"ada","anonymousId":"anon","messageId":"m-1","traits":{"email":"ada@x"}}"#,
            r#"{"type":"track","anonymousId":"anon","event":"Submit","context":{"traits":{"email":"ada@y"}}}"#,
            "7",
        ],
    );
    journal.append(first).wait().unwrap();
    journal.append(single(source, &[here], 2)).wait().unwrap();
    journal.await_search().unwrap();
    assert_eq!(positions(&journal, &EventFilter::default()), [(2, 0), (1, 2), (1, 1), (1, 0)]);
    assert_eq!(positions(&journal, &by_user("ada")), [(1, 0)]);
    assert_eq!(positions(&journal, &by_user("ada@x")), [(1, 0)]);
    assert_eq!(positions(&journal, &by_user("ada@y")), [(1, 1)]);
    assert_eq!(positions(&journal, &by_user("anon")), [(1, 1), (1, 0)]);
    assert_eq!(positions(&journal, &by_user("single2")), [(2, 0)]);
    assert_eq!(positions(&journal, &by_user("ADA")), []);
    assert_eq!(positions(&journal, &by_user("m-1")), [], "a message id is no user");
    let found = all(&journal, &by_user("anon"), 9);
    let named = EventFilter { message_id: Some(found[0].message_id.clone()), ..EventFilter::default() };
    assert_eq!(positions(&journal, &named), [(1, 1)], "also by the id that was made for it");
    assert_eq!(found[0].name.as_deref(), Some("Submit"));
    assert_eq!((found[0].user.as_deref(), found[1].user.as_deref()), (Some("anon"), Some("ada")));
    assert_eq!((found[1].kind.as_str(), found[1].source.as_str()), ("identify", "website"));
}

#[test]
fn an_event_tells_what_became_of_it_and_comes_back_whole() {
    let (journal, _folder) = durable();
    let (source, here) = wired(&journal);
    let there = journal.destination("there").unwrap();
    journal.append(batch(source, &[here, there], 3, 1)).wait().unwrap();
    journal.commit(here, death(1, 1, "bad_score").into()).wait().unwrap();
    journal.commit(there, vec![fate(1, 1, Fate::Skipped(SkipCode::Duplicate))]).wait().unwrap();
    let event = journal.event(position(1, 1)).unwrap().unwrap();
    let letter = journal.dead_letters(&DeadLetterFilter::default(), 1).unwrap().items.remove(0);
    assert_eq!(event.text, crate::sample::event_text(1, 1));
    assert_eq!((event.request_id, event.first_index, event.shape), ([1; 16], 0, Shape::Batch));
    assert_eq!(event.request_ip.as_deref(), Some("10.0.0.1"));
    let [dead, skipped] = &event.found.fates[..] else { panic!("{:?}", event.found.fates) };
    assert_eq!((dead.destination.as_str(), dead.fate), ("inmoment", Some(Fate::Dead)));
    assert_eq!((dead.code.as_deref(), dead.dead_letter), (Some("bad_score"), Some(letter.id)));
    assert_eq!((skipped.destination.as_str(), skipped.code.as_deref()), ("there", Some("duplicate")));
    assert_eq!(journal.event(position(1, 3)).unwrap(), None);
    assert_eq!(journal.event(position(9, 0)).unwrap(), None);
    journal.requeue(DeadLetterFilter::default()).wait().unwrap();
    let again = journal.event(position(2, 0)).unwrap().unwrap();
    assert!(again.found.requeued && again.first_index == 1);
    let before = journal.event(position(1, 1)).unwrap().unwrap();
    assert_eq!((before.found.fates[0].code.as_deref(), before.found.fates[0].dead_letter), (None, None));
}

#[derive(Debug, Clone)]
struct Stored {
    source: u32,
    destinations: Vec<u32>,
    users: Vec<u8>,
    kind: Option<Kind>,
    at: i64,
}

fn stored() -> impl Strategy<Value = Stored> {
    let kind = proptest::option::weighted(0.4, proptest::sample::select(&Kind::ALL[..]));
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
        Some(kind) if stored.users[0] > 0 => {
            NewRequest { shape: Shape::Single(kind), events: 1, body: texts[0].to_owned().into(), ..about }
        }
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
        proptest::option::weighted(0.2, proptest::sample::select(&Kind::ALL[..])),
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
            journal.requeue(filter.clone()).wait().unwrap();
            journal.discard(DeadLetterFilter { code: Some("code0".to_owned()), ..filter }).wait().unwrap();
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

/// Does something to the search database of a journal that holds three requests, and opens it again.
fn reopened(damage: impl FnOnce(&std::path::Path)) -> (SqliteJournal, tempfile::TempDir) {
    let (journal, folder) = durable();
    let (source, here) = wired(&journal);
    for tag in 1..4 {
        journal.append(batch(source, &[here], 2, tag)).wait().unwrap();
    }
    journal.await_search().unwrap();
    drop(journal);
    damage(&folder.path().join("search.sqlite3"));
    (SqliteJournal::open(folder.path(), Options::new(still(0))).unwrap(), folder)
}

fn finds_everything(journal: &SqliteJournal) {
    journal.await_search().unwrap();
    assert_eq!(positions(journal, &by_user("u1")), [(3, 1), (2, 1), (1, 1)]);
    assert_eq!(positions(journal, &EventFilter::default()).len(), 6);
    assert_eq!(journal.ledger().unwrap().destinations["inmoment"].pending, 6);
}

#[test]
fn a_search_database_that_is_gone_or_damaged_is_made_anew() {
    finds_everything(&reopened(|_| ()).0);
    finds_everything(&reopened(|path| std::fs::remove_file(path).unwrap()).0);
    finds_everything(&reopened(|path| std::fs::write(path, "").unwrap()).0);
    finds_everything(&reopened(|path| std::fs::write(path, "garbage ".repeat(5_000)).unwrap()).0);
    finds_everything(
        &reopened(|path| {
            let whole = std::fs::read(path).unwrap();
            std::fs::write(path, &whole[..whole.len() / 2 + 100]).unwrap();
        })
        .0,
    );
    finds_everything(
        &reopened(|path| {
            let connection = rusqlite::Connection::open(path).unwrap();
            connection.execute_batch("DROP TABLE keys").unwrap();
        })
        .0,
    );
}

#[test]
fn damage_that_shows_only_in_use_is_mended_too() {
    let (journal, folder) = reopened(|path| {
        // The header and the pages of tables' roots stay; what hangs below them is rubbish.
        let connection = rusqlite::Connection::open(path).unwrap();
        let page: u32 = connection
            .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'keys'", [], |row| row.get(0))
            .unwrap();
        drop(connection);
        let mut whole = std::fs::read(path).unwrap();
        let from = (page as usize - 1) * 4_096;
        whole[from..from + 4_096].fill(0xa5);
        std::fs::write(path, whole).unwrap();
    });
    journal.await_search().unwrap();
    let page = journal.events(&by_user("u1"), 9).unwrap();
    assert_eq!((page.items.len(), page.indexed_to, page.end), (0, 0, 4), "it says that it cannot tell");
    finds_everything(&journal);
    drop(journal);
    finds_everything(&SqliteJournal::open(folder.path(), Options::new(still(0))).unwrap());
}

#[test]
fn the_search_database_of_another_journal_is_not_believed() {
    let (other, other_folder) = durable();
    let (source, here) = wired(&other);
    for tag in 11..14 {
        other.append(single(source, &[here], tag)).wait().unwrap();
    }
    other.await_search().unwrap();
    drop(other);
    let strange = std::fs::read(other_folder.path().join("search.sqlite3")).unwrap();
    finds_everything(&reopened(|path| std::fs::write(path, &strange).unwrap()).0);

    let (journal, _folder) = reopened(|path| {
        let connection = rusqlite::Connection::open(path).unwrap();
        connection.execute_batch("UPDATE progress SET next = 1000").unwrap();
    });
    finds_everything(&journal);
}

#[test]
fn what_is_removed_from_the_journal_is_removed_from_the_index() {
    let (journal, folder) = durable();
    let (source, here) = wired(&journal);
    for tag in 1..5 {
        journal
            .append(NewRequest { received_at: Millis(0), ..batch(source, &[here], 2, tag) })
            .wait()
            .unwrap();
    }
    for number in [1, 3] {
        let changes = vec![fate(number, 0, Fate::Delivered), fate(number, 1, Fate::Delivered)];
        journal.commit(here, changes).wait().unwrap();
    }
    journal.maintain(Millis(8 * 24 * 60 * 60 * 1_000)).unwrap();
    journal.await_search().unwrap();
    let indexed = || {
        let connection = rusqlite::Connection::open(folder.path().join("search.sqlite3")).unwrap();
        let mut select = connection.prepare("SELECT DISTINCT request FROM events ORDER BY 1").unwrap();
        select.query_map([], |row| row.get::<_, i64>(0)).unwrap().map(Result::unwrap).collect::<Vec<_>>()
    };
    assert_eq!(indexed(), [2, 4]);
    assert_eq!(positions(&journal, &by_user("u0")), [(4, 0), (2, 0)]);
    drop(journal);
    // As if a crash had come between the two removals.
    let connection = rusqlite::Connection::open(folder.path().join("search.sqlite3")).unwrap();
    connection.execute_batch("INSERT INTO events VALUES (1, 0, 0, 1, 1), (3, 1, 0, 1, 1)").unwrap();
    drop(connection);
    let journal = SqliteJournal::open(folder.path(), Options::new(still(0))).unwrap();
    journal.await_search().unwrap();
    assert_eq!(indexed(), [2, 4]);
}
