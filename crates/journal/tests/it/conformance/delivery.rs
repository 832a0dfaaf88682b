//! Commits and what they leave behind.

use crate::sample::{ALL, batch, conflict, death, fate, key, letter, position, user, wired};
use event::{Millis, SourceKind};
use journal::{
    BudgetRecord, Change, ConflictRecord, DeadLetterFilter, Fate, InFlightRecord, Journal, JournalError,
    LaneRecord, MessageKey, SavedCalls, Seen, Settlement, SkipCode, StandingRecord, UniqueField,
};

fn saved(known: u64, merged: u64, unchanged: u64) -> SavedCalls {
    SavedCalls { known, merged, unchanged }
}

pub(super) fn an_event_meets_one_fate(journal: &dyn Journal) {
    let (source, destination) = wired(journal);
    let elsewhere = journal.destination("elsewhere").unwrap();
    journal.append(batch(source, &[destination], 2, 1)).wait().unwrap();
    journal.commit(destination, vec![fate(1, 0, Fate::Delivered)]).wait().unwrap();
    let before = journal.ledger().unwrap();
    let refused = [
        (destination, vec![fate(1, 0, Fate::Delivered)]),
        (destination, vec![fate(1, 1, Fate::Delivered), fate(1, 1, Fate::Skipped(SkipCode::Duplicate))]),
        (destination, vec![fate(1, 2, Fate::Delivered)]),
        (destination, vec![fate(2, 0, Fate::Delivered)]),
        (elsewhere, vec![fate(1, 1, Fate::Delivered)]),
    ];
    for (destination, changes) in refused {
        let answer = journal.commit(destination, changes.clone()).wait();
        assert!(matches!(answer, Err(JournalError::Refused(_))), "{changes:?} gave {answer:?}");
        assert_eq!(journal.ledger().unwrap(), before);
    }
    journal.commit(destination, vec![fate(1, 1, Fate::Delivered)]).wait().unwrap();
}

pub(super) fn a_commit_is_all_or_nothing(journal: &dyn Journal) {
    let (source, destination) = wired(journal);
    journal.append(batch(source, &[destination], 2, 1)).wait().unwrap();
    let changes = vec![
        fate(1, 0, Fate::Delivered),
        Change::Seen(key(source, 1), Millis(10)),
        Change::Link("ext".to_owned(), "eu".to_owned()),
        Change::Paused(Some(Millis(5))),
        Change::Calls { made: 1, saved: saved(1, 0, 0) },
        fate(7, 0, Fate::Delivered),
    ];
    journal.commit(destination, changes).wait().unwrap_err();
    assert_eq!(journal.ledger().unwrap().destinations["inmoment"].pending, 2);
    assert_eq!(journal.read(destination, 0, ALL).unwrap().requests[0].fates, [0_u8; 0]);
    assert_eq!(journal.seen(destination, &[key(source, 1)], Millis(0)).unwrap(), [Seen::Never]);
    assert_eq!(journal.links(destination, &["ext"]).unwrap(), [None]);
    assert_eq!(journal.restore(destination).unwrap().destination, StandingRecord::default());
    // The same event can still meet its fate: nothing of the refused commit is remembered anywhere.
    journal.commit(destination, vec![fate(1, 0, Fate::Delivered)]).wait().unwrap();
    assert_eq!(journal.ledger().unwrap().destinations["inmoment"].delivered, 1);
}

pub(super) fn a_dead_event_and_its_letter_come_together(journal: &dyn Journal) {
    let (source, destination) = wired(journal);
    journal.append(batch(source, &[destination], 2, 1)).wait().unwrap();
    let lone = letter(1, 0, "c");
    for changes in [
        vec![fate(1, 0, Fate::Dead)],
        vec![Change::DeadLetter(lone.clone())],
        vec![fate(1, 0, Fate::Delivered), Change::DeadLetter(lone.clone())],
        vec![fate(1, 1, Fate::Dead), Change::DeadLetter(lone.clone())],
        vec![fate(1, 0, Fate::Dead), Change::DeadLetter(lone.clone()), Change::DeadLetter(lone)],
    ] {
        assert!(journal.commit(destination, changes.clone()).wait().is_err(), "{changes:?}");
    }
    assert!(journal.dead_letters(&DeadLetterFilter::default(), 9).unwrap().items.is_empty());
    let [dies, is_kept] = death(1, 0, "c");
    journal.commit(destination, vec![is_kept, dies]).wait().unwrap();
}

