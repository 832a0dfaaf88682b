//! Changes that are committed in pieces: if the process dies between any two of them, the durable changes are a state
//! to go on from, and nothing happens twice.

use super::harness::{EventEdits, Rig, START, answer, found, identify, known, lost, stored, unreachable};
use crate::machine::{Effects, Input, Machine, pieces};
use crate::{DestinationSettings, Mode, Now, read_planned};
use bytes::Bytes;
use event::{Millis, RequestShape as EventKind, SourceKind};
use inmoment::CallReplyBody;
use journal::{
    Change, DeadLetterFilter, DeliveryStore, DestinationId, Fate, Fates, Intake, LedgerTotals, MemoryJournal,
    NewRequest, Rejected,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// Two requests of events that need no call: dead ones, skipped ones, and some whose message id came before.
fn journal() -> (MemoryJournal, DestinationId) {
    let journal = MemoryJournal::new();
    let source = journal.source("website", SourceKind::Web).unwrap();
    let destination = journal.destination("inmoment").unwrap();
    for request in 0..2_u8 {
        let events: Vec<Value> = (0..30_usize).map(|nth| event(nth, request)).collect();
        let numbers = events.iter().enumerate().filter(|(_, event)| event.is_number());
        let rejected = numbers.map(|(nth, _)| Rejected {
            index: u32::try_from(nth).unwrap(),
            code: "event_not_an_object".into(),
        });
        let request = NewRequest {
            source,
            shape: EventKind::Batch,
            request_id: [request; 16],
            received_at: Millis(START),
            request_ip: None,
            events: 30,
            rejected: rejected.collect(),
            destinations: [destination].into(),
            body: Bytes::from(json!({ "batch": events }).to_string()),
        };
        journal.append(request).now().unwrap().unwrap();
    }
    (journal, destination)
}

fn event(nth: usize, request: u8) -> Value {
    match nth % 5 {
        0 => json!(nth),
        1 => json!({"type": "page", "userId": "u"}),
        // Each message id comes twice in its request, and again in the other one.
        2 | 3 => json!({"type": "track", "userId": "u", "messageId": format!("m{}", nth / 10), "event": "x"}),
        _ => {
            json!({"type": "identify", "userId": "u", "messageId": format!("i{request}{nth}"), "traits": {"email": "u@example.com"}})
        }
    }
}

/// Delivers in the smallest pieces, until everything is done or this many pieces were made. Returns the number of
/// pieces.
fn deliver(journal: &MemoryJournal, destination: DestinationId, most: usize) -> usize {
    let settings =
        DestinationSettings { mode: Mode::Shadow, ..DestinationSettings::new("inmoment", destination) };
    let now = Now { wall: Millis(START), mono: 0 };
    let mut machine = Machine::new(settings.clone(), journal.restore(destination).unwrap(), 7, now);
    let (mut inputs, mut made) = (vec![Input::Woke], 0);
    while !inputs.is_empty() {
        let mut effects = Effects::default();
        for input in inputs.drain(..) {
            machine.step(now, input, &mut effects);
        }
        assert!(effects.calls.is_empty());
        let number = machine.seal();
        for piece in pieces(effects.changes, &effects.seams, 1) {
            if made == most {
                return made;
            }
            made += 1;
            let moves = piece.iter().any(|change| matches!(change, Change::Cursor(_)));
            assert!(!moves || piece.len() == 1, "the cursor comes behind all fates");
            journal.commit_shared(destination, piece).now().unwrap().unwrap();
        }
        inputs.extend(number.map(Input::Durable));
        if let Some((from, limit)) = effects.read {
            inputs.push(Input::Read(read_planned(journal, &settings, from, limit).unwrap()));
        }
    }
    made
}

fn outcome(journal: &MemoryJournal) -> (LedgerTotals, Vec<(String, String)>) {
    let totals = journal.ledger().unwrap().destinations["inmoment"].clone();
    let page = journal.dead_letters(&DeadLetterFilter::default(), usize::MAX).unwrap();
    (totals, page.items.into_iter().map(|letter| (letter.code, letter.event)).collect())
}

#[test]
fn wherever_the_process_dies_between_two_pieces_every_event_has_one_fate_in_the_end() {
    let (sound, destination) = journal();
    let all = deliver(&sound, destination, usize::MAX);
    let expected = outcome(&sound);
    assert!(all > 60, "an event is a piece: {all}");
    assert_eq!((expected.0.pending, expected.0.imbalance()), (0, 0));
    assert_eq!(expected.0.dead, expected.1.len() as u64);
    for dies_after in 0..all {
        let (journal, destination) = journal();
        deliver(&journal, destination, dies_after);
        let between = outcome(&journal);
        assert_eq!((between.0.imbalance(), between.0.dead), (0, between.1.len() as u64), "{dies_after}");
        deliver(&journal, destination, usize::MAX);
        assert_eq!(outcome(&journal), expected, "after a death behind piece {dies_after}");
        assert_eq!(journal.restore(destination).unwrap().cursor, 3, "{dies_after}");
    }
}

/// The changes of one step, divided at every seam.
fn step(rig: &mut Rig, input: Input) -> Vec<Arc<[Change]>> {
    let mut effects = Effects::default();
    rig.machine.step(rig.now(), input, &mut effects);
    rig.calls.extend(effects.calls);
    pieces(effects.changes, &effects.seams, 1)
}

/// A reply after which the answer is delivered, an outage is over, and others have nothing left to do without a call.
#[test]
fn what_follows_from_a_reply_is_one_piece_and_comes_first() {
    let mut rig = Rig::new();
    rig.warm_up();
    let same = || known("2", "u2", json!({"plan": "pro"}), START);
    rig.take(vec![
        answer("u1").known(known("1", "u1", json!({}), START)).message(1),
        identify("u2", &[("plan", "new")]).known(same()).message(2),
    ]);
    // All calls fail until the circuit breaker opens; the identify behind a failed one has values that InMoment has
    // already.
    for _ in 0..6 {
        while let Some((id, _)) = rig.calls.pop_front() {
            rig.step(Input::Replied(id, Err(unreachable())));
        }
        rig.sleep(60_000);
    }
    let (id, call) = rig.calls.pop_front().unwrap();
    let made = step(
        &mut rig,
        Input::Replied(id, Ok(inmoment::CallReply { body: done(&call), rate: Default::default() })),
    );
    let first = &made[0];
    let landed = first.iter().any(|change| matches!(change, Change::Landed(_)));
    let fate = first.iter().any(|change| matches!(change, Change::Fate(_, Fate::Delivered)));
    let seen = first.iter().any(|change| matches!(change, Change::Seen(..)));
    assert!(landed && fate && seen, "{} pieces, the first of {} changes", made.len(), first.len());
}

fn done(call: &inmoment::Call) -> CallReplyBody {
    match call {
        inmoment::Call::CreateResponse { .. } => CallReplyBody::Done,
        _ => found(stored("2", "u2", json!({"plan": "new"}))),
    }
}

/// Very many identifies that change nothing, behind a call: each of them is a piece of its own.
#[test]
fn a_run_of_events_that_need_no_call_is_divisible() {
    let mut rig = Rig::new();
    rig.warm_up();
    let there = || known("1", "u1", json!({"plan": "pro"}), START);
    let mut events = vec![answer("u1").known(there())];
    for nth in 0..20_u128 {
        // Other end users' ids in the name: they do not become one call.
        events.push(answer("u1").known(there()).message(100 + nth));
        events.push(identify("u1", &[("plan", "pro")]).known(there()).message(200 + nth));
    }
    rig.take(events);
    let mut fates = 0;
    while let Some((id, _)) = rig.calls.pop_front() {
        let made = step(
            &mut rig,
            Input::Replied(
                id,
                Ok(inmoment::CallReply { body: CallReplyBody::Done, rate: Default::default() }),
            ),
        );
        for piece in &made {
            let here = piece.iter().filter(|change| matches!(change, Change::Fate(..))).count();
            assert!(here <= 1, "{here} fates in one piece");
            fates += here;
        }
        rig.settle();
    }
    assert_eq!(fates, 41);
}

/// A doubt is never lost between two pieces: the record that an answer may have arrived stays until the answer is
/// delivered.
#[test]
fn a_lost_reply_leaves_its_record() {
    let mut rig = Rig::new();
    rig.warm_up();
    rig.take(vec![answer("u1").known(known("1", "u1", json!({}), START))]);
    let (id, _) = rig.call("create_response");
    let made = step(&mut rig, Input::Replied(id, Err(lost())));
    assert!(!made.iter().flat_map(|piece| piece.iter()).any(|change| matches!(change, Change::Landed(_))));
}
