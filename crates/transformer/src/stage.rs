//! The common part of the router and the processor stage: from elements to their answers
//! (docs/facts/transformer.md#router-request, #router-reply, #processor).

use crate::account::Accounts;
use crate::counters::Counters;
use crate::destination::{Destination, Destinations};
use crate::element::{Feature, JobReply};
use crate::failure::JobFailure;
use crate::group::{self, Job};
use crate::js::is_truthy;
use crate::payload::Element;
use crate::settings::Settings;
use event::time::Moment;
use event::{Envelope, Event, Millis, SourceKind, raw};
use futures_util::future::join_all;
use indexmap::IndexMap;
use mapping::Profile;
use std::borrow::Cow;
use std::sync::Arc;

/// Transforms the elements of one request.
pub(crate) struct Transformation<'t> {
    pub(crate) settings: &'t Settings,
    pub(crate) accounts: &'t Accounts,
    pub(crate) counters: &'t Counters,
}

impl Transformation<'_> {
    /// Answers every element; grouped by destination in the order in which destinations appear, inside a group in the order
    /// of the elements (docs/facts/transformer.md#grouping).
    pub(crate) async fn answer<'a>(
        &self,
        elements: &'a [Element<'a>],
        feature: Feature,
    ) -> Vec<Answered<'a>> {
        let mut destinations = Destinations::default();
        let mut groups: IndexMap<(Cow<'a, str>, Cow<'a, str>), Group<'a>> = IndexMap::new();
        for (at, element) in elements.iter().enumerate() {
            let read = self.prepare(element, &mut destinations, feature);
            let key = match &read.destination {
                Some(destination) => (Cow::Borrowed(destination.key.0), destination.key.1.clone()),
                // An element without a destination is a group of its own.
                None => (Cow::Borrowed(""), Cow::Owned(at.to_string())),
            };
            groups.entry(key).or_default().push((at, read));
        }
        let groups = join_all(groups.into_values().map(|group| self.answer_group(group))).await;
        let answered: Vec<Answered<'a>> = groups.into_iter().flatten().collect();
        for answered in &answered {
            self.counters.job(match &answered.answer {
                JobReply::Failed(failure) => failure.status,
                JobReply::Request { .. } | JobReply::AsItIs(_) => 200,
            });
        }
        answered
    }

    /// Reads the parts of one element: its event, and its destination with the settings that the event fills in.
    fn prepare<'a>(
        &self,
        element: &Element<'a>,
        destinations: &mut Destinations<'a>,
        feature: Feature,
    ) -> Prepared<'a> {
        let text = match &element.destination {
            Ok(text) => text,
            Err(failure) => {
                return Prepared { destination: None, job: Err(JobReply::Failed(failure.clone())) };
            }
        };
        let mut destination = destinations.read(text);
        let envelope = Envelope {
            // It matters only for consent, which rudder-server has already checked.
            source: None,
            source_kind: SourceKind::Server,
            received_at: self.received_at(element.message),
            request_ip: None,
            forced: None,
            request_id: [0; 16],
            index: 0,
        };
        // A template may use any part of the event.
        let read = if destination.is_dynamic() {
            Event::read(element.message, &envelope)
        } else {
            Event::read_part(element.message, &envelope, mapping::looks_at)
        };
        let job = match read {
            Err(error) => Err(JobReply::Failed(JobFailure::validation(error.to_string()))),
            Ok(mut event) => {
                if let Some(filled) = destination.filled_in(&mut event.body) {
                    destination = Arc::new(filled);
                }
                let is_done = event.body.get("statusCode").is_some_and(is_truthy);
                match &destination.login {
                    Err(failure) => Err(JobReply::Failed(failure.clone())),
                    Ok(_) if is_done && feature == Feature::Router => Err(JobReply::AsItIs(element.message)),
                    Ok(_) => Ok(Job { event }),
                }
            }
        };
        Prepared { destination: Some(destination), job }
    }

    /// When rudder-server's gateway received the event; only `native` uses it (docs/facts/mapping.md#event-time).
    fn received_at(&self, message: &str) -> Millis {
        let now = (self.settings.clock)();
        if self.settings.profile == Profile::Rudderstack {
            return now;
        }
        let members = raw::members(message).unwrap_or_default();
        let said = raw::find(&members, "receivedAt").and_then(|text| raw::value(text).ok());
        said.and_then(|said| Moment::parse(said.as_str()?)).map_or(now, |moment| moment.unix_millis())
    }

    /// Answers the elements of one group, those of each login together. Usually there is one login; while it is being
    /// changed, there may be two.
    async fn answer_group<'a>(&self, group: Group<'a>) -> Vec<Answered<'a>> {
        let Some(first) = group.first().map(|(at, _)| *at) else { return Vec::new() };
        let mut logins: Vec<OfLogin<'a>> = Vec::with_capacity(1);
        let mut answered = Vec::with_capacity(group.len());
        for (place, (element, Prepared { destination, job })) in group.into_iter().enumerate() {
            let answer = match (job, &destination) {
                (Ok(job), Some(destination)) => {
                    let same = logins.iter_mut().find(|other| other.is_of(destination));
                    match same {
                        Some(same) => same.jobs.push((place, job)),
                        None => logins
                            .push(OfLogin { destination: Arc::clone(destination), jobs: vec![(place, job)] }),
                    }
                    JobReply::Failed(JobFailure::native("the account of the destination cannot be told"))
                }
                (Ok(_), None) => JobReply::Failed(JobFailure::native("the job has no destination")),
                (Err(answer), _) => answer,
            };
            answered.push(Answered { element, first, answer, destination });
        }
        for (place, answer) in
            join_all(logins.into_iter().map(|login| self.answer_login(login))).await.into_iter().flatten()
        {
            answered[place].answer = answer;
        }
        answered
    }

    async fn answer_login(&self, login: OfLogin<'_>) -> Vec<(usize, JobReply<'static>)> {
        let account = login.destination.login.as_ref().ok().and_then(|login| self.accounts.of(login));
        let Some(account) = account else { return Vec::new() };
        let (places, jobs): (Vec<usize>, Vec<Job>) = login.jobs.into_iter().unzip();
        let (answers, cost) = group::answer(&account, self.settings.profile, jobs).await;
        self.counters.cost(cost);
        places.into_iter().zip(answers).collect()
    }
}

/// The elements of one destination, each with its position in the request.
type Group<'a> = Vec<(usize, Prepared<'a>)>;

struct Prepared<'a> {
    destination: Option<Arc<Destination<'a>>>,
    /// The job, or its answer if it has one already.
    job: Result<Job, JobReply<'a>>,
}

/// The jobs of one login, each with its position in the group.
struct OfLogin<'a> {
    destination: Arc<Destination<'a>>,
    jobs: Vec<(usize, Job)>,
}

impl OfLogin<'_> {
    fn is_of(&self, destination: &Arc<Destination<'_>>) -> bool {
        std::ptr::addr_eq(Arc::as_ptr(&self.destination), Arc::as_ptr(destination))
            || self.destination.login == destination.login
    }
}

/// An element with its answer.
pub(crate) struct Answered<'a> {
    pub(crate) element: usize,
    /// The first element of its group, whose ids are in the tags of all.
    pub(crate) first: usize,
    pub(crate) answer: JobReply<'a>,
    pub(crate) destination: Option<Arc<Destination<'a>>>,
}
