//! More than there is room for, all at once.

use crate::sample::{batch, durable, wired};
use journal::{Fates, Intake, NewRequest, SourceId};

const LARGE: usize = 4_000_000;

fn large(source: SourceId) -> NewRequest {
    // Noise: what repeats itself takes no room.
    let mut state = 1_u64;
    let noise = (0..LARGE / 8).flat_map(|_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state ^ (state >> 29)).to_le_bytes()
    });
    NewRequest { body: noise.collect::<Vec<u8>>().into(), ..batch(source, &[], 1, 1) }
}

#[test]
fn appends_that_must_wait_for_room_are_stored_when_waited_for() {
    let (journal, _folder) = durable();
    let (source, _) = wired(&journal);
    let request = large(source);
    let receipts: Vec<_> = (0..40).map(|_| journal.append(request.clone())).collect();
    let deferred = receipts.iter().filter(|receipt| format!("{receipt:?}") == "Receipt(deferred)").count();
    assert!(deferred > 0, "160 MB were let in at once");
    receipts.into_iter().for_each(|receipt| assert!(receipt.wait().is_ok()));
    assert_eq!(journal.ledger().unwrap().unrouted, 40);
}

#[test]
fn whoever_stops_waiting_for_room_takes_the_request_along() {
    let (journal, _folder) = durable();
    let (source, _) = wired(&journal);
    let request = large(source);
    let receipts: Vec<_> = (0..40).map(|_| journal.append(request.clone())).collect();
    let let_in = receipts.iter().filter(|receipt| format!("{receipt:?}") != "Receipt(deferred)").count();
    drop(receipts);
    let after = journal.append(batch(source, &[], 1, 1)).wait().unwrap();
    assert_eq!(after.number, let_in as u64 + 1);
    assert!(let_in < 40);
}

#[test]
fn a_closing_journal_answers_those_who_wait_for_room() {
    let (journal, _folder) = durable();
    let (source, _) = wired(&journal);
    let request = large(source);
    let receipts: Vec<_> = (0..40).map(|_| journal.append(request.clone())).collect();
    drop(journal);
    let answers: Vec<_> = receipts.into_iter().map(journal::Receipt::wait).collect();
    let stored = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(stored > 0, "what was let in is written");
    assert!(answers.contains(&Err(journal::JournalError::Closed)));
}
