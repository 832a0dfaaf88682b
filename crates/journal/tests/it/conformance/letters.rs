//! Dead letters, requeued and discarded.

use crate::sample::{ALL, batch, by, death, event_text, facts, fate, letter, rejected, single, wired};
use event::{EventKind, Millis, RequestShape, SourceKind};
use journal::{Change, DeadLetterFilter, Fate, Journal, NewDeadLetter, SkipCode};

pub(super) fn dead_letters_are_kept_whole(journal: &dyn Journal) {
    let (source, destination) = wired(journal);
    journal.append(batch(source, &[destination], 3, 9)).wait().unwrap();
    journal.commit(destination, death(1, 2, "type_missing").into()).wait().unwrap();
    let page = journal.dead_letters(&DeadLetterFilter::default(), 10).unwrap();
    assert_eq!((page.items.len(), page.more), (1, false));
    let kept = &page.items[0];
    let expected = letter(1, 2, "type_missing");
    assert_eq!(kept.code, expected.code);
    assert_eq!(kept.reason, expected.reason);
    assert_eq!(kept.message_id, expected.message_id);
    assert_eq!(kept.kind, expected.kind);
    assert_eq!(kept.user, expected.user);
    assert_eq!(kept.died_at, expected.died_at);
    assert_eq!((kept.destination.as_str(), kept.source.as_str()), ("inmoment", "website"));
    assert_eq!(kept.received_at, batch(source, &[], 0, 9).received_at);
    assert_eq!(kept.event, event_text(9, 2));
}

pub(super) fn dead_letters_are_paged_and_filtered(journal: &dyn Journal) {
    let (source, here) = wired(journal);
    let there = journal.destination("there").unwrap();
    journal.append(batch(source, &[here, there], 4, 1)).wait().unwrap();
    for index in 0..4 {
        let code = if index % 2 == 0 { "even" } else { "odd" };
        journal.commit(here, death(1, index, code).into()).wait().unwrap();
    }
    journal.commit(there, death(1, 0, "even").into()).wait().unwrap();
    let none = DeadLetterFilter::default;
    let ids = |filter: DeadLetterFilter, limit| {
        let page = journal.dead_letters(&filter, limit).unwrap();
        (page.items.iter().map(|letter| letter.id).collect::<Vec<_>>(), page.more)
    };
    let (all, more) = ids(none(), 10);
    assert_eq!((all.len(), more), (5, false));
    assert!(all.is_sorted());
    assert_eq!(ids(none(), 5), (all.clone(), false));
    assert_eq!(ids(none(), 2), (all[..2].to_vec(), true));
    assert_eq!(ids(none(), 0), (vec![], true));
    assert_eq!(ids(DeadLetterFilter { after: Some(all[1]), ..none() }, 2), (all[2..4].to_vec(), true));
    assert_eq!(ids(DeadLetterFilter { destination: Some(there), ..none() }, 9), (vec![all[4]], false));
    let even = DeadLetterFilter { code: Some("even".to_owned()), ..none() };
    assert_eq!(ids(even.clone(), 9), (vec![all[0], all[2], all[4]], false));
    assert_eq!(
        ids(DeadLetterFilter { destination: Some(here), ..even.clone() }, 9),
        (vec![all[0], all[2]], false)
    );
    let chosen = Some(vec![all[4], all[1], 999]);
    assert_eq!(ids(DeadLetterFilter { ids: chosen.clone(), ..none() }, 9), (vec![all[1], all[4]], false));
    assert_eq!(ids(DeadLetterFilter { ids: chosen, ..even }, 9), (vec![all[4]], false));
    assert_eq!(ids(DeadLetterFilter { ids: Some(vec![]), ..none() }, 9), (vec![], false));
}

pub(super) fn letters_are_filtered_by_what_they_are_about(journal: &dyn Journal) {
    let (website, here) = wired(journal);
    let app = journal.source("app", SourceKind::Mobile).unwrap();
    journal.append(batch(website, &[here], 2, 1)).wait().unwrap();
    journal.append(batch(app, &[here], 2, 2)).wait().unwrap();
    for (request, index, died_at) in [(1, 0, 10), (1, 1, 20), (2, 0, 30), (2, 1, 40)] {
        let letter = NewDeadLetter { died_at: Millis(died_at), ..letter(request, index, "c") };
        let changes = vec![fate(request, index, Fate::Dead), Change::DeadLetter(letter)];
        journal.commit(here, changes).wait().unwrap();
    }
    let none = DeadLetterFilter::default;
    let times = |filter: DeadLetterFilter| {
        let page = journal.dead_letters(&filter, 9).unwrap();
        page.items.iter().map(|letter| letter.died_at.0).collect::<Vec<_>>()
    };
    assert_eq!(times(DeadLetterFilter { from: Some(Millis(20)), ..none() }), [20, 30, 40]);
    assert_eq!(times(DeadLetterFilter { to: Some(Millis(20)), ..none() }), [10]);
    assert_eq!(times(DeadLetterFilter { from: Some(Millis(11)), to: Some(Millis(31)), ..none() }), [20, 30]);
    assert_eq!(times(DeadLetterFilter { source: Some(app), ..none() }), [30, 40]);
    let third = journal.dead_letters(&none(), 9).unwrap().items[2].id;
    let counted = DeadLetterFilter { source: Some(app), up_to: Some(third), ..none() };
    assert_eq!(times(counted), [30], "none that came later");
    assert_eq!(times(DeadLetterFilter { user: Some("u1".to_owned()), ..none() }), [20, 40]);
    assert_eq!(times(DeadLetterFilter { user: Some("u".to_owned()), ..none() }), [0; 0]);
    let message = DeadLetterFilter { message_id: Some("m-2-0".to_owned()), ..none() };
    assert_eq!(times(message.clone()), [30]);
    assert_eq!(times(DeadLetterFilter { source: Some(website), ..message.clone() }), [0; 0]);
    assert_eq!(journal.requeue(message, by()).wait().unwrap().count, 1);
    assert_eq!(
        journal
            .discard(DeadLetterFilter { user: Some("u0".to_owned()), ..none() }, by())
            .wait()
            .unwrap()
            .count,
        1
    );
    assert_eq!(times(none()), [20, 40]);
}

