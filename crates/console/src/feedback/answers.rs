//! Survey answers one by one, the last given first.

use crate::access::Caller;
use crate::audit::{self, action};
use crate::error::{ApiError, Refusals};
use crate::events::EventId;
use crate::parameters::{self, Number, Time, instant};
use crate::state::Identity;
use crate::store::Store;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use event::Millis;
use journal::{AnswerFilter, AnswerKind, DestinationId};
use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AnswersQuery {
    destination: Option<String>,
    /// only answers given at this time or later
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Time>,
    /// only answers given before this time
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Time>,
    kind: Option<AnswerKindParam>,
    /// only answers that have a text
    with_text: Option<bool>,
    /// only answers of the end user with exactly this external id, e-mail or end-user id
    user: Option<String>,
    /// `true`: only answers that InMoment counts; `false`: only answers that a later one replaced
    counts: Option<bool>,
    /// the id of an answer: only this answer, those that it replaced and those that replaced it, which InMoment counts
    /// as one
    #[param(value_type = Option<u64>, minimum = 0, maximum = 9_223_372_036_854_775_807_u64)]
    one_with: Option<Number>,
    /// the value of `next` on the page before
    #[param(value_type = Option<String>, pattern = "^-?[0-9]{1,16}[.][0-9]{1,18}$")]
    after: Option<Behind>,
    /// 1 to 1000; 100 when absent
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
}

/// The answer after which a page begins: when it was given (UNIX ms), and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Behind(Millis, u64);

impl<'de> Deserialize<'de> for Behind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parts =
            text.split_once('.').and_then(|(given_at, id)| Some((given_at.parse().ok()?, id.parse().ok()?)));
        let (given_at, id) = parts.ok_or_else(|| D::Error::custom("it is not a `next` of a page"))?;
        Ok(Behind(Millis(given_at), id))
    }
}

/// The kind of an answer.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = AnswerKind)]
enum AnswerKindParam {
    Response,
    Decline,
}

/// A page of answers.
#[derive(Serialize, ToSchema)]
#[schema(as = AnswerPage)]
pub(crate) struct AnswerPageView {
    items: Vec<SurveyAnswerView>,
    /// the value of `after` for the next page; null on the last page
    #[schema(required)]
    next: Option<String>,
}

/// A survey answer that InMoment has.
#[derive(Serialize, ToSchema)]
#[schema(as = Answer)]
pub(crate) struct SurveyAnswerView {
    id: u64,
    /// the id of the event that carried the answer; the event may have been removed
    event: String,
    destination: String,
    #[schema(value_type = AnswerKindParam)]
    kind: &'static str,
    #[schema(required)]
    score: Option<u8>,
    #[schema(required)]
    text: Option<String>,
    #[schema(required)]
    external_id: Option<String>,
    #[schema(required)]
    email: Option<String>,
    end_user_id: String,
    /// when the answer was given, which dates it everywhere. If its event does not say so: when InMoment accepted it
    answered_at: String,
    /// when InMoment accepted the answer
    delivered_at: String,
    /// whether InMoment counts the answer: `false` when a later answer of the end user replaced it
    counts: bool,
    /// how many earlier answers of the end user, within 24 hours, this answer replaced
    replaces: u32,
    /// the id of the next answer, which replaced this one
    #[schema(required)]
    replaced_by: Option<u64>,
}

/// Lists survey answers, the last given first.
#[utoipa::path(get, operation_id = "list_answers", path = "/feedback/answers", tag = "feedback", params(AnswersQuery),
    responses((status = 200, body = AnswerPageView), Refusals))]
pub(crate) async fn get(
    State(store): State<Store>,
    State(identity): State<Identity>,
    caller: Caller,
    query: Result<Query<AnswersQuery>, QueryRejection>,
) -> Result<Json<AnswerPageView>, ApiError> {
    let query = parameters::query(query)?;
    let limit = parameters::limit(query.limit)?;
    let (from, to) = parameters::span(query.from, query.to)?;
    let of = query.destination.as_deref().unwrap_or("all destinations");
    let subject = audit::looked_for(of, query.user.as_deref(), None);
    let filter = AnswerFilter {
        destination: store.named_destination(query.destination).await?,
        from,
        to,
        kind: query.kind.map(|kind| match kind {
            AnswerKindParam::Response => AnswerKind::Response,
            AnswerKindParam::Decline => AnswerKind::Decline,
        }),
        with_text: query.with_text.unwrap_or(false),
        user: query.user,
        counts: query.counts,
        one_with: query.one_with.map(|id| id.0),
        behind: query.after.map(|Behind(given_at, id)| (given_at, id)),
    };
    identity.look(&caller, action::ANSWERS_VIEW, &subject).await?;
    let names = store.read(|journal| journal.destinations()).await?;
    let page = store.archive(move |archive| archive.answers(&filter, limit)).await?;
    let next = page.items.last().filter(|_| page.more).map(|last| format!("{}.{}", last.given_at.0, last.id));
    Ok(Json(AnswerPageView {
        items: page.items.into_iter().map(|answer| SurveyAnswerView::of(answer, &names)).collect(),
        next,
    }))
}

impl SurveyAnswerView {
    pub(crate) fn of(answer: journal::SurveyAnswer, names: &[(String, DestinationId)]) -> SurveyAnswerView {
        let name = names.iter().find(|(_, id)| *id == answer.destination).map(|(name, _)| name.clone());
        SurveyAnswerView {
            id: answer.id,
            event: EventId(answer.position).to_string(),
            destination: name.unwrap_or_default(),
            kind: answer.kind.word(),
            score: answer.score,
            text: answer.text,
            external_id: answer.external_id,
            email: answer.email,
            end_user_id: answer.end_user_id,
            answered_at: instant(answer.given_at),
            delivered_at: instant(answer.delivered_at),
            counts: answer.replaced_by.is_none(),
            replaces: answer.replaces,
            replaced_by: answer.replaced_by,
        }
    }
}
