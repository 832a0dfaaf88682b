//! Requests, who reads them, and the ledger.

use crate::sample::{ALL, batch, by, death, event_text, fate, position, rejected, single, wired};
use event::SourceKind;
use journal::{
    Change, DeadLetterFilter, DestinationId, Fate, Journal, JournalError, LedgerTotals, ReadLimit, SkipCode,
    SourceId,
};

pub(super) fn names_keep_their_numbers(journal: &dyn Journal) {
    let (source, destination) = wired(journal);
    assert_eq!(journal.source("app", SourceKind::Mobile).unwrap(), SourceId(source.0 + 1));
    assert_eq!(journal.source("website", SourceKind::Server).unwrap(), source);
    assert_eq!(journal.destination("another").unwrap(), DestinationId(destination.0 + 1));
    assert_eq!(journal.destination("inmoment").unwrap(), destination);
    let expected =
        [("another".to_owned(), DestinationId(destination.0 + 1)), ("inmoment".to_owned(), destination)];
    assert_eq!(journal.destinations().unwrap(), expected);

    journal.append(single(source, &[destination], 1)).wait().unwrap();
    let kind = journal.read(destination, 0, ALL).unwrap().requests[0].source_kind;
    assert_eq!(kind, SourceKind::Server, "a source is of the kind last configured");
}

pub(super) fn requests_are_read_back_as_they_came(journal: &dyn Journal) {
    let (source, destination) = wired(journal);
    let mut sent = batch(source, &[destination], 3, 7);
    sent.rejected = vec![rejected(1)];
    journal.append(sent.clone()).wait().unwrap();
    let mut bare = single(source, &[destination], 8);
    bare.request_ip = None;
    bare.body = bytes::Bytes::from_static(b"{\"userId\":\"\xff\0\"}");
    journal.append(bare.clone()).wait().unwrap();

    let page = journal.read(destination, 0, ALL).unwrap();
    assert_eq!((page.requests.len(), page.next, page.end), (2, 3, 3));
    for (stored, sent) in page.requests.iter().zip([&sent, &bare]) {
        assert_eq!(stored.source, source);
        assert_eq!(stored.source_kind, SourceKind::Web);
        assert_eq!(stored.shape, sent.shape);
        assert_eq!(stored.request_id, sent.request_id);
        assert_eq!(stored.received_at, sent.received_at);
        assert_eq!(stored.request_ip, sent.request_ip);
        assert_eq!(stored.events, sent.events);
        assert_eq!(stored.rejected, sent.rejected);
        assert_eq!(stored.body, sent.body, "byte for byte");
        assert_eq!((stored.first_index, stored.requeued, stored.fates.len()), (0, false, 0));
    }
    assert_eq!(journal.event_text(position(1, 2)).unwrap(), Some(event_text(7, 2)));
    assert_eq!(journal.event_text(position(1, 3)).unwrap(), None);
    assert_eq!(journal.event_text(position(9, 0)).unwrap(), None);
}

pub(super) fn numbers_start_at_one_and_grow(journal: &dyn Journal) {
    let (source, destination) = wired(journal);
    let empty = journal.read(destination, 0, ALL).unwrap();
    assert_eq!((empty.requests.len(), empty.next, empty.end), (0, 1, 1));
    for number in 1..5 {
        assert_eq!(journal.append(batch(source, &[destination], 1, 1)).wait().unwrap().number, number);
    }
}

pub(super) fn reading_stops_at_the_limit_but_never_before_one_request(journal: &dyn Journal) {
    let (source, destination) = wired(journal);
    for tag in 0..6 {
        journal.append(batch(source, &[destination], 3, tag)).wait().unwrap();
    }
    let read = |from, events, bytes| {
        let page = journal.read(destination, from, ReadLimit { events, bytes }).unwrap();
        (page.requests.iter().map(|request| request.number).collect::<Vec<_>>(), page.next, page.end)
    };
    assert_eq!(read(0, 0, 0), (vec![1], 2, 7));
    assert_eq!(read(2, 4, usize::MAX), (vec![2, 3], 4, 7));
    assert_eq!(read(4, usize::MAX, 1), (vec![4], 5, 7));
    assert_eq!(read(5, 100, usize::MAX), (vec![5, 6], 7, 7));
    assert_eq!(read(7, 100, usize::MAX), (vec![], 7, 7));
}

