//! A destination is stopped and started again in one process, with other settings, while events flow and calls are in
//! flight: nothing is lost, and nothing is done twice. On the real journal.

use crate::harness::{Harness, LIVE, Phase, RIGHT};
use crate::scripted::Act::{Answer, LoseReply, LoseRequest, Slow};
use crate::world::by;
use delivery::{DestinationState, Handle, ManualClock, Mode};
use journal::{AnswerFilter, AnswerKind, Archive, Fate, SkipCode};
use mapping::Profile;
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

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

impl Harness {
    async fn live_through(&mut self, phase: &Phase) {
        self.append_some().await;
        let (handle, caller) = self.start(phase);
        let mut outcomes = handle.outcomes();
        self.append_some().await;
        let held = phase.script.iter().filter(|act| **act != Answer).count();
        caller.holds(held).await;
        if phase.password != RIGHT {
            handle.watch().wait_for(|glance| glance.state == DestinationState::Halted).await.unwrap();
            handle.resume(by()).await.unwrap();
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

    /// The notices, the journal's counts and the calls that InMoment carried out agree.
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
        self.judge_what_is_kept();
        let creates = self.account.carried_out("/end_users");
        let mut created: Vec<&str> =
            creates.iter().map(|e| e.form["external_id"].as_str().unwrap()).collect();
        created.sort_unstable();
        let all = created.len();
        created.dedup();
        assert_eq!(created.len(), all, "an end user was created twice");
    }
}

impl Harness {
    /// Each delivered answer is kept once, and its story names the call that brought it there or found it.
    fn judge_what_is_kept(&self) {
        let page = self.journal.answers(&AnswerFilter::default(), usize::MAX).unwrap();
        let mut kept: Vec<_> = page.items.into_iter().map(|kept| (kept.position, kept)).collect();
        kept.sort_by_key(|(position, _)| *position);
        let delivered = self.answers.iter().filter(|(position, _)| self.heard[*position] == Fate::Delivered);
        let delivered: Vec<_> = delivered.collect();
        assert_eq!(kept.len(), delivered.len());
        for ((position, kept), (wanted, (user, text))) in kept.iter().zip(delivered) {
            assert_eq!((position, kept.kind, kept.score), (wanted, AnswerKind::Response, Some(9)));
            assert_eq!((kept.text.as_ref(), kept.external_id.as_ref()), (Some(text), Some(user)));
            let attempts = self.journal.attempts(*position, 100).unwrap();
            let last = attempts.last().unwrap();
            assert!(["create_response", "list_responses"].contains(&last.call.as_str()), "{last:?}");
            assert_eq!((last.result.as_str(), last.event_count), ("ok", 1));
        }
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
    let mut harness = Harness::new();
    let all = async {
        for _ in 0..3 {
            for phase in &PHASES {
                harness.live_through(phase).await;
            }
        }
        let rest = Phase { script: &[], ..LIVE };
        harness.live_through(&rest).await;
        let (handle, _caller) = harness.start(&rest);
        let mut outcomes = handle.outcomes();
        harness.settle(&mut outcomes).await;
        handle.shutdown().await;
        harness.hear_the_rest(&mut outcomes);
    };
    // A guard against a test that hangs; nothing in it takes time.
    tokio::time::timeout(Duration::from_secs(300), all).await.expect("it got stuck");
    harness.judge();
    assert!(harness.account.carried_out("/responses").len() > 100);
}
