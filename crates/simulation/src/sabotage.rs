//! Deliberate breakages between the driver and its world. They prove that the oracle can fail: each must be found
//! within some hundred seeds.

use delivery::PlannedPage;
use faultfs::Lie;
use inmoment::{Call, CallOutcome, CallReply, CallReplyBody, EndUserWrite, RateHeaders};
use journal::{Change, Fate, Seen};

/// What is broken on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// Nothing.
    None,
    /// The journal never hears which calls are in flight.
    ForgetInFlight,
    /// The journal goes on believing what it knew of an end user while a write is under way.
    KeepDoubted,
    /// The journal never hears which message ids were dealt with.
    ForgetSeen,
    /// Now and then an event's fate does not reach the journal.
    LoseFates,
    /// What dies is called delivered.
    CallDeadDelivered,
    /// The events of a request are read in the wrong order.
    ReverseEvents,
    /// An event is not read at all.
    OverlookEvents,
    /// Replies lose their rate headers.
    HideRateHeaders,
    /// The journal never hears of the budget.
    ForgetBudget,
    /// Survey answers are said to be carried out, and are not.
    ClaimAnswers,
    /// Replies lose the stored properties of end users.
    HideStoredProperties,
    /// End users are created without their external id.
    CreateNameless,
    /// The journal is told that requests are done while their events are pending, and forgets the events.
    SkipAhead,
    /// Answers that came to InMoment are not kept.
    ForgetAnswers,
    /// Answers are kept with another score.
    FalsifyScores,
    /// Calls do not become part of the story of their events.
    ForgetAttempts,
    /// A limit of zero is believed, and no call goes out any more.
    BelieveZeroLimit,
    /// One call that is turned away stops all others.
    HaltOnOneDenial,
    /// Another person's record is taken for the one that was asked for.
    BelieveAnother,
    /// Message ids are forgotten by the wall clock, wherever it was set to.
    SweepByWallClock,
    /// Nobody hears of a call whose task died.
    LosePanickedCall,
    /// A message id is taken for an identity: another event with it counts as the same.
    IdentifyByIdAlone,
    /// Nobody counts message ids that stand for several events.
    OverlookReuse,
    /// Nothing goes after the first failed call, and the state says that it runs.
    SayRunning,
    /// Commits are divided wherever it suits.
    DivideAnywhere,
    /// Commits are answered before they are written.
    AnswerBeforeWriting,
    /// What is written is answered before it is durable.
    AnswerBeforeSync,
    /// A sync that failed counts as one that succeeded.
    OverlookFailedSync,
    /// What was half written when the disk was full is not rolled back.
    KeepHalfOfFull,
    /// New files are made durable, and their names are not.
    ForgetFolder,
}

impl Sabotage {
    /// Every breakage of what is between the driver and its world.
    pub const ALL: [Sabotage; 25] = [
        Sabotage::ForgetInFlight,
        Sabotage::KeepDoubted,
        Sabotage::ForgetSeen,
        Sabotage::LoseFates,
        Sabotage::CallDeadDelivered,
        Sabotage::ReverseEvents,
        Sabotage::OverlookEvents,
        Sabotage::HideRateHeaders,
        Sabotage::ForgetBudget,
        Sabotage::ClaimAnswers,
        Sabotage::HideStoredProperties,
        Sabotage::CreateNameless,
        Sabotage::SkipAhead,
        Sabotage::ForgetAnswers,
        Sabotage::FalsifyScores,
        Sabotage::ForgetAttempts,
        Sabotage::BelieveZeroLimit,
        Sabotage::HaltOnOneDenial,
        Sabotage::BelieveAnother,
        Sabotage::SweepByWallClock,
        Sabotage::LosePanickedCall,
        Sabotage::IdentifyByIdAlone,
        Sabotage::OverlookReuse,
        Sabotage::SayRunning,
        Sabotage::DivideAnywhere,
    ];

    /// The breakages of a journal on a disk.
    pub const ON_DISK: [Sabotage; 5] = [
        Sabotage::AnswerBeforeWriting,
        Sabotage::AnswerBeforeSync,
        Sabotage::OverlookFailedSync,
        Sabotage::KeepHalfOfFull,
        Sabotage::ForgetFolder,
    ];