pub(super) fn the_cursor_passes_nothing_pending(journal: &dyn Journal) {
    let (source, destination) = wired(journal);
    let elsewhere = journal.destination("elsewhere").unwrap();
    journal.append(batch(source, &[destination], 1, 1)).wait().unwrap();
    journal.append(batch(source, &[elsewhere], 1, 2)).wait().unwrap();
    journal.append(batch(source, &[destination], 2, 3)).wait().unwrap();
    assert_eq!(journal.restore(destination).unwrap().cursor, 1);
    let commit = |changes| journal.commit(destination, changes).wait();

    commit(vec![Change::Cursor(2)]).unwrap_err();
    commit(vec![Change::Cursor(3), fate(1, 0, Fate::Delivered)]).unwrap();
    commit(vec![fate(3, 0, Fate::Delivered), Change::Cursor(4)]).unwrap_err();
    commit(vec![fate(3, 0, Fate::Delivered), Change::Cursor(3)]).unwrap();
    commit(vec![fate(3, 1, Fate::Delivered), Change::Cursor(5)]).unwrap_err();
    commit(vec![fate(3, 1, Fate::Delivered), Change::Cursor(4)]).unwrap();
    commit(vec![Change::Cursor(1)]).unwrap();
    let restored = journal.restore(destination).unwrap();
    assert_eq!((restored.cursor, restored.end), (4, 4), "the cursor never goes back");
    let late = journal.destination("late").unwrap();
    assert_eq!(journal.restore(late).unwrap().cursor, 4, "nothing older can be routed to a new destination");
}

pub(super) fn standing_state_is_restored(journal: &dyn Journal) {
    let (source, destination) = wired(journal);
    journal.append(batch(source, &[destination], 1, 1)).wait().unwrap();
    let lane = |attempts| LaneRecord {
        head: position(1, 0),
        attempts,
        failing_ms: 900,
        retry_at: Millis(77),
        wait_until: Some(Millis(99)),
        denied: 0,
    };
    let call = |lane: &str, call: &str| InFlightRecord {
        lane: lane.to_owned(),
        head: position(1, 0),
        call: call.to_owned(),
        started_at: Millis(3),
    };
    let budget = BudgetRecord { limit: 100, remaining: 7, resets_at: Millis(60_000) };
    let commit = |changes| journal.commit(destination, changes).wait().unwrap();
    commit(vec![
        Change::LaneTrouble("b".to_owned(), lane(1)),
        Change::LaneTrouble("a".to_owned(), lane(2)),
        Change::InFlight(call("b", "create_user")),
        Change::InFlight(call("a", "create_user")),
        Change::InFlight(call("c", "find_user")),
        Change::Paused(Some(Millis(5))),
        Change::Halted(Some("wrong password".to_owned())),
        Change::Budget(budget),
        Change::Calls { made: 2, saved: saved(1, 4, 5) },
    ]);
    commit(vec![
        Change::LaneTrouble("a".to_owned(), lane(3)),
        Change::LaneClear("b".to_owned()),
        Change::InFlight(call("a", "update_user")),
        Change::Landed("c".to_owned()),
        Change::Calls { made: 1, saved: saved(0, 1, 0) },
    ]);
    let restored = journal.restore(destination).unwrap();
    assert_eq!(restored.lanes.into_iter().collect::<Vec<_>>(), [("a".to_owned(), lane(3))]);
    assert_eq!(restored.in_flight, [call("a", "update_user"), call("b", "create_user")]);
    let expected = StandingRecord {
        paused: Some(Millis(5)),
        halted: Some("wrong password".to_owned()),
        calls: 3,
        calls_saved: saved(1, 5, 5),
        budget: Some(budget),
    };
    assert_eq!(restored.destination, expected);
    commit(vec![Change::Paused(None), Change::Halted(None)]);
    let again = journal.restore(destination).unwrap().destination;
    assert_eq!((again.paused, again.halted), (None, None));
    let other = journal.destination("other").unwrap();
    let other = journal.restore(other).unwrap();
    assert_eq!((other.destination, other.lanes.len(), other.in_flight.len()), Default::default());
}

pub(super) fn message_ids_are_remembered_by_source_and_time(journal: &dyn Journal) {
    let (website, destination) = wired(journal);
    let app = journal.source("app", SourceKind::Mobile).unwrap();
    let other = journal.destination("other").unwrap();
    let changes = vec![
        Change::Seen(key(website, 1), Millis(1_000)),
        Change::Seen(key(website, 2), Millis(2_000)),
        Change::Seen(key(website, 2), Millis(1_500)),
        Change::Seen(key(app, u128::MAX), Millis(3_000)),
    ];
    journal.commit(destination, changes).wait().unwrap();
    let asked = [key(website, 2), key(app, 1), key(website, 1), key(app, u128::MAX), key(website, 3)];
    let seen = |destination, since| journal.seen(destination, &asked, Millis(since)).unwrap();
    let [yes, no] = [Seen::Same, Seen::Never];
    assert_eq!(seen(destination, 0), [yes, no, yes, yes, no]);
    assert_eq!(seen(destination, 1_000), [yes, no, yes, yes, no]);
    assert_eq!(seen(destination, 1_001), [yes, no, no, yes, no]);
    assert_eq!(seen(destination, 2_001), [no, no, no, yes, no]);
    assert_eq!(seen(other, 0), [no; 5]);
    assert_eq!(journal.seen(destination, &[], Millis(0)).unwrap(), []);
}

