//! A destination is stopped and started again in one process, with other settings, while events flow and calls are in
//! flight: nothing is lost, and nothing is done twice. On the real journal.

use crate::events::{answer, identify};
use crate::scripted::Act::{Answer, LoseReply, LoseRequest, Slow};
use crate::scripted::{Account, Act, Scripted};
use bytes::Bytes;
use delivery::{DestinationSettings, Handle, ManualClock, Mode, OutcomeNotice, State};
use event::{Millis, Shape, SourceKind};
use journal::{
    DestinationId, Fate, Journal, LedgerTotals, NewRequest, Options, Position, SkipCode, SourceId,
    SqliteJournal,
};
use mapping::Profile;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;

const RIGHT: &str = "demo-password";
const START: i64 = crate::world::START;

/// One stretch of time under the same settings.
struct Phase {
    mode: Mode,
    profile: Profile,
    password: &'static str,
    script: &'static [Act],
    /// How long the stop waits; `None` is the usual limit.
    within: Option<Duration>,
}

const LIVE: Phase =
    Phase { mode: Mode::Live, profile: Profile::Native, password: RIGHT, script: &[], within: None };

const PHASES: [Phase; 8] = [
    Phase { script: &[Answer, Answer, LoseReply, Answer, LoseRequest, Slow], ..LIVE },
    Phase { password: "wrong", ..LIVE },
    Phase { profile: Profile::Rudderstack, script: &[Answer, Answer, Answer, LoseReply, LoseReply], ..LIVE },
    Phase { mode: Mode::Shadow, ..LIVE },
    Phase { script: &[Answer, Slow, Answer, Slow, Slow], ..LIVE },
    Phase { password: "wrong", profile: Profile::Rudderstack, ..LIVE },
    Phase {
        script: &[Answer, LoseRequest, LoseReply, Answer, LoseReply],
        within: Some(Duration::ZERO),
        ..LIVE
    },
    LIVE,
];

struct House {
    journal: Arc<SqliteJournal>,
    clock: Arc<ManualClock>,
    account: Arc<Account>,
    source: SourceId,
    destination: DestinationId,
    /// The text of every answer accepted, by its event.
    answers: BTreeMap<Position, (String, String)>,
    events: u64,
    heard: BTreeMap<Position, Fate>,
    _folder: tempfile::TempDir,
}

impl House {
    fn new() -> House {
        let folder = tempfile::tempdir().unwrap();
        let options = Options::new(Arc::new(|| Millis(START)));
        let journal = Arc::new(SqliteJournal::open(folder.path(), options).unwrap());
        House {
            clock: Arc::new(ManualClock::new(Millis(START))),
            account: Account::new(),
            source: journal.source("website", SourceKind::Web).unwrap(),
            destination: journal.destination("inmoment").unwrap(),
            answers: BTreeMap::new(),
            events: 0,
            heard: BTreeMap::new(),
            journal,
            _folder: folder,
        }
    }

    fn start(&self, phase: &Phase) -> (Handle, Arc<Scripted>) {
        let mut settings = DestinationSettings::new("inmoment", self.destination);
        settings.mode = phase.mode;
        settings.mapping.profile = phase.profile;
        let caller = Scripted::new(&self.account, phase.password, phase.script);
        let (journal, clock) = (self.journal.clone(), self.clock.clone());
        (delivery::start(settings, journal, caller.clone(), clock).unwrap(), caller)
    }

    /// Two new users identify and answer, and an old one answers: three requests.
    async fn append_some(&mut self) {
        let n = self.answers.len();
        for user in [format!("u{n}"), format!("v{n}"), "regular".to_owned()] {
            let texts = [0, 1].map(|_| {
                self.events += 1;
                format!("text {:05}", self.events)
            });
            let identified = identify(&user, json!({"plan": texts[0]}));
            self.append(&user, &[identified, answer(&user, &texts[0]), answer(&user, &texts[1])], &texts)
                .await;
        }
    }

    async fn append(&mut self, user: &str, events: &[Value], texts: &[String]) {
        let number = self.journal.append(self.request(events)).await.unwrap().number;
        for (index, text) in (1..).zip(texts) {
            let position = Position { request: number, index };
            self.answers.insert(position, (user.to_owned(), text.clone()));
        }
    }

    fn request(&self, events: &[Value]) -> NewRequest {
        let mut request_id = [0; 16];
        request_id[..8].copy_from_slice(&self.events.to_be_bytes());
        NewRequest {
            source: self.source,
            shape: Shape::Batch,
            request_id,
            received_at: Millis(START),
            request_ip: Some("192.0.2.7".into()),
            events: u32::try_from(events.len()).unwrap(),
            rejected: Vec::new(),
            destinations: [self.destination].into(),
            body: Bytes::from(json!({ "batch": events }).to_string()),
        }
    }

