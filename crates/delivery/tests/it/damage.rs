//! A journal whose events are partly delivered is damaged on the disk, half a page at a time and bit by bit, and
//! delivered from by the real driver. Whatever is damaged, InMoment gets only what was sent, readable events are
//! delivered, the damage is reported, and the delivery does not end.

use crate::events::{answer, identify};
use crate::harness::RIGHT;
use crate::scripted::{Account, Scripted};
use crate::world::START;
use bytes::Bytes;
use delivery::{DestinationSettings, ManualClock};
use event::{Millis, RequestShape, SourceKind};
use journal::{
    Archive, DeadLetterFilter, DeliveryStore, Fates, Intake, JournalError, LedgerTotals, NewRequest, Options,
    SqliteJournal, Storage,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Half a page of the file: the first half has the page's header and the places of its rows, the second the newest rows
/// or all of them.
const HALF: usize = 4_096;

/// If damage is reported and nothing has moved for this time (hours for the delivery), nothing will.
const SAID: Duration = Duration::from_millis(500);
/// If nothing has moved for this time and no damage is reported, nothing will.
const TEST_TIMEOUT: Duration = Duration::from_secs(30);

/// How many damaged journals are checked at a time; most of the time of each is spent waiting.
const AT_A_TIME: usize = 6;

/// The events that were sent, and a journal in which a part of them is delivered.
struct Sent {
    file: Vec<u8>,
    account: Arc<Account>,
    /// The texts of answers, by who gave them; those that are to be delivered yet.
    pending: BTreeSet<(String, String)>,
    answers: BTreeSet<(String, String)>,
    /// Every text of an identify, by whom it is about.
    traits: BTreeMap<String, BTreeSet<String>>,
}

impl Sent {
    async fn new() -> Sent {
        let folder = tempfile::tempdir().unwrap();
        let journal = Arc::new(open(folder.path()).unwrap());
        let account = Account::new();
        let mut sent = Sent {
            file: Vec::new(),
            account: Arc::clone(&account),
            pending: BTreeSet::new(),
            answers: BTreeSet::new(),
            traits: BTreeMap::new(),
        };
        for n in 0..8 {
            sent.request(&journal, n).await;
        }
        assert!(deliver(&journal, &account, "nothing").await, "the first part can be delivered");
        sent.pending.clear();
        for n in 8..24 {
            sent.request(&journal, n).await;
        }
        drop(journal);
        sent.file = std::fs::read(folder.path().join("journal.sqlite3")).unwrap();
        sent
    }

    /// An end user identifies and answers; some events are long, have a taken e-mail, or cannot be delivered.
    async fn request(&mut self, journal: &SqliteJournal, n: u8) {
        let (user, text) = (format!("user{}", n % 6), format!("answer number {n:03}"));
        let long = format!("{} ", ["long", "words"][usize::from(n % 2)]).repeat(700);
        let plan = format!("plan {n:03}");
        let mut about =
            identify(&user, json!({"plan": plan, "note": if n % 4 == 1 { &long } else { "short" }}));
        if n % 7 == 6 {
            about["traits"]["email"] = json!("user1@example.com");
        }
        let texts = about["traits"].as_object().unwrap().values();
        let texts = texts.filter_map(Value::as_str).map(|text| text.trim().to_owned());
        self.traits.entry(user.clone()).or_default().extend(texts);
        let mut bad = answer(&user, "never");
        bad["properties"]["feedbackScore"] = Value::Null;
        let mut events = vec![about, answer(&user, &text)];
        events.extend((n % 5 == 2).then_some(bad));
        for set in [&mut self.pending, &mut self.answers] {
            set.insert((user.clone(), text.clone()));
        }
        let request = NewRequest {
            source: journal.source("website", SourceKind::Web).unwrap(),
            shape: RequestShape::Batch,
            request_id: [n; 16],
            received_at: Millis(START + i64::from(n)),
            request_ip: Some("192.0.2.7".into()),
            events: u32::try_from(events.len()).unwrap(),
            rejected: Vec::new(),
            destinations: [journal.destination("inmoment").unwrap()].into(),
            body: Bytes::from(json!({ "batch": events }).to_string()),
        };
        journal.append(request).await.unwrap();
    }

    /// Asserts that InMoment has only what was sent and no answer twice. Returns how many of the pending answers have
    /// come.
    fn check(&self, account: &Account, what: &str) -> BTreeSet<(String, String)> {
        let state = account.state();
        let users: Vec<&Value> = state["end_users"].as_array().unwrap().iter().collect();
        let mut names = BTreeMap::new();
        for user in users {
            let name = user["external_id"].as_str().unwrap_or_default();
            let known = self.traits.get(name);
            let known = known.unwrap_or_else(|| panic!("{what}: nobody is {user}"));
            assert!(names.insert(user["id"].to_string(), name).is_none());
            let values = user["properties"].as_object().unwrap().values().chain([&user["email"]]);
            for value in values.filter_map(Value::as_str) {
                let letting_go = value.ends_with("@moving.invalid");
                assert!(letting_go || known.contains(value.trim()), "{what}: {value:?} of {name}");
            }
        }
        let mut there = BTreeSet::new();
        for row in state["responses"].as_array().unwrap() {
            let name = names.get(&row["end_user_id"].to_string()).copied().unwrap_or_default();
            let answer = (name.to_owned(), row["text"].as_str().unwrap_or_default().to_owned());
            assert!(self.answers.contains(&answer), "{what}: nobody gave {row}");
            assert_eq!(row["score"], 9, "{what}");
            assert!(there.insert(answer), "{what}: twice: {row}");
        }
        there
    }
}

fn open(folder: &Path) -> Result<SqliteJournal, JournalError> {
    let options = Options { reserve_bytes: 0, ..Options::new(Arc::new(|| Millis(START))) };
    SqliteJournal::open(folder, options)
}

fn is_damage(error: &JournalError) -> bool {
    matches!(error, JournalError::Damaged(_))
}

fn totals(journal: &SqliteJournal) -> Result<LedgerTotals, JournalError> {
    Ok(journal.ledger()?.destinations.get("inmoment").cloned().unwrap_or_default())
}

/// Delivers for as long as anything moves. True if everything has its fate.
async fn deliver(journal: &Arc<SqliteJournal>, account: &Arc<Account>, what: &str) -> bool {
    let clock = Arc::new(ManualClock::new(Millis(START)));
    let caller = Scripted::new(account, RIGHT, &[]);
    let Ok(destination) = journal.destination("inmoment") else { return false };
    let settings = DestinationSettings::new("inmoment", destination);
    let Ok(handle) = delivery::start(settings, journal.clone(), caller, clock.clone()) else { return false };
    let mut glances = handle.watch();
    let (mut since, mut before) = (Instant::now(), None);
    let all = loop {
        let now = totals(journal).ok();
        if now.as_ref().is_some_and(|totals| totals.pending == 0) {
            break true;
        }
        if now != before {
            since = Instant::now();
        }
        if since.elapsed() > SAID && journal.healthy().is_err() {
            break false;
        }
        assert!(
            since.elapsed() < TEST_TIMEOUT,
            "{what}: nothing moves, and nothing is said of it: {now:?}, {:?}",
            handle.snapshot()
        );
        before = now;
        if tokio::time::timeout(Duration::from_millis(5), glances.changed()).await.is_err() {
            clock.advance(Duration::from_secs(30));
        }
    };
    assert!(tokio::time::timeout(Duration::ZERO, handle.ended()).await.is_err(), "the delivery has ended");
    let (mut shutdown, asked) = (std::pin::pin!(handle.shutdown()), Instant::now());
    while tokio::time::timeout(Duration::from_millis(5), &mut shutdown).await.is_err() {
        assert!(asked.elapsed() < TEST_TIMEOUT, "{what}: the delivery does not end");
        clock.advance(Duration::from_secs(30));
    }
    all
}

/// Delivers from a damaged file, and checks the result.
async fn judge(sent: &Sent, file: &[u8], what: &str) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("journal.sqlite3"), file).unwrap();
    let account = sent.account.again();
    let journal = match open(folder.path()) {
        Ok(journal) => Arc::new(journal),
        Err(error) => return assert!(is_damage(&error), "{what}: {error}"),
    };
    let all = deliver(&journal, &account, what).await;
    let there = sent.check(&account, what);
    let healthy = journal.healthy();
    if !all {
        return assert!(healthy.as_ref().is_err_and(is_damage), "{what}: {healthy:?}");
    }
    // Every answer is there, or is reported as missing.
    let missing: Vec<_> = sent.pending.difference(&there).collect();
    let letters = journal.dead_letters(&DeadLetterFilter::default(), 1_000);
    let unreadable = letters
        .as_ref()
        .map_or(0, |page| page.items.iter().filter(|letter| letter.code == "event_unreadable").count());
    let said = unreadable >= missing.len() || healthy.as_ref().is_err_and(is_damage);
    assert!(said, "{what}: {missing:?} are missing, {unreadable} are said to be unreadable, {healthy:?}");
    let status = journal.status();
    let counted = status.damaged_rows.values().sum::<u64>();
    assert!(unreadable == 0 || counted > 0, "{what}: no damage is counted");
}

/// Each half page zeroed, and one bit of each changed: the damaged files, and what was done to them.
fn damages(file: &[u8]) -> Vec<(Vec<u8>, String)> {
    let mut random = 7_u64;
    let mut all = Vec::new();
    for half in 0..file.len() / HALF {
        let at = half * HALF;
        let mut zeroed = file.to_vec();
        zeroed[at..at + HALF].fill(0);
        all.push((zeroed, format!("half page {half} is zeroed")));
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let bit = usize::try_from(random >> 33).unwrap() % (HALF * 8);
        let mut flipped = file.to_vec();
        flipped[at + bit / 8] ^= 1 << (bit % 8);
        all.push((flipped, format!("bit {bit} of half page {half} is another")));
    }
    all
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

#[test]
fn whatever_is_damaged_nothing_wrong_is_delivered_and_what_can_be_read_is() {
    let sent = run(Sent::new());
    run(judge(&sent, &sent.file, "nothing"));
    let damages = damages(&sent.file);
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some((file, what)) = damages.get(next.fetch_add(1, Ordering::Relaxed)) {
                    run(judge(&sent, file, what));
                }
            });
        }
    });
}
