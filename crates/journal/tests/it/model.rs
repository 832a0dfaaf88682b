//! The two journals, handed the same random history, answer every question alike.

use crate::replicas::Replicas;
use crate::sample::{
    ALL, answer, attempt, batch, by, conflict, death, facts, fate, key, letter, position, rejected, single,
    still, user,
};
use event::{Millis, SourceKind};
use journal::{
    AnswerFilter, Archive, BudgetRecord, Change, ConflictRecord, DeadLetterFilter, DestinationId, Fate,
    Fates, InFlightRecord, Journal, JournalError, LaneRecord, MemoryJournal, MessageKey, NewRequest, Options,
    Position, ReadLimit, SavedCalls, SkipCode, SourceId, SqliteJournal, UniqueField,
};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Append { source: u32, destinations: Vec<u32>, events: u32, tag: u8, single: bool },
    Commit(u32, Vec<Change>),
    Requeue(DeadLetterFilter),
    Discard(DeadLetterFilter),
    RequeueEdited(u64, bool),
    Replay(Position, u32),
    Source(u8, SourceKind),
    Destination(u8),
    Reopen,
}

fn skip_or_deliver() -> impl Strategy<Value = Fate> {
    prop_oneof![
        3 => Just(Fate::Delivered),
        1 => proptest::sample::select(&SkipCode::ALL[..]).prop_map(Fate::Skipped),
    ]
}

fn change() -> impl Strategy<Value = Vec<Change>> {
    let name = || (0..3_u8).prop_map(|number| format!("n{number}"));
    let lane = (1..9_u64, 0..5_u32).prop_map(|(request, attempts)| LaneRecord {
        head: position(request, 0),
        attempts,
        failing_ms: 7,
        retry_at: Millis(8),
        wait_until: (attempts > 2).then_some(Millis(9)),
        denied: 0,
    });
    let call = (name(), 1..9_u64).prop_map(|(lane, request)| InFlightRecord {
        lane,
        head: position(request, 1),
        call: "update_user".to_owned(),
        started_at: Millis(4),
    });
    prop_oneof![
        8 => (1..9_u64, 0..3_u32, skip_or_deliver()).prop_map(|(request, index, it)| vec![fate(request, index, it)]),
        4 => (1..9_u64, 0..3_u32, 0..2_u8)
            .prop_map(|(request, index, code)| death(request, index, &format!("code{code}")).into()),
        2 => (0..10_u64).prop_map(|number| vec![Change::Cursor(number)]),
        2 => (0..3_u32, 0..3_u128, 0..3_u128, 0..50_i64).prop_map(|(source, id, content, at)| {
            vec![Change::Seen(MessageKey { content, ..key(SourceId(source), id) }, Millis(at)), Change::MessageIdReused]
        }),
        1 => (name(), proptest::option::of(name())).prop_map(|(id, external)| {
            vec![Change::KnowUser(user(&id, external.as_deref()))]
        }),
        1 => name().prop_map(|id| vec![Change::DoubtUser(id)]),
        1 => (name(), name()).prop_map(|(external, id)| vec![Change::Link(external, id)]),
        1 => name().prop_map(|external| vec![Change::Unlink(external)]),
        1 => call.prop_map(|record| vec![Change::InFlight(record)]),
        1 => name().prop_map(|lane| vec![Change::Landed(lane)]),
        1 => (name(), lane).prop_map(|(name, record)| vec![Change::LaneTrouble(name, record)]),
        1 => name().prop_map(|lane| vec![Change::LaneClear(lane)]),
        1 => (name(), proptest::sample::select(&UniqueField::ALL[..]), any::<bool>()).prop_map(|(lane, field, dismissed)| {
            vec![Change::Conflict(ConflictRecord { dismissed, ..conflict(&lane, field) })]
        }),
        1 => (name(), proptest::sample::select(&UniqueField::ALL[..]))
            .prop_map(|(lane, field)| vec![Change::ConflictEnds(lane, field)]),
        1 => any::<bool>().prop_map(|paused| vec![Change::Paused(paused.then_some(Millis(7)))]),
        1 => proptest::option::of(name()).prop_map(|reason| vec![Change::Halted(reason)]),
        1 => (0..9_u32).prop_map(|remaining| {
            vec![Change::Budget(BudgetRecord { limit: 100, remaining, resets_at: Millis(1) })]
        }),
        1 => (1..9_u64, 0..3_u32).prop_map(|(request, index)| vec![Change::Answer(answer(request, index, 9))]),
        1 => (1..9_u64, 0..3_u32).prop_map(|(request, index)| vec![Change::Attempt(attempt(&[(request, index)]))]),
        1 => (0..3_u64, 0..3_u64, 0..3_u64).prop_map(|(made, known, merged)| {
            vec![Change::Calls { made, saved: SavedCalls { known, merged, unchanged: known * merged } }]
        }),
    ]
}

