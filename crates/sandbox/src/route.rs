//! Maps method and path to one endpoint of the cards (docs/facts/inmoment-api.md#endpoint-cards).
//!
//! Resources are mounted under `/v1` and `/api/v1` (docs/facts/inmoment-api.md#q1); a trailing slash and a `.json` suffix make no difference
//! (docs/facts/inmoment-api.md#path-forms). A path that is known with other methods is 405, anything else 404 (docs/facts/inmoment-api.md#q22).

use crate::params::decode_segment;
use crate::store::FeedbackKind;

/// An NPS class (docs/facts/inmoment-api.md#nps-classes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NpsClass {
    Promoters,
    Passives,
    Detractors,
}

/// An endpoint with the ids of its path, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Token,
    ListEndUsers,
    CreateEndUser,
    GetEndUser(String),
    UpdateEndUser(String),
    DeleteEndUser(String),
    GetEndUserByPhone(String),
    ExportEndUser(String),
    GetSettings(String),
    UpdateSettings(String),
    ListFeedback(FeedbackKind),
    UpdateFeedback(FeedbackKind, String),
    ListFeedbackOf(FeedbackKind, String),
    ListClass(NpsClass, String),
    CreateFeedback(FeedbackKind, String),
    GetFeedback(FeedbackKind, String, String),
    DeleteFeedback(FeedbackKind, String, String),
    NpsSummary,
    ListSegments,
    ListSurveyTemplates,
    EmailSurvey,
}

impl Endpoint {
    /// The endpoint's card, which is the key of a rate limit per endpoint.
    pub(crate) fn card(&self) -> &'static str {
        use FeedbackKind::{Decline, Response};
        match self {
            Endpoint::Token => "token",
            Endpoint::ListEndUsers => "end_users.list",
            Endpoint::CreateEndUser => "end_users.create",
            Endpoint::GetEndUser(_) => "end_users.get",
            Endpoint::UpdateEndUser(_) => "end_users.update",
            Endpoint::DeleteEndUser(_) => "end_users.delete",
            Endpoint::GetEndUserByPhone(_) => "end_users.get_by_phone",
            Endpoint::ExportEndUser(_) => "end_users.export",
            Endpoint::GetSettings(_) => "settings.get",
            Endpoint::UpdateSettings(_) => "settings.update",
            Endpoint::ListFeedback(Response) => "responses.list",
            Endpoint::ListFeedback(Decline) => "declines.list",
            Endpoint::UpdateFeedback(Response, _) => "responses.update",
            Endpoint::UpdateFeedback(Decline, _) => "declines.update",
            Endpoint::ListFeedbackOf(Response, _) => "responses.list_for_user",
            Endpoint::ListFeedbackOf(Decline, _) => "declines.list_for_user",
            Endpoint::ListClass(NpsClass::Promoters, _) => "responses.promoters",
            Endpoint::ListClass(NpsClass::Passives, _) => "responses.passives",
            Endpoint::ListClass(NpsClass::Detractors, _) => "responses.detractors",
            Endpoint::CreateFeedback(Response, _) => "responses.create",
            Endpoint::CreateFeedback(Decline, _) => "declines.create",
            Endpoint::GetFeedback(Response, ..) => "responses.get",
            Endpoint::GetFeedback(Decline, ..) => "declines.get",
            Endpoint::DeleteFeedback(Response, ..) => "responses.delete",
            Endpoint::DeleteFeedback(Decline, ..) => "declines.delete",
            Endpoint::NpsSummary => "metrics.nps_summary",
            Endpoint::ListSegments => "segments.list",
            Endpoint::ListSurveyTemplates => "survey_templates.list",
            Endpoint::EmailSurvey => "email_survey",
        }
    }
}

/// Why a request has no endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoEndpoint {
    Path,
    /// The methods that the path supports.
    Method(String),
}

