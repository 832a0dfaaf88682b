//! The endpoints of the cards (docs/facts/inmoment-api.md#endpoint-cards), each a function from the account's records and the request's
//! parameters to a reply. A refusal is the `Err` of the same type.

mod email_survey;
mod end_users;
mod feedback;
mod list;
mod metrics;
pub(crate) mod token;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;

use crate::exchange::{Reply, internal_error, record_not_found};
use crate::options::Switches;
use crate::params::Params;
use crate::route::Endpoint;
use crate::store::{EndUser, Properties, Store, Unique};

/// The next ids: nine digits, as the recorded ones (docs/facts/inmoment-api.md#record-id), and apart, so that one kind of id is never
/// mistaken for another.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ids {
    settings: i64,
    end_user: i64,
    response: i64,
    decline: i64,
    survey: i64,
}

impl Default for Ids {
    fn default() -> Ids {
        Ids {
            settings: 600_500_401,
            end_user: 700_100_201,
            response: 800_200_301,
            decline: 810_200_301,
            survey: 900_300_401,
        }
    }
}

fn take(next: &mut i64) -> i64 {
    let id = *next;
    *next += 1;
    id
}

/// One authorised call.
pub(crate) struct Call<'a> {
    /// UNIX seconds.
    pub(crate) now: i64,
    pub(crate) params: &'a Params,
    pub(crate) store: &'a mut Store,
    pub(crate) ids: &'a mut Ids,
    pub(crate) switches: &'a Switches,
}

type Outcome = Result<Reply, Reply>;

/// Carries a call out.
pub(crate) fn dispatch(call: &mut Call<'_>, endpoint: &Endpoint) -> Reply {
    let outcome = match endpoint {
        Endpoint::ListEndUsers => end_users::list(call),
        Endpoint::CreateEndUser => end_users::create(call),
        Endpoint::GetEndUser(id) => end_users::get(call, id),
        Endpoint::UpdateEndUser(id) => end_users::update(call, id),
        Endpoint::DeleteEndUser(id) => end_users::delete(call, id),
        Endpoint::GetEndUserByPhone(number) => end_users::get_by_phone(call, number),
        Endpoint::ExportEndUser(id) => end_users::export(call, id),
        Endpoint::GetSettings(id) => end_users::get_settings(call, id),
        Endpoint::UpdateSettings(id) => end_users::update_settings(call, id),
        Endpoint::ListFeedback(kind) => feedback::list(call, *kind),
        Endpoint::UpdateFeedback(kind, id) => feedback::update(call, *kind, id),
        Endpoint::ListFeedbackOf(kind, user) => feedback::list_of(call, *kind, user, None),
        Endpoint::ListClass(class, user) => {
            feedback::list_of(call, crate::store::Kind::Response, user, Some(*class))
        }
        Endpoint::CreateFeedback(kind, user) => feedback::create(call, *kind, user),
        Endpoint::GetFeedback(kind, user, id) => feedback::get(call, *kind, user, id),
        Endpoint::DeleteFeedback(kind, user, id) => feedback::delete(call, *kind, user, id),
        Endpoint::NpsSummary => metrics::nps_summary(call),
        Endpoint::ListSegments => Ok(metrics::segments(call)),
        Endpoint::ListSurveyTemplates => Ok(metrics::survey_templates()),
        Endpoint::EmailSurvey => email_survey::create(call),
        // Tokens belong to no account; the sandbox answers this one itself.
        Endpoint::Token => Err(record_not_found()),
    };
    outcome.unwrap_or_else(|refusal| refusal)
}

/// An id of a path: digits only.
fn id(segment: &str) -> Option<i64> {
    segment.bytes().all(|byte| byte.is_ascii_digit()).then(|| segment.parse().ok()).flatten()
}

impl Call<'_> {
    /// The end user who holds this value; 500 where PostgreSQL cannot be asked for it.
    fn user_by(&self, field: Unique, value: &str) -> Result<Option<&EndUser>, Reply> {
        if value.contains('\0') { Err(internal_error()) } else { Ok(self.store.user_by(field, value)) }
    }

    fn user(&self, segment: &str) -> Result<&EndUser, Reply> {
        id(segment).and_then(|id| self.store.user(id)).ok_or_else(record_not_found)
    }

    /// The properties after a write: replaced when some are given, or merged by switch (docs/facts/inmoment-api.md#q11, #q12).
    fn written(&mut self, old: &Properties, given: Option<Map<String, Value>>) -> Properties {
        let Some(given) = given else { return Arc::clone(old) };
        self.store.note_segments(&given, self.now);
        if !self.switches.merge_properties {
            return Arc::new(given);
        }
        let mut merged = Map::clone(old);
        merged.extend(given);
        Arc::new(merged)
    }
}