fn filter() -> impl Strategy<Value = DeadLetterFilter> {
    let destination = proptest::option::of((1..3_u32).prop_map(DestinationId));
    let code = proptest::option::of((0..2_u8).prop_map(|code| format!("code{code}")));
    let about = (
        proptest::option::weighted(0.2, (1..3_u32).prop_map(SourceId)),
        proptest::option::weighted(0.2, (0..3_u8).prop_map(|user| format!("u{user}"))),
        proptest::option::weighted(0.2, (1..4_u8).prop_map(|request| format!("m-{request}-0"))),
        proptest::option::weighted(0.2, any::<bool>()),
    );
    let ids = proptest::option::weighted(0.3, proptest::collection::vec(1..6_u64, 0..3));
    let between = (proptest::option::weighted(0.2, 0..4_u64), proptest::option::weighted(0.2, 0..6_u64));
    (destination, code, ids, between, about).prop_map(
        |(destination, code, ids, (after, up_to), (source, user, message_id, early))| DeadLetterFilter {
            destination,
            code,
            ids,
            after,
            up_to,
            source,
            user,
            message_id,
            from: early.filter(|early| !early).map(|_| letter(1, 0, "c").died_at),
            to: early.filter(|early| *early).map(|_| letter(1, 0, "c").died_at),
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let kind = proptest::sample::select(&[SourceKind::Web, SourceKind::Mobile, SourceKind::Server][..]);
    let changes = proptest::collection::vec(change(), 1..5).prop_map(|changes| changes.concat());
    prop_oneof![
        6 => (1..3_u32, proptest::collection::vec(1..4_u32, 0..3), 0..4_u32, any::<u8>(), any::<bool>()).prop_map(
            |(source, destinations, events, tag, single)| Step::Append { source, destinations, events, tag, single }
        ),
        10 => (1..3_u32, changes).prop_map(|(destination, changes)| Step::Commit(destination, changes)),
        1 => filter().prop_map(Step::Requeue),
        1 => filter().prop_map(Step::Discard),
        1 => (1..6_u64, any::<bool>()).prop_map(|(id, good)| Step::RequeueEdited(id, good)),
        2 => (1..9_u64, 0..3_u32, 1..4_u32).prop_map(|(request, index, id)| Step::Replay(position(request, index), id)),
        1 => (0..3_u8, kind).prop_map(|(name, kind)| Step::Source(name, kind)),
        1 => (0..3_u8).prop_map(Step::Destination),
        1 => Just(Step::Reopen),
    ]
}

fn request(step: &Step) -> Option<NewRequest> {
    let Step::Append { source, destinations, events, tag, single: alone } = step else { return None };
    let destinations: Vec<DestinationId> = destinations.iter().copied().map(DestinationId).collect();
    if *alone {
        return Some(single(SourceId(*source), &destinations, *tag));
    }
    let mut request = batch(SourceId(*source), &destinations, *events, *tag);
    if tag % 3 == 0 {
        request.rejected = vec![rejected(0)];
        request.request_ip = None;
    }
    Some(request)
}

/// What a step answered. Why it was refused is said in words, and may be said of another of several reasons.
fn take(journal: &dyn Journal, step: &Step) -> String {
    fn plain<T: std::fmt::Debug>(answer: Result<T, JournalError>) -> String {
        match answer {
            Err(JournalError::NotFound(_) | JournalError::Refused(_)) => "refused".to_owned(),
            other => format!("{other:?}"),
        }
    }
    match step {
        Step::Append { .. } => plain(journal.append(request(step).unwrap()).wait()),
        Step::Commit(destination, changes) => {
            plain(journal.commit(DestinationId(*destination), changes.clone()).wait())
        }
        Step::Requeue(filter) => plain(journal.requeue(filter.clone(), by()).wait()),
        Step::Discard(filter) => plain(journal.discard(filter.clone(), by()).wait()),
        Step::RequeueEdited(id, good) => {
            let text = if *good { r#"{"userId":"edited"}"# } else { "{}, {}" };
            plain(journal.requeue_edited(*id, text.into(), by()).wait())
        }
        Step::Replay(position, id) => plain(journal.replay(*position, DestinationId(*id), by()).wait()),
        Step::Source(name, kind) => plain(journal.source(&format!("source{name}"), *kind)),
        Step::Destination(name) => plain(journal.destination(&format!("destination{name}"))),
        Step::Reopen => String::new(),
    }
}

/// Everything that can be asked, and its answer.
pub(crate) fn answers(journal: &dyn Journal) -> Vec<String> {
    let mut all = vec![
        format!("{:?}", journal.destinations()),
        format!("{:?}", journal.ledger()),
        format!("{:?}", *journal.appended().borrow()),
        format!("{:?}", journal.healthy()),
    ];
    for (_, destination) in journal.destinations().unwrap() {
        all.push(format!("{:?}", journal.restore(destination)));
        all.push(format!("{:?}", journal.oldest_pending(destination)));
        for from in 0..4 {
            let limit = if from == 0 { ALL } else { ReadLimit { events: 3, bytes: 300 } };
            let page = journal.read(destination, from * 2, limit).unwrap();
            all.push(format!("{} {}", page.next, page.end));
            all.extend(page.requests.iter().map(facts));
        }
        let keys: Vec<_> = (0..18)
            .map(|n| MessageKey { content: u128::from(n / 9), ..key(SourceId(n / 3 % 3), u128::from(n % 3)) })
            .collect();
        all.push(format!("{:?}", journal.seen(destination, &keys, Millis(25))));
        all.push(format!("{:?}", journal.links(destination, &["n0", "n1", "n2"])));
        for known in journal.users(destination, &["n0", "n1", "n2"]).unwrap() {
            all.push(serde_json::to_string(&known).unwrap());
        }
    }
    for after in [None, Some(1)] {
        let page = journal.dead_letters(&DeadLetterFilter { after, ..Default::default() }, 3).unwrap();
        all.push(format!("{}", page.more));
        all.extend(page.items.iter().map(|letter| serde_json::to_string(letter).unwrap()));
    }
    for request in 0..9 {
        all.push(format!("{:?}", journal.event_text(position(request, 1))));
    }
    all
}

fn open(folder: &tempfile::TempDir) -> SqliteJournal {
    SqliteJournal::open(folder.path(), Options::new(still(0))).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_machine_has_the_journal_that_one_alone_would_have(
        steps in proptest::collection::vec(step(), 1..40), seed in any::<usize>(),
    ) {
        let memory = MemoryJournal::new();
        let mut replicas = Replicas::new(3);
        let beginning = [Step::Source(0, SourceKind::Web), Step::Destination(0), Step::Destination(1)];
        for (turn, step) in beginning.iter().chain(&steps).enumerate() {
            match (step, seed.rotate_left(u32::try_from(turn).unwrap()) % 3) {
                (Step::Reopen, node) => replicas.restart(node),
                (Step::Append { .. }, node) => replicas.look_at(node),
                (Step::Commit(..), node) if turn % 4 == 0 => replicas.lead_with(node),
                _ => {}
            }
            prop_assert_eq!(take(&memory, step), take(&replicas, step), "{:?}", step);
        }
        let expected = answers(&memory);
        for node in 0..3 {
            replicas.look_at(node);
            prop_assert_eq!(&expected, &answers(&replicas), "machine {}", node);
        }
    }

    #[test]
    fn both_journals_answer_alike(steps in proptest::collection::vec(step(), 1..40)) {
        let folder = tempfile::tempdir().unwrap();
        let memory = MemoryJournal::new();
        let mut sqlite = open(&folder);
        let beginning = [Step::Source(0, SourceKind::Web), Step::Destination(0), Step::Destination(1)];
        for step in beginning.iter().chain(&steps) {
            if matches!(step, Step::Reopen) {
                drop(sqlite);
                sqlite = open(&folder);
            }
            prop_assert_eq!(take(&memory, step), take(&sqlite, step), "{:?}", step);
            prop_assert!(memory.ledger().unwrap().destinations.values().all(|totals| totals.imbalance() == 0));
        }
        prop_assert_eq!(answers(&memory), answers(&sqlite));
        let kept = sqlite.answers(&AnswerFilter::default(), 999).unwrap().items.into_iter().rev();
        let kept: Vec<_> = kept.map(|one| (one.destination, one.position, one.text)).collect();
        let model: Vec<_> = memory.answers().into_iter().map(|(id, one)| (id, one.position, one.text)).collect();
        prop_assert_eq!(model, kept);
    }
}
