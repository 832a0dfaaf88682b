//! A real journal with a destination that can be started with any settings, and the state of both.

use crate::events::{answer, identify};
use crate::scripted::{Account, Act, Scripted};
use crate::world::START;
use bytes::Bytes;
use delivery::{DestinationSettings, Handle, ManualClock, Mode, OutcomeNotice};
use event::{Millis, RequestShape, SourceKind};
use journal::{
    DeliveryStore, DestinationId, Fate, Fates, Intake, LedgerTotals, NewRequest, Options, Position, SourceId,
    SqliteJournal,
};
use mapping::Profile;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;

pub(crate) const RIGHT: &str = "demo-password";

/// One stretch of time under the same settings.
pub(crate) struct Phase {
    pub(crate) mode: Mode,
    pub(crate) profile: Profile,
    pub(crate) password: &'static str,
    pub(crate) script: &'static [Act],
    /// How long the stop waits; `None` is the usual limit.
    pub(crate) within: Option<Duration>,
}

pub(crate) const LIVE: Phase =
    Phase { mode: Mode::Live, profile: Profile::Native, password: RIGHT, script: &[], within: None };

pub(crate) struct Harness {
    pub(crate) journal: Arc<SqliteJournal>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) account: Arc<Account>,
    source: SourceId,
    pub(crate) destination: DestinationId,
    /// The text of every answer accepted, by its event.
    pub(crate) answers: BTreeMap<Position, (String, String)>,
    events: u64,
    pub(crate) heard: BTreeMap<Position, Fate>,
    _folder: tempfile::TempDir,
}

impl Harness {
    pub(crate) fn new() -> Harness {
        let folder = tempfile::tempdir().unwrap();
        let options = Options::new(Arc::new(|| Millis(START)));
        let journal = Arc::new(SqliteJournal::open(folder.path(), options).unwrap());
        Harness {
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

    pub(crate) fn start(&self, phase: &Phase) -> (Handle, Arc<Scripted>) {
        let mut settings = DestinationSettings::new("inmoment", self.destination);
        settings.mode = phase.mode;
        settings.mapping.profile = phase.profile;
        let caller = Scripted::new(&self.account, phase.password, phase.script);
        let (journal, clock) = (self.journal.clone(), self.clock.clone());
        (delivery::start(settings, journal, caller.clone(), clock).unwrap(), caller)
    }

    /// Two new users identify and answer, and an old one answers: three requests.
    pub(crate) async fn append_some(&mut self) {
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
        let number = self.send(events).await;
        for (index, text) in (1..).zip(texts) {
            let position = Position { request: number, index };
            self.answers.insert(position, (user.to_owned(), text.clone()));
        }
    }

    /// One request; returns its number.
    pub(crate) async fn send(&mut self, events: &[Value]) -> u64 {
        self.events += 1;
        self.journal.append(self.request(events)).await.unwrap().number
    }

    fn request(&self, events: &[Value]) -> NewRequest {
        let mut request_id = [0; 16];
        request_id[..8].copy_from_slice(&self.events.to_be_bytes());
        NewRequest {
            source: self.source,
            shape: RequestShape::Batch,
            request_id,
            received_at: Millis(START),
            request_ip: Some("192.0.2.7".into()),
            events: u32::try_from(events.len()).unwrap(),
            rejected: Vec::new(),
            destinations: [self.destination].into(),
            body: Bytes::from(json!({ "batch": events }).to_string()),
        }
    }

    pub(crate) fn ledger(&self) -> LedgerTotals {
        self.journal.ledger().unwrap().destinations["inmoment"].clone()
    }

    pub(crate) async fn settle(&mut self, outcomes: &mut Receiver<OutcomeNotice>) {
        while self.ledger().pending > 0 {
            let notice = outcomes.recv().await.unwrap();
            self.hear(notice);
        }
    }

    fn hear(&mut self, notice: OutcomeNotice) {
        let before = self.heard.insert(notice.position, notice.fate);
        assert_eq!(before, None, "{:?} had its fate already", notice.position);
    }

    pub(crate) fn hear_the_rest(&mut self, outcomes: &mut Receiver<OutcomeNotice>) {
        while let Ok(notice) = outcomes.try_recv() {
            self.hear(notice);
        }
    }
}
