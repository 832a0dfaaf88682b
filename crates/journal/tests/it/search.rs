//! Events found again: whatever is asked, the answer is what looking at everything would give.

mod damage;
mod random;

use crate::sample::{batch, by, death, durable, fate, position, single, wired};
use bytes::Bytes;
use event::{Millis, RequestShape};
use journal::{
    Archive, DeadLetterFilter, DeliveryStore, EventFilter, Fate, Fates, FoundEvent, Intake, NewRequest,
    SkipCode, SourceId, SqliteJournal,
};

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
    NewRequest { shape: RequestShape::Batch, events: u32::try_from(events.len()).unwrap(), body, ..request }
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
    assert_eq!((event.request_id, event.first_index, event.shape), ([1; 16], 0, RequestShape::Batch));
    assert_eq!(event.request_ip.as_deref(), Some("10.0.0.1"));
    let [dead, skipped] = &event.found.fates[..] else { panic!("{:?}", event.found.fates) };
    assert_eq!((dead.destination.as_str(), dead.fate), ("inmoment", Some(Fate::Dead)));
    assert_eq!((dead.code.as_deref(), dead.dead_letter), (Some("bad_score"), Some(letter.id)));
    assert_eq!((skipped.destination.as_str(), skipped.code.as_deref()), ("there", Some("duplicate")));
    assert_eq!(journal.event(position(1, 3)).unwrap(), None);
    assert_eq!(journal.event(position(9, 0)).unwrap(), None);
    journal.requeue(DeadLetterFilter::default(), by()).wait().unwrap();
    let again = journal.event(position(2, 0)).unwrap().unwrap();
    assert!(again.found.requeued && again.first_index == 1);
    let before = journal.event(position(1, 1)).unwrap().unwrap();
    assert_eq!((before.found.fates[0].code.as_deref(), before.found.fates[0].dead_letter), (None, None));
}

/// More events than are looked through for one page, a hundredth of them of one user; the oldest come first.
#[test]
fn a_long_log_is_searched_piece_by_piece_and_leaves_nothing_behind() {
    const REQUESTS: u32 = 75;
    const EVENTS: u32 = 2_000;
    let (journal, folder) = durable();
    let (source, here) = wired(&journal);
    let texts: Vec<String> = (0..EVENTS).map(|index| format!(r#"{{"userId":"u{}"}}"#, index % 100)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    for number in 0..REQUESTS {
        let at = Millis(i64::from(number));
        let request =
            NewRequest { received_at: at, ..batch(source, &[here], 0, u8::try_from(number).unwrap()) };
        journal.append(of(request, &texts)).wait().unwrap();
    }
    journal.await_search().unwrap();
    let count = |filter: EventFilter, limit| {
        let (mut filter, mut found, mut pages) = (filter, 0, 0);
        loop {
            let page = journal.events(&filter, limit).unwrap();
            (found, pages, filter.before) = (found + page.items.len(), pages + 1, page.next);
            if page.next.is_none() {
                return (found, pages);
            }
        }
    };
    let none = EventFilter::default;
    let of_one = (REQUESTS * EVENTS / 100) as usize;
    assert_eq!(count(by_user("u7"), 10_000), (of_one, 1), "a user's events are at hand, wherever they are");
    let strange = EventFilter { source: Some(SourceId(9)), ..none() };
    assert_eq!(count(strange, 10), (0, 2), "a page looks at so much and no more, and the next one goes on");
    let early = EventFilter { to: Some(Millis(1)), ..none() };
    assert_eq!(count(early, 10_000), (EVENTS as usize, 1), "what arrived at other times is passed over");
    let late =
        EventFilter { from: Some(Millis(i64::from(REQUESTS - 1))), user: Some("u7".to_owned()), ..none() };
    assert_eq!(count(late, 7).0, (EVENTS / 100) as usize);

    for number in 1..u64::from(REQUESTS) {
        let changes = (0..EVENTS).map(|index| fate(number, index, Fate::Delivered)).collect();
        journal.commit(here, changes).wait().unwrap();
    }
    let path = folder.path().join("search.sqlite3");
    let size = || std::fs::metadata(&path).unwrap().len();
    let full = size();
    journal.maintain(Millis(8 * 24 * 60 * 60 * 1_000)).unwrap();
    journal.await_search().unwrap();
    assert_eq!(count(none(), 10_000).0, EVENTS as usize, "the last request is pending");
    let index = rusqlite::Connection::open(&path).unwrap();
    let segments: Vec<i64> = {
        let mut select = index.prepare("SELECT DISTINCT segment FROM keys").unwrap();
        select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!(segments.len(), 1, "keys go with their segment");
    drop((index, journal));
    assert!(size() < full / 2, "{} of {full} bytes are left", size());
}