pub(super) fn a_requeued_letter_is_a_request_of_its_own(journal: &dyn Journal) {
    let (source, destination) = wired(journal);
    let other = journal.destination("other").unwrap();
    let mut sent = batch(source, &[destination, other], 3, 5);
    sent.rejected = vec![rejected(1)];
    journal.append(sent.clone()).wait().unwrap();
    let [one, two] = [death(1, 1, "c"), death(1, 2, "c")];
    journal.commit(destination, [one, two].concat()).wait().unwrap();

    assert_eq!(journal.requeue(DeadLetterFilter::default(), by()).wait().unwrap().count, 2);
    assert_eq!(journal.requeue(DeadLetterFilter::default(), by()).wait().unwrap().count, 0);
    let page = journal.read(destination, 2, ALL).unwrap();
    assert_eq!((page.requests.len(), page.end), (2, 4));
    for (stored, (number, index)) in page.requests.iter().zip([(2, 1), (3, 2)]) {
        assert_eq!((stored.number, stored.first_index, stored.requeued), (number, index, true));
        assert_eq!((stored.events, stored.rejected.len(), stored.fates.len()), (1, 0, 0));
        assert_eq!((stored.source, stored.shape), (source, RequestShape::Batch));
        assert_eq!((stored.request_id, stored.received_at), (sent.request_id, sent.received_at));
        assert_eq!(stored.request_ip, sent.request_ip);
        assert_eq!(stored.body, format!(r#"{{"batch":[{}]}}"#, event_text(5, index)));
    }
    assert_eq!(journal.read(other, 0, ALL).unwrap().requests.len(), 1, "it is nobody else's");
    assert!(journal.dead_letters(&DeadLetterFilter::default(), 9).unwrap().items.is_empty());
    let totals = &journal.ledger().unwrap().destinations["inmoment"];
    assert_eq!((totals.accepted, totals.dead, totals.pending, totals.imbalance()), (3, 0, 3, 0));
}

pub(super) fn a_requeued_single_event_keeps_its_forced_type(journal: &dyn Journal) {
    let (source, destination) = wired(journal);
    journal.append(single(source, &[destination], 1)).wait().unwrap();
    journal.commit(destination, death(1, 0, "c").into()).wait().unwrap();
    journal.requeue(DeadLetterFilter::default(), by()).wait().unwrap();
    let again = journal.read(destination, 0, ALL).unwrap().requests.remove(0);
    assert_eq!((again.number, again.shape), (2, RequestShape::Single(EventKind::Identify)));
    assert_eq!(again.body, r#"{"userId":"single1"}"#);
}

pub(super) fn a_letter_that_dies_again_keeps_its_first_index(journal: &dyn Journal) {
    let (source, destination) = wired(journal);
    journal.append(batch(source, &[destination], 3, 5)).wait().unwrap();
    let rest = [fate(1, 0, Fate::Delivered), fate(1, 1, Fate::Delivered)];
    journal.commit(destination, [&rest[..], &death(1, 2, "c")].concat()).wait().unwrap();
    journal.requeue(DeadLetterFilter::default(), by()).wait().unwrap();
    let first = facts(&journal.read(destination, 0, ALL).unwrap().requests[0]);
    journal.commit(destination, death(2, 0, "d").into()).wait().unwrap();
    journal.requeue(DeadLetterFilter::default(), by()).wait().unwrap();
    let second = facts(&journal.read(destination, 0, ALL).unwrap().requests[0]);
    assert_eq!(first.strip_prefix("2 "), second.strip_prefix("3 "));
}

pub(super) fn discarded_letters_are_skipped(journal: &dyn Journal) {
    let (source, destination) = wired(journal);
    journal.append(batch(source, &[destination], 2, 5)).wait().unwrap();
    journal.commit(destination, [death(1, 0, "c"), death(1, 1, "d")].concat()).wait().unwrap();
    let those = DeadLetterFilter { code: Some("d".to_owned()), ..DeadLetterFilter::default() };
    assert_eq!(journal.discard(those.clone(), by()).wait().unwrap().count, 1);
    assert_eq!(journal.discard(those, by()).wait().unwrap().count, 0);
    let totals = &journal.ledger().unwrap().destinations["inmoment"];
    assert_eq!((totals.accepted, totals.dead, totals.imbalance()), (2, 1, 0));
    assert_eq!(totals.skipped.iter().collect::<Vec<_>>(), [(&SkipCode::Discarded, &1)]);
    assert_eq!(journal.dead_letters(&DeadLetterFilter::default(), 9).unwrap().items.len(), 1);
}
