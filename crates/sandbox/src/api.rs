//! The endpoints of the cards (docs/facts/inmoment-api.md#endpoint-cards), each a function from the account's records and the request's
//! parameters to a reply. A refusal is the `Err` of the same type.

mod call;
mod email_survey;
mod end_users;
mod feedback;
mod ids;
mod list;
mod metrics;
pub(crate) mod token;

pub(crate) use call::Call;
pub(crate) use ids::Ids;

use crate::exchange::{Reply, record_not_found};
use crate::route::Endpoint;

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
            feedback::list_of(call, crate::store::FeedbackKind::Response, user, Some(*class))
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
