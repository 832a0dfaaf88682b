//! One event tried again: replayed as it is stored, or edited.

use crate::sample::{
    ALL, batch, by, death, event_text, facts, fate, letter, position, rejected, single, wired,
};
use bytes::Bytes;
use event::{EventKind, RequestShape};
use journal::{DeadLetterFilter, DestinationId, Fate, Journal, JournalError, SkipCode};

pub(super) fn a_stored_event_is_replayed(journal: &dyn Journal) {
    let (source, here) = wired(journal);
    let there = journal.destination("there").unwrap();
    let mut sent = batch(source, &[here], 3, 5);
    sent.rejected = vec![rejected(1)];
    journal.append(sent.clone()).wait().unwrap();
    journal.append(single(source, &[here], 6)).wait().unwrap();
    assert_eq!(journal.replay(position(1, 2), there, by()).wait(), Ok(position(3, 0)));
    assert_eq!(journal.replay(position(2, 0), here, by()).wait(), Ok(position(4, 0)));
    assert_eq!(
        journal.replay(position(3, 0), here, by()).wait(),
        Ok(position(5, 0)),
        "also what was replayed"
    );
    assert_eq!(*journal.appended().borrow(), 6);

    let again = journal.read(there, 0, ALL).unwrap().requests.remove(0);
    assert_eq!((again.number, again.first_index, again.requeued), (3, 2, true));
    assert_eq!((again.events, again.rejected.len(), again.fates.len()), (1, 0, 0));
    assert_eq!((again.request_id, again.received_at), (sent.request_id, sent.received_at));
    assert_eq!(again.body, format!(r#"{{"batch":[{}]}}"#, event_text(5, 2)));
    let here_again = journal.read(here, 4, ALL).unwrap().requests;
    assert_eq!(
        (here_again[0].shape, &here_again[0].body[..]),
        (RequestShape::Single(EventKind::Identify), &br#"{"userId":"single6"}"#[..])
    );
    assert_eq!(facts(&here_again[1]).strip_prefix("5 "), facts(&again).strip_prefix("3 "));

    let ledger = journal.ledger().unwrap();
    let totals = |name: &str| {
        let totals = &ledger.destinations[name];
        (totals.accepted, totals.pending, totals.imbalance())
    };
    assert_eq!((totals("inmoment"), totals("there")), ((6, 6, 0), (1, 1, 0)));

    let gone = |place: &str| Err(JournalError::NotFound(place.to_owned()));
    assert_eq!(journal.replay(position(1, 3), here, by()).wait(), gone("event 3 of request 1"));
    assert_eq!(journal.replay(position(9, 0), here, by()).wait(), gone("event 0 of request 9"));
    assert!(matches!(
        journal.replay(position(1, 0), DestinationId(9), by()).wait(),
        Err(JournalError::NotFound(_))
    ));
    assert_eq!(journal.ledger().unwrap(), ledger);
}

pub(super) fn an_edited_letter_is_a_request_of_its_own(journal: &dyn Journal) {
    let (source, here) = wired(journal);
    journal.append(batch(source, &[here], 3, 5)).wait().unwrap();
    journal.append(single(source, &[here], 6)).wait().unwrap();
    let deaths = [death(1, 1, "c"), death(1, 2, "c"), death(2, 0, "c")].concat();
    journal.commit(here, deaths).wait().unwrap();
    let ids: Vec<u64> = letters(journal).iter().map(|(id, _)| *id).collect();
    let edited = |text: &'static str| Bytes::from_static(text.as_bytes());
    assert_eq!(
        journal.requeue_edited(ids[1], edited(r#"{"userId":"new"}"#), by()).wait(),
        Ok(position(3, 0))
    );
    assert_eq!(
        journal.requeue_edited(ids[2], edited(" {\"userId\":\"newer\"}\n"), by()).wait(),
        Ok(position(4, 0))
    );
    let requests = journal.read(here, 3, ALL).unwrap().requests;
    let [first, second] = &requests[..] else { panic!("two were edited") };
    assert_eq!((first.first_index, first.requeued, first.events), (2, true, 1));
    assert_eq!(first.body, r#"{"batch":[{"userId":"new"}]}"#);
    assert_eq!(
        (second.shape, second.received_at),
        (RequestShape::Single(EventKind::Identify), batch(source, &[], 0, 6).received_at)
    );
    assert_eq!(second.body, r#"{"userId":"newer"}"#);
    assert_eq!(letters(journal), [(ids[0], letter(1, 1, "c").message_id)]);
    let totals = &journal.ledger().unwrap().destinations["inmoment"];
    assert_eq!((totals.accepted, totals.dead, totals.pending, totals.imbalance()), (4, 1, 3, 0));

    let gone = JournalError::NotFound(format!("dead letter {}", ids[1]));
    assert_eq!(journal.requeue_edited(ids[1], edited("{}"), by()).wait(), Err(gone), "once is enough");
    journal.commit(here, vec![fate(3, 0, Fate::Delivered)]).wait().unwrap();
    assert_eq!(journal.ledger().unwrap().destinations["inmoment"].imbalance(), 0);
}

pub(super) fn only_one_json_object_can_stand_in_for_a_letter(journal: &dyn Journal) {
    let (source, here) = wired(journal);
    journal.append(batch(source, &[here], 1, 5)).wait().unwrap();
    journal.commit(here, death(1, 0, "c").into()).wait().unwrap();
    let before = journal.ledger().unwrap();
    let id = letters(journal)[0].0;
    let texts: [&[u8]; 8] =
        [b"", b"5", b"[{}]", b"{}{}", b"{},{}", b"{", br#"{"a":1}],"batch":[{"b":2}"#, b"{\"a\":\"\xff\"}"];
    for text in texts {
        let answer = journal.requeue_edited(id, Bytes::from_static(text), by()).wait();
        assert!(matches!(answer, Err(JournalError::Refused(_))), "{text:?} gave {answer:?}");
    }
    assert_eq!(journal.ledger().unwrap(), before);
    assert_eq!(letters(journal).len(), 1);
}

pub(super) fn the_oldest_pending_event_is_told(journal: &dyn Journal) {
    let (source, here) = wired(journal);
    let there = journal.destination("there").unwrap();
    let arrived = |tag| Some(batch(source, &[], 0, tag).received_at);
    assert_eq!(journal.oldest_pending(here), Ok(None));
    journal.append(batch(source, &[there], 1, 1)).wait().unwrap();
    journal.append(batch(source, &[here], 2, 2)).wait().unwrap();
    journal.append(batch(source, &[here, there], 1, 3)).wait().unwrap();
    assert_eq!(journal.oldest_pending(here), Ok(arrived(2)));
    assert_eq!(journal.oldest_pending(there), Ok(arrived(1)));
    journal.commit(here, vec![fate(2, 0, Fate::Delivered)]).wait().unwrap();
    assert_eq!(journal.oldest_pending(here), Ok(arrived(2)), "its other event is pending");
    journal.commit(here, vec![fate(2, 1, Fate::Skipped(SkipCode::Duplicate))]).wait().unwrap();
    assert_eq!(journal.oldest_pending(here), Ok(arrived(3)));
    journal.commit(here, vec![fate(3, 0, Fate::Delivered)]).wait().unwrap();
    assert_eq!(journal.oldest_pending(here), Ok(None));
    assert!(journal.oldest_pending(DestinationId(9)).is_err());
}

fn letters(journal: &dyn Journal) -> Vec<(u64, String)> {
    let page = journal.dead_letters(&DeadLetterFilter::default(), 9).unwrap();
    page.items.into_iter().map(|letter| (letter.id, letter.message_id)).collect()
}