    /// What the disk says that is not so.
    pub(crate) fn lie(self) -> Lie {
        match self {
            Sabotage::AnswerBeforeSync => Lie::NoSync,
            Sabotage::OverlookFailedSync => Lie::FailedSync,
            Sabotage::KeepHalfOfFull => Lie::NoRoom,
            Sabotage::ForgetFolder => Lie::NoFolderSync,
            _ => Lie::None,
        }
    }

    /// What the driver hands in, falsified.
    pub(crate) fn changes(self, changes: &[Change]) -> Vec<Change> {
        let keep = |change: &&Change| match (self, change) {
            (Sabotage::ForgetInFlight, Change::InFlight(_))
            | (Sabotage::KeepDoubted, Change::DoubtUser(_))
            | (Sabotage::ForgetSeen, Change::Seen(..))
            | (Sabotage::ForgetBudget, Change::Budget(_))
            | (Sabotage::ForgetAnswers, Change::Answer(_))
            | (Sabotage::ForgetAttempts, Change::Attempt(_))
            | (Sabotage::OverlookReuse, Change::MessageIdReused) => false,
            (Sabotage::LoseFates, Change::Fate(position, Fate::Delivered)) => position.request % 7 != 3,
            (Sabotage::LoseFates, Change::Cursor(_)) => false,
            (Sabotage::CallDeadDelivered, Change::DeadLetter(_)) => false,
            _ => true,
        };
        let mut changes: Vec<Change> = changes.iter().filter(keep).cloned().collect();
        for change in &mut changes {
            match (self, &mut *change) {
                (Sabotage::CallDeadDelivered, Change::Fate(_, fate @ Fate::Dead)) => *fate = Fate::Delivered,
                (Sabotage::SkipAhead, Change::Cursor(number)) => *number += 1,
                (Sabotage::FalsifyScores, Change::Answer(answer)) => {
                    answer.score = answer.score.map(|score| score / 2);
                }
                _ => {}
            }
        }
        changes
    }

    /// A call that goes out, falsified.
    pub(crate) fn call(self, call: &mut Call) {
        if let (Sabotage::CreateNameless, Call::CreateEndUser(write)) = (self, call) {
            *write = EndUserWrite { external_id: None, ..write.clone() };
        }
    }

    /// What the driver reads, falsified.
    pub(crate) fn intake(self, intake: &mut PlannedPage) {
        for request in &mut intake.requests {
            match self {
                Sabotage::ReverseEvents => request.events.reverse(),
                Sabotage::IdentifyByIdAlone => {
                    for event in request.events.iter_mut().filter(|event| event.seen == Seen::Reused) {
                        event.seen = Seen::Same;
                    }
                }
                Sabotage::OverlookEvents if request.events.len() > 1 => drop(request.events.pop()),
                _ => {}
            }
        }
    }

    /// A call that is not made at all.
    pub(crate) fn claim(self, call: &Call) -> Option<CallOutcome> {
        let answer = matches!(call, Call::CreateResponse { .. } | Call::CreateDecline { .. });
        let done = CallReply { body: CallReplyBody::Done, rate: RateHeaders::default() };
        (self == Sabotage::ClaimAnswers && answer).then_some(Ok(done))
    }

    /// This outcome stops everything, for good.
    pub(crate) fn stops_for(self, outcome: &CallOutcome) -> bool {
        let rate = outcome.as_ref().map_or_else(|error| error.rate, |reply| reply.rate);
        let status = outcome.as_ref().err().and_then(|error| error.status);
        match self {
            Sabotage::BelieveZeroLimit => rate.limit == Some(0),
            Sabotage::HaltOnOneDenial => status == Some(403),
            Sabotage::SayRunning => outcome.is_err(),
            _ => false,
        }
    }

    /// A call's outcome, falsified.
    pub(crate) fn outcome(self, outcome: &mut CallOutcome) {
        match (self, outcome) {
            (Sabotage::HideRateHeaders, Ok(reply)) => reply.rate = RateHeaders::default(),
            (Sabotage::HideRateHeaders, Err(error)) => error.rate = RateHeaders::default(),
            (Sabotage::HideStoredProperties, Ok(CallReply { body: CallReplyBody::EndUser(user), .. })) => {
                user.properties.clear();
            }
            _ => {}
        }
    }
}
