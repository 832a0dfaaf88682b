//! The jobs of one destination in one request: planned, their end users looked up once each, answered in order.
//!
//! In the profile `rudderstack` the order of checks is the peer's (docs/facts/transformer.md#order-of-work): the token before anything that may
//! be wrong with the event but its type, the look-up before its fields. In `native` what is wrong with an event is known
//! before a call is spent on it, and the jobs of one end user know of each other: one that follows the job that creates the end
//! user is put off until it is there (rudder-server keeps their order), and properties written by one are not undone by the next.

use crate::account::Account;
use crate::element::JobReply;
use crate::failure::JobFailure;
use crate::look_up::{LookUpResult, Target, look_up};
use crate::request::{self, Request, external_id};
use event::Event;
use futures_util::stream::{self, StreamExt};
use indexmap::IndexMap;
use mapping::refusal::TYPE_MISSING;
use mapping::{
    Action, DeadReason, FormValue, Intent, PlanOutcome, Profile, Settings, Who, outcome_unfiltered,
    plan_unfiltered,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::sync::Arc;

/// A job, its event read.
pub(crate) struct Job {
    pub(crate) event: Event,
}

/// What planning a job came to.
enum Step {
    Done(JobFailure),
    /// The login must be right before this can be said (`rudderstack`).
    AfterToken(JobFailure),
    LookUp(Box<Planned>),
}

struct Planned {
    outcome: PlanOutcome,
    is_identify: bool,
    /// As a create sends it.
    external_id: Option<FormValue>,
    /// Whom a refusal names.
    named: Who,
    target: Target,
}

/// What the answers cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) look_ups: usize,
    /// Jobs that shared another's look-up.
    pub(crate) shared: usize,
}

/// Answers the jobs of one group, in their order.
pub(crate) async fn answer(
    account: &Account,
    profile: Profile,
    jobs: Vec<Job>,
) -> (Vec<JobReply<'static>>, Cost) {
    let settings = Settings { profile, ..Settings::default() };
    // The events are not needed any more, and while InMoment is asked others want the memory.
    let steps: Vec<Step> = jobs.into_iter().map(|job| plan(&job.event, &settings)).collect();
    let mut cost = Cost::default();
    let needs_token = steps.iter().any(|step| !matches!(step, Step::Done(_)));
    if needs_token && let Err(failed) = account.token().await {
        let failure = JobFailure::failed(&failed);
        let answers = steps.into_iter().map(|step| match step {
            Step::Done(failure) => JobReply::Failed(failure),
            Step::AfterToken(_) | Step::LookUp(_) => JobReply::Failed(failure.clone()),
        });
        return (answers.collect(), cost);
    }
    let mut users = Users::look_up(account, profile, &steps, &mut cost).await;
    // After the look-ups: one of them may have replaced the token.
    let token = if users.are_none() { Ok(SecretString::default()) } else { account.token().await };
    let token = token.unwrap_or_else(|failed| {
        users.fail(&JobFailure::failed(&failed));
        SecretString::default()
    });
    let (address, token): (Arc<str>, Arc<str>) = (account.address().into(), token.expose_secret().into());
    let answers = steps.into_iter().map(|step| match step {
        Step::Done(failure) | Step::AfterToken(failure) => JobReply::Failed(failure),
        Step::LookUp(planned) => match users.request(*planned, profile) {
            Ok(request) => {
                JobReply::Request { request, address: Arc::clone(&address), token: Arc::clone(&token) }
            }
            Err(failure) => JobReply::Failed(failure),
        },
    });
    (answers.collect(), cost)
}

fn plan(event: &Event, settings: &Settings) -> Step {
    let outcome = outcome_unfiltered(event, settings);
    let is_native = settings.profile == Profile::Native;
    let who = match &outcome {
        PlanOutcome::Skip(_) => return Step::Done(unsupported(event, settings)),
        PlanOutcome::Dead(refusal) if is_native || refusal.code == TYPE_MISSING => {
            return Step::Done(JobFailure::refused(refusal));
        }
        PlanOutcome::Dead(_) => match mapping::who(event, settings) {
            Ok(who) => who,
            Err(refusal) => return Step::AfterToken(JobFailure::refused(&refusal)),
        },
        PlanOutcome::Deliver(intent) => intent.who.clone(),
    };
    let is_identify = match &outcome {
        PlanOutcome::Deliver(intent) => matches!(intent.action, Action::UpsertEndUser(_)),
        _ => event.kind.as_str() == "identify",
    };
    let external_id = if is_identify { external_id(settings.profile, event, &who) } else { None };
    let target = Target::of(&who, settings.profile);
    // A numeric end-user id is not looked up, but the error text names it (docs/facts/transformer.md#numeric-id-named).
    let numeric = if is_native || is_identify { None } else { numeric_end_user_id(event) };
    let named = Who { end_user_id: numeric.or(who.end_user_id), external_id: who.external_id };
    Step::LookUp(Box::new(Planned { outcome, is_identify, external_id, named, target }))
}

/// The mapping says in its one note which type it was.
fn unsupported(event: &Event, settings: &Settings) -> JobFailure {
    JobFailure::validation(plan_unfiltered(event, settings).notes.join("; "))
}