    fn ledger(&self) -> LedgerTotals {
        self.journal.ledger().unwrap().destinations["inmoment"].clone()
    }

    async fn live_through(&mut self, phase: &Phase) {
        self.append_some().await;
        let (handle, caller) = self.start(phase);
        let mut outcomes = handle.outcomes();
        self.append_some().await;
        let held = phase.script.iter().filter(|act| **act != Answer).count();
        caller.holds(held).await;
        if phase.password != RIGHT {
            handle.watch().wait_for(|glance| glance.state == State::Halted).await.unwrap();
            handle.resume().await.unwrap();
        } else if held == 0 {
            self.settle(&mut outcomes).await;
        }
        let clock = Arc::clone(&self.clock);
        caller.release();
        // Events flow on during the stop.
        tokio::join!(self.append_some(), stop(&handle, phase, &clock));
        assert_eq!(caller.under_way(), 0, "no call of a delivery outlives it");
        self.hear_the_rest(&mut outcomes);
    }

    fn hear_the_rest(&mut self, outcomes: &mut Receiver<OutcomeNotice>) {
        while let Ok(notice) = outcomes.try_recv() {
            self.hear(notice);
        }
    }

    async fn settle(&mut self, outcomes: &mut Receiver<OutcomeNotice>) {
        while self.ledger().pending > 0 {
            let notice = outcomes.recv().await.unwrap();
            self.hear(notice);
        }
    }

    fn hear(&mut self, notice: OutcomeNotice) {
        let before = self.heard.insert(notice.position, notice.fate);
        assert_eq!(before, None, "{:?} had its fate already", notice.position);
    }

    /// What the notices said, what the journal counts and what InMoment carried out are one story.
    fn judge(&self) {
        let ledger = self.ledger();
        let shadowed = ledger.skipped[&SkipCode::Shadowed];
        assert_eq!((ledger.pending, ledger.dead, ledger.imbalance()), (0, 0, 0));
        assert_eq!(
            (self.heard.len() as u64, ledger.delivered + shadowed),
            (ledger.accepted, ledger.accepted)
        );

        let mut carried_out: BTreeMap<String, usize> = BTreeMap::new();
        let mut last: BTreeMap<String, String> = BTreeMap::new();
        let by_text: BTreeMap<&str, &str> =
            self.answers.values().map(|(user, text)| (text.as_str(), user.as_str())).collect();
        for entry in self.account.carried_out("/responses") {
            let text = entry.form["text"].as_str().unwrap().to_owned();
            let before = last.insert(by_text[text.as_str()].to_owned(), text.clone());
            assert!(before.is_none_or(|before| before < text), "{text} came after a later one");
            *carried_out.entry(text).or_insert(0) += 1;
        }
        for (position, (_, text)) in &self.answers {
            let times = carried_out.get(text).copied().unwrap_or(0);
            match self.heard[position] {
                Fate::Delivered => assert_eq!(times, 1, "{text}"),
                // Its call was in flight when the destination was set to shadow mode.
                Fate::Skipped(SkipCode::Shadowed) => assert!(times <= 1, "{text}"),
                other => panic!("{text} is {other:?}"),
            }
        }
        let creates = self.account.carried_out("/end_users");
        let mut created: Vec<&str> =
            creates.iter().map(|e| e.form["external_id"].as_str().unwrap()).collect();
        created.sort_unstable();
        let all = created.len();
        created.dedup();
        assert_eq!(created.len(), all, "an end user was created twice");
    }
}

/// Stops; where calls are never answered, time passes meanwhile.
async fn stop(handle: &Handle, phase: &Phase, clock: &ManualClock) {
    let hopeless = phase.script.iter().any(|act| matches!(act, LoseReply | LoseRequest));
    let mut stopped = pin!(async {
        match phase.within {
            Some(within) => handle.shutdown_within(within).await,
            None => handle.shutdown().await,
        }
    });
    loop {
        tokio::select! {
            biased;
            () = &mut stopped => return,
            () = tokio::task::yield_now(), if hopeless => clock.advance(Duration::from_millis(100)),
        }
    }
}

#[tokio::test]
async fn settings_change_while_events_flow_and_calls_are_in_flight() {
    let mut house = House::new();
    let all = async {
        for _ in 0..3 {
            for phase in &PHASES {
                house.live_through(phase).await;
            }
        }
        let rest = Phase { script: &[], ..LIVE };
        house.live_through(&rest).await;
        let (handle, _caller) = house.start(&rest);
        let mut outcomes = handle.outcomes();
        house.settle(&mut outcomes).await;
        handle.shutdown().await;
        house.hear_the_rest(&mut outcomes);
    };
    // A guard against a test that hangs; nothing in it takes time.
    tokio::time::timeout(Duration::from_secs(60), all).await.expect("it got stuck");
    house.judge();
    assert!(house.account.carried_out("/responses").len() > 100);
}