/// The path in its canonical form: `/v1/...` or `/oauth/token`, segments still percent-encoded.
pub(crate) fn canonical(path: &str) -> String {
    let path = if path.starts_with("/api/v1") { &path[4..] } else { path };
    let path = path.strip_suffix('/').unwrap_or(path);
    path.strip_suffix(".json").unwrap_or(path).to_owned()
}

/// The segments of a canonical path, decoded once.
pub(crate) fn segments(canonical: &str) -> Vec<String> {
    canonical.split('/').skip(1).map(decode_segment).collect()
}

/// Finds the endpoint.
pub(crate) fn find(method: &str, segments: &[String]) -> Result<Endpoint, NoEndpoint> {
    let here = endpoints(segments);
    if here.is_empty() {
        return Err(NoEndpoint::Path);
    }
    let methods: Vec<&str> = here.iter().map(|(method, _)| *method).collect();
    let allowed = methods.join(", ");
    here.into_iter()
        .find_map(|(known, endpoint)| (known == method).then_some(endpoint))
        .ok_or(NoEndpoint::Method(allowed))
}

/// The endpoints at a path, by method.
fn endpoints(segments: &[String]) -> Vec<(&'static str, Endpoint)> {
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["oauth", "token"] => vec![("POST", Endpoint::Token)],
        ["v1", "end_users", rest @ ..] => end_users(rest),
        ["v1", "nps_summary"] => vec![("GET", Endpoint::NpsSummary)],
        ["v1", "segments"] => vec![("GET", Endpoint::ListSegments)],
        ["v1", "survey_templates"] => vec![("GET", Endpoint::ListSurveyTemplates)],
        ["v1", "email_survey"] => vec![("POST", Endpoint::EmailSurvey)],
        ["v1", what] => match kind(what) {
            Some(kind) => vec![("GET", Endpoint::ListFeedback(kind))],
            None => Vec::new(),
        },
        ["v1", what, id] => match kind(what) {
            // GET of one response is not offered here (docs/facts/inmoment-api.md#get-response).
            Some(kind) => vec![("PUT", Endpoint::UpdateFeedback(kind, (*id).to_owned()))],
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn end_users(rest: &[&str]) -> Vec<(&'static str, Endpoint)> {
    let own = |text: &str| text.to_owned();
    match *rest {
        [] => vec![("GET", Endpoint::ListEndUsers), ("POST", Endpoint::CreateEndUser)],
        [id] => vec![
            ("GET", Endpoint::GetEndUser(own(id))),
            ("PUT", Endpoint::UpdateEndUser(own(id))),
            ("DELETE", Endpoint::DeleteEndUser(own(id))),
        ],
        ["phone_number", number] => vec![("GET", Endpoint::GetEndUserByPhone(own(number)))],
        [id, "export"] => vec![("GET", Endpoint::ExportEndUser(own(id)))],
        [id, "settings"] => {
            vec![("GET", Endpoint::GetSettings(own(id))), ("PUT", Endpoint::UpdateSettings(own(id)))]
        }
        [uid, "responses", "promoters"] => vec![("GET", Endpoint::ListClass(NpsClass::Promoters, own(uid)))],
        [uid, "responses", "passives"] => vec![("GET", Endpoint::ListClass(NpsClass::Passives, own(uid)))],
        [uid, "responses", "detractors"] => {
            vec![("GET", Endpoint::ListClass(NpsClass::Detractors, own(uid)))]
        }
        [uid, what] => match kind(what) {
            Some(kind) => vec![
                ("GET", Endpoint::ListFeedbackOf(kind, own(uid))),
                ("POST", Endpoint::CreateFeedback(kind, own(uid))),
            ],
            None => Vec::new(),
        },
        [uid, what, id] => match kind(what) {
            Some(kind) => vec![
                ("GET", Endpoint::GetFeedback(kind, own(uid), own(id))),
                ("DELETE", Endpoint::DeleteFeedback(kind, own(uid), own(id))),
            ],
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn kind(word: &str) -> Option<FeedbackKind> {
    match word {
        "responses" => Some(FeedbackKind::Response),
        "declines" => Some(FeedbackKind::Decline),
        _ => None,
    }
}