/// What is known of the end users of a group.
struct Users {
    found: IndexMap<Target, Known>,
}

struct Known {
    found: LookUpResult,
    /// How many jobs may still be answered with a request.
    calls: usize,
    /// When the limit will be lifted, for those beyond.
    wait: u64,
    /// An earlier job of this request creates it.
    is_being_created: bool,
}

impl Users {
    /// Makes one look-up for each end user, those of the first jobs first.
    async fn look_up(account: &Account, profile: Profile, steps: &[Step], cost: &mut Cost) -> Users {
        let mut wanted: IndexMap<Target, usize> = IndexMap::new();
        for step in steps {
            if let Step::LookUp(planned) = step {
                *wanted.entry(planned.target.clone()).or_default() += 1;
            }
        }
        let look_ups = wanted.into_iter().map(|(target, jobs)| async move {
            let known = |found, calls, wait| Known { found, calls, wait, is_being_created: false };
            match account.admit(jobs) {
                Err(wait) => (target.clone(), known(LookUpResult::Nobody, 0, wait)),
                Ok(mut admission) => {
                    let found = look_up(&mut admission, target.clone(), profile).await;
                    (target.clone(), known(found, admission.jobs, 1))
                }
            }
        });
        let mut look_ups = look_ups;
        let mut looked_up = Vec::new();
        // Until an account has answered nobody knows its limit: the first look-up goes alone.
        if !account.is_heard()
            && let Some(first) = look_ups.next()
        {
            looked_up.push(first.await);
        }
        // The account bounds how many are really under way.
        looked_up.extend(stream::iter(look_ups).buffered(usize::MAX).collect::<Vec<_>>().await);
        let mut found = IndexMap::with_capacity(looked_up.len());
        for (target, known) in looked_up {
            cost.look_ups += usize::from(known.calls > 0);
            cost.shared += known.calls.saturating_sub(1);
            found.insert(target, known);
        }
        Users { found }
    }

    /// Nobody had to be looked up, so no request will need a token.
    fn are_none(&self) -> bool {
        self.found.is_empty()
    }

    fn fail(&mut self, failure: &JobFailure) {
        for known in self.found.values_mut() {
            known.found = LookUpResult::Failed(failure.clone());
        }
    }

    fn request(&mut self, planned: Planned, profile: Profile) -> Result<Request, JobFailure> {
        let Planned { outcome, is_identify, external_id, named, target } = planned;
        // Every target was looked up or put off.
        let Some(known) = self.found.get_mut(&target) else { return Err(JobFailure::throttled(1)) };
        if known.calls == 0 {
            return Err(JobFailure::throttled(known.wait));
        }
        known.calls -= 1;
        match &mut known.found {
            LookUpResult::Failed(failure) => Err(failure.clone()),
            LookUpResult::User(user) => {
                let mut action = intent(outcome)?.action;
                // An earlier identify of the request may have set it; only `native` asks (docs/facts/mapping.md#answer-date).
                action.dated(user.signed_up);
                if let Action::UpsertEndUser(fields) = &action
                    && let Some(seconds) = fields.external_created_at.as_ref().and_then(Value::as_str)
                {
                    user.signed_up = seconds.parse().ok();
                }
                let (request, properties) = request::for_user(profile, action, user);
                if let Some(properties) = properties {
                    user.properties = properties;
                }
                Ok(request)
            }
            // The peer says that the end user is unknown before it looks at the fields (docs/facts/transformer.md#track).
            LookUpResult::Nobody if !is_identify && !known.is_being_created => {
                Err(JobFailure::refused(&DeadReason::end_user_unknown(&named)))
            }
            LookUpResult::Nobody if known.is_being_created => Err(JobFailure::network(500, BEING_CREATED)),
            LookUpResult::Nobody => {
                let request = request::for_nobody(profile, intent(outcome)?, external_id)?;
                known.is_being_created = profile == Profile::Native;
                Ok(request)
            }
        }
    }
}

/// Put off, not given up: rudder-server sends the jobs of one end user one after the other.
const BEING_CREATED: &str =
    "An earlier event of the same request creates the end user: it is not there yet, try again";

/// The intent, unless the mapping refused the fields.
fn intent(outcome: PlanOutcome) -> Result<Intent, JobFailure> {
    match outcome {
        PlanOutcome::Deliver(intent) => Ok(intent),
        PlanOutcome::Dead(refusal) => Err(JobFailure::refused(&refusal)),
        // Such an event is not looked up.
        PlanOutcome::Skip(reason) => Err(JobFailure::validation(reason.code())),
    }
}

/// InMoment's id where it is a number.
fn numeric_end_user_id(event: &Event) -> Option<String> {
    let entries = event.body.get("context")?.get("externalId")?.as_array()?;
    let ours =
        entries.iter().find(|entry| entry.get("type").and_then(Value::as_str) == Some("wootricEndUserId"))?;
    let id = ours.get("id").filter(|id| id.is_number() && crate::js::is_truthy(id))?;
    crate::js::scalar(id)
}