/// One message id and many contents: each is an event of its own, and one that is none of them is known to reuse the id.
pub(super) fn a_message_id_is_remembered_with_each_of_its_contents(journal: &dyn Journal) {
    let (source, destination) = wired(journal);
    for id in [0, 7, u128::MAX] {
        let of = |content| MessageKey { content, ..key(source, id) };
        let before = journal.seen(destination, &[of(5)], Millis(0)).unwrap();
        assert_eq!(before, [Seen::Never], "{id}: an id next to it is another");
        let contents = [0, 5, 9, u128::MAX];
        let changes = contents.map(|content| Change::Seen(of(content), Millis(1_000)));
        journal.commit(destination, changes.to_vec()).wait().unwrap();
        let asked = contents.map(of);
        assert_eq!(journal.seen(destination, &asked, Millis(0)).unwrap(), [Seen::Same; 4]);
        let others = [1, 6, u128::MAX - 1].map(of);
        assert_eq!(journal.seen(destination, &others, Millis(0)).unwrap(), [Seen::Reused; 3]);
        assert_eq!(journal.seen(destination, &others, Millis(1_001)).unwrap(), [Seen::Never; 3]);
    }
}

pub(super) fn reused_message_ids_are_counted_beside_the_fates(journal: &dyn Journal) {
    let (source, destination) = wired(journal);
    journal.append(batch(source, &[destination], 3, 1)).wait().unwrap();
    let [dies, is_kept] = death(1, 1, "c");
    let first = vec![fate(1, 0, Fate::Delivered), Change::MessageIdReused, dies, is_kept];
    journal.commit(destination, first).wait().unwrap();
    journal.commit(destination, vec![fate(1, 2, Fate::Delivered), Change::MessageIdReused]).wait().unwrap();
    let totals = &journal.ledger().unwrap().destinations["inmoment"];
    assert_eq!((totals.message_ids_reused, totals.delivered, totals.imbalance()), (2, 2, 0));
}

pub(super) fn users_and_links_are_remembered(journal: &dyn Journal) {
    let (_, destination) = wired(journal);
    let commit = |changes| journal.commit(destination, changes).wait().unwrap();
    let links = || journal.links(destination, &["x", "ext-1", "ext-2"]).unwrap();
    let users = || journal.users(destination, &["2", "1"]).unwrap();
    commit(vec![
        Change::KnowUser(user("1", Some("ext-1"))),
        Change::KnowUser(user("2", None)),
        Change::Link("ext-2".to_owned(), "2".to_owned()),
    ]);
    assert_eq!(links(), [None, Some("1".to_owned()), Some("2".to_owned())]);
    assert_eq!(users(), [Some(user("2", None)), Some(user("1", Some("ext-1")))]);
    let newer = journal::KnownUser { email: None, ..user("1", Some("ext-1")) };
    commit(vec![Change::DoubtUser("2".to_owned()), Change::KnowUser(newer.clone())]);
    assert_eq!(users(), [None, Some(newer)]);
    assert_eq!(links(), [None, Some("1".to_owned()), Some("2".to_owned())]);
    commit(vec![Change::Unlink("ext-1".to_owned()), Change::Link("ext-2".to_owned(), "3".to_owned())]);
    assert_eq!(links(), [None, None, Some("3".to_owned())]);
    let other = journal.destination("other").unwrap();
    assert_eq!(journal.users(other, &["1"]).unwrap(), [None]);
    assert_eq!(journal.links(other, &["ext-2"]).unwrap(), [None]);
}

pub(super) fn conflicts_are_remembered_until_they_end(journal: &dyn Journal) {
    let (_, destination) = wired(journal);
    let commit = |changes| journal.commit(destination, changes).wait().unwrap();
    let restored = || journal.restore(destination).unwrap().conflicts;
    let (email, phone) = (UniqueField::Email, UniqueField::PhoneNumber);
    commit(vec![
        Change::Conflict(conflict("x:2", email)),
        Change::Conflict(conflict("x:1", phone)),
        Change::Conflict(conflict("x:1", email)),
    ]);
    assert!(restored() == [conflict("x:1", email), conflict("x:1", phone), conflict("x:2", email)]);
    let later = ConflictRecord {
        times: 2,
        settlement: Some(Settlement::TryAgain),
        dismissed: true,
        ..conflict("x:1", email)
    };
    commit(vec![
        Change::Conflict(later.clone()),
        Change::ConflictEnds("x:2".to_owned(), email),
        Change::ConflictEnds("x:2".to_owned(), phone),
    ]);
    assert!(restored() == [later, conflict("x:1", phone)]);
    let other = journal.destination("other").unwrap();
    assert!(journal.restore(other).unwrap().conflicts.is_empty());
}
