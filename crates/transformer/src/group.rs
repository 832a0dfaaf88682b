//! The jobs of one destination in one request: they are planned, each end user is looked up once, and they are answered
//! in order.
//!
//! The profile `rudderstack` has rudder-transformer's order of checks (docs/facts/transformer.md#order-of-work): the
//! token comes before all faults of the event except its type, and the look-up before its fields. In `native` an
//! event's faults are found before a call is spent on it, and the jobs of one end user depend on each other: a job
//! behind the one that creates the end user is postponed until the end user exists (rudder-server keeps their order),
//! and the properties that one job writes are not undone by the next.

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

/// A job whose event was read.
pub(crate) struct Job {
    pub(crate) event: Event,
}

/// The result of planning a job.
enum Step {
    Done(JobFailure),
    /// The refusal is reported only after the login was accepted (`rudderstack`).
    AfterToken(JobFailure),
    LookUp(Box<Planned>),
}

struct Planned {
    outcome: PlanOutcome,
    is_identify: bool,
    /// The external id as a create sends it.
    external_id: Option<FormValue>,
    /// The end user whom a refusal names.
    named: Who,
    target: Target,
}

/// The cost of the answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) look_ups: usize,
    /// The number of jobs that shared another job's look-up.
    pub(crate) shared: usize,
}

/// Answers the jobs of one group, in their order.
pub(crate) async fn answer(
    account: &Account,
    profile: Profile,
    jobs: Vec<Job>,
) -> (Vec<JobReply<'static>>, Cost) {
    let settings = Settings { profile, ..Settings::default() };
    // The events are no longer needed, and other requests can use their memory during the look-ups.
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
    // The token is taken after the look-ups, because one of them may have replaced it.
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

/// The mapping's only note names the type.
fn unsupported(event: &Event, settings: &Settings) -> JobFailure {
    JobFailure::validation(plan_unfiltered(event, settings).notes.join("; "))
}

/// The data about the end users of a group.
struct Users {
    found: IndexMap<Target, Known>,
}

struct Known {
    found: LookUpResult,
    /// The number of jobs that may still be answered with a request.
    calls: usize,
    /// When the limit ends, for the jobs beyond it.
    wait: u64,
    /// An earlier job of this request creates the end user.
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
        // Until an account has answered, its limit is unknown, so the first look-up is made alone.
        if !account.is_heard()
            && let Some(first) = look_ups.next()
        {
            looked_up.push(first.await);
        }
        // The account limits how many are really under way.
        looked_up.extend(stream::iter(look_ups).buffered(usize::MAX).collect::<Vec<_>>().await);
        let mut found = IndexMap::with_capacity(looked_up.len());
        for (target, known) in looked_up {
            cost.look_ups += usize::from(known.calls > 0);
            cost.shared += known.calls.saturating_sub(1);
            found.insert(target, known);
        }
        Users { found }
    }

    /// No end user had to be looked up, so no request will need a token.
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
        // Every target was looked up or postponed.
        let Some(known) = self.found.get_mut(&target) else { return Err(JobFailure::throttled(1)) };
        if known.calls == 0 {
            return Err(JobFailure::throttled(known.wait));
        }
        known.calls -= 1;
        match &mut known.found {
            LookUpResult::Failed(failure) => Err(failure.clone()),
            LookUpResult::User(user) => {
                let mut action = intent(outcome)?.action;
                // An earlier identify of the request may have set it; only `native` uses it
                // (docs/facts/mapping.md#answer-date).
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
            // rudder-transformer reports that the end user is unknown before it checks the fields
            // (docs/facts/transformer.md#track).
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

/// The job is postponed, not aborted: rudder-server sends the jobs of one end user one after the other.
const BEING_CREATED: &str =
    "An earlier event of the same request creates the end user: it is not there yet, try again";

/// The intent, unless the mapping refused the fields.
fn intent(outcome: PlanOutcome) -> Result<Intent, JobFailure> {
    match outcome {
        PlanOutcome::Deliver(intent) => Ok(intent),
        PlanOutcome::Dead(refusal) => Err(JobFailure::refused(&refusal)),
        // The end user of such an event is not looked up.
        PlanOutcome::Skip(reason) => Err(JobFailure::validation(reason.code())),
    }
}

/// InMoment's id, if it is a number.
fn numeric_end_user_id(event: &Event) -> Option<String> {
    let entries = event.body.get("context")?.get("externalId")?.as_array()?;
    let ours =
        entries.iter().find(|entry| entry.get("type").and_then(Value::as_str) == Some("wootricEndUserId"))?;
    let id = ours.get("id").filter(|id| id.is_number() && crate::js::is_truthy(id))?;
    crate::js::scalar(id)
}