pub(super) fn only_what_is_routed_here_and_pending_is_read(journal: &dyn Journal) {
    let (source, here) = wired(journal);
    let there = journal.destination("there").unwrap();
    journal.append(batch(source, &[there], 1, 1)).wait().unwrap();
    journal.append(batch(source, &[here], 2, 2)).wait().unwrap();
    journal.append(batch(source, &[there, here], 2, 3)).wait().unwrap();
    let done = vec![fate(2, 0, Fate::Delivered), fate(2, 1, Fate::Delivered), fate(3, 1, Fate::Delivered)];
    journal.commit(here, done).wait().unwrap();

    let numbers = |destination| -> Vec<(u64, Vec<u8>)> {
        let page = journal.read(destination, 0, ALL).unwrap();
        page.requests.into_iter().map(|request| (request.number, request.fates)).collect()
    };
    assert_eq!(numbers(here), [(3, vec![0, 1])]);
    assert_eq!(numbers(there), [(1, vec![]), (3, vec![])]);
}

pub(super) fn an_unrouted_request_is_counted_and_read_by_nobody(journal: &dyn Journal) {
    let (source, destination) = wired(journal);
    journal.append(batch(source, &[], 4, 1)).wait().unwrap();
    let ledger = journal.ledger().unwrap();
    assert_eq!(ledger.unrouted, 4);
    assert_eq!(ledger.destinations["inmoment"], LedgerTotals::default());
    let page = journal.read(destination, 0, ALL).unwrap();
    assert_eq!((page.requests.len(), page.next, page.end), (0, 2, 2));
    assert_eq!(journal.event_text(position(1, 3)).unwrap(), Some(event_text(1, 3)));
}

pub(super) fn the_ledger_balances_for_two_destinations(journal: &dyn Journal) {
    let (source, here) = wired(journal);
    let there = journal.destination("there").unwrap();
    journal.append(batch(source, &[here, there, here], 3, 1)).wait().unwrap();
    journal.append(batch(source, &[there], 2, 2)).wait().unwrap();
    let [dies, is_kept] = death(1, 2, "c");
    let here_done = vec![
        fate(1, 0, Fate::Delivered),
        fate(1, 1, Fate::Skipped(SkipCode::UnsupportedType)),
        dies,
        is_kept,
    ];
    journal.commit(here, here_done).wait().unwrap();
    let there_done =
        vec![fate(2, 1, Fate::Skipped(SkipCode::Duplicate)), fate(1, 0, Fate::Skipped(SkipCode::Duplicate))];
    journal.commit(there, there_done).wait().unwrap();
    let ledger = journal.ledger().unwrap();
    let expected = LedgerTotals {
        accepted: 3,
        delivered: 1,
        skipped: [(SkipCode::UnsupportedType, 1)].into(),
        dead: 1,
        ..Default::default()
    };
    assert_eq!(ledger.destinations["inmoment"], expected);
    let expected = LedgerTotals {
        accepted: 5,
        skipped: [(SkipCode::Duplicate, 2)].into(),
        pending: 3,
        ..Default::default()
    };
    assert_eq!(ledger.destinations["there"], expected);
    assert!(ledger.destinations.values().all(|totals| totals.imbalance() == 0));
}

pub(super) fn appends_are_told(journal: &dyn Journal) {
    let (source, destination) = wired(journal);
    let mut told = journal.appended();
    assert_eq!(*told.borrow_and_update(), 1);
    journal.append(single(source, &[destination], 1)).wait().unwrap();
    assert!(told.has_changed().unwrap());
    assert_eq!(*told.borrow_and_update(), 2);
    journal.commit(destination, death(1, 0, "c").into()).wait().unwrap();
    assert!(!told.has_changed().unwrap(), "a commit appends nothing");
    journal.requeue(DeadLetterFilter::default(), by()).wait().unwrap();
    assert_eq!(*told.borrow_and_update(), 3);
    assert_eq!(*journal.appended().borrow(), 3);
}

pub(super) fn unknown_numbers_are_refused(journal: &dyn Journal) {
    let (source, destination) = wired(journal);
    let nowhere = DestinationId(destination.0 + 9);
    let refused = |answer: Option<JournalError>| assert!(matches!(answer, Some(JournalError::NotFound(_))));
    refused(journal.append(single(SourceId(source.0 + 9), &[destination], 1)).wait().err());
    refused(journal.append(single(source, &[destination, nowhere], 1)).wait().err());
    refused(journal.commit(nowhere, vec![Change::Paused(Some(event::Millis(5)))]).wait().err());
    refused(journal.restore(nowhere).err());
    refused(journal.read(nowhere, 0, ALL).err());
    assert_eq!(journal.read(destination, 0, ALL).unwrap().end, 1, "nothing was stored");
    assert_eq!(journal.healthy(), Ok(()));
}
