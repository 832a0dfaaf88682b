//! What customers answered: counted over time, and one by one. Counts follow InMoment: of one end user's answers within
//! 24 hours only the last one counts. Every answer is dated by the time when it was given.

pub(crate) mod answers;
mod counted;

use crate::calendar::Parts;
use crate::error::{ApiError, Refusals};
use crate::frame::MINUTE_MS;
use crate::parameters::{self, Time, instant};
use crate::state::Clock;
use crate::store::Store;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use counted::Counts;
use journal::{AnswerCounts, AnswerFilter};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const POINTS: u32 = 60;
const MOST_POINTS: u32 = 600;
/// The default span.
const DAYS_30_MS: i64 = 30 * 24 * 60 * MINUTE_MS;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FeedbackQuery {
    destination: Option<String>,
    /// only answers given at this time or later; when absent, 30 days before `to`
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Time>,
    /// only answers given before this time; when absent, now
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Time>,
    /// the largest number of spans in the series; 1 to 600, 60 when absent
    #[param(minimum = 1, maximum = 600)]
    points: Option<u32>,
    /// the IANA name of the time zone in which days, weeks and months begin, such as `Europe/Berlin`; `UTC` when absent
    tz: Option<String>,
}

/// Survey answers given in a span of time, counted as InMoment counts them: of one end user's responses (or declines)
/// within 24 hours only the last one counts. `sent` counts all that were sent, including those that a later one
/// replaced. Each number is the sum of the series.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Feedback)]
pub(crate) struct FeedbackView {
    /// exactly the requested time
    from: String,
    to: String,
    /// the time zone of the series' days, weeks and months
    tz: String,
    responses: u64,
    declines: u64,
    /// how often each score from 0 to 10 was given
    scores: [u64; 11],
    /// responses without a score from 0 to 10
    other_scores: u64,
    /// responses with a score of 9 or 10
    promoters: u64,
    /// responses with a score of 7 or 8
    passives: u64,
    /// responses with a score from 0 to 6
    detractors: u64,
    /// Net Promoter Score: the percentage of promoters less that of detractors, to one decimal; null without scores
    #[schema(required)]
    nps: Option<f64>,
    sent: FeedbackSentView,
    series: FeedbackSeries,
}

/// All answers that were sent to InMoment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FeedbackSent)]
struct FeedbackSentView {
    responses: u64,
    declines: u64,
    /// the Net Promoter Score if every answer counted; null without scores
    #[schema(required)]
    nps: Option<f64>,
}

/// The counts by spans of time in the calendar of the time zone: a day has 23 or 25 hours where clocks are changed.
#[derive(Debug, Serialize, ToSchema)]
struct FeedbackSeries {
    /// the length of a span, such as `day`, `6 hours` or `week`, which begins on Monday
    step: String,
    /// when each span begins, UNIX seconds. The first span begins at `from`, and the last one ends at `to`
    at: Vec<i64>,
    responses: Vec<u64>,
    declines: Vec<u64>,
    promoters: Vec<u64>,
    passives: Vec<u64>,
    detractors: Vec<u64>,
    nps: Vec<Option<f64>>,
    /// all responses and declines that were sent
    sent: Vec<u64>,
}

/// Counts survey answers.
#[utoipa::path(get, operation_id = "feedback", path = "/feedback", tag = "feedback", params(FeedbackQuery),
    responses((status = 200, body = FeedbackView), Refusals))]
pub(crate) async fn get(
    State(store): State<Store>,
    State(clock): State<Clock>,
    query: Result<Query<FeedbackQuery>, QueryRejection>,
) -> Result<Json<FeedbackView>, ApiError> {
    let query = parameters::query(query)?;
    let (from, to, points) = parameters::stretch(
        (query.from, query.to),
        query.points,
        parameters::FrameDefaults {
            now: clock.now(),
            span_ms: DAYS_30_MS,
            points: POINTS,
            most: MOST_POINTS,
        },
    )?;
    let zone = parameters::zone(query.tz.as_deref())?;
    let destination = store.named_destination(query.destination).await?;
    let filter = AnswerFilter { destination, ..AnswerFilter::default() };
    let parts = Parts::new(from, to, points, &zone);
    let edges = parts.edges.clone();
    let counts = store.archive(move |archive| archive.answer_counts(&filter, &edges)).await?;
    Ok(Json(FeedbackView::of(&parts, zone.iana_name().unwrap_or("UTC"), &counts)))
}

impl FeedbackView {
    fn of(parts: &Parts, tz: &str, spans: &[AnswerCounts]) -> FeedbackView {
        let (all, sent) = counted::together(spans);
        let (begins, end) = (&parts.edges[..parts.count()], parts.edges.last());
        let each =
            |count: fn(&Counts) -> u64| spans.iter().map(|span| count(&Counts(span.counted))).collect();
        FeedbackView {
            from: begins.first().copied().map(instant).unwrap_or_default(),
            to: end.copied().map(instant).unwrap_or_default(),
            tz: tz.to_owned(),
            responses: all.responses(),
            declines: all.0.declines,
            scores: all.0.scores,
            other_scores: all.0.other_scores,
            promoters: all.promoters(),
            passives: all.passives(),
            detractors: all.detractors(),
            nps: all.nps(),
            sent: FeedbackSentView {
                responses: sent.responses(),
                declines: sent.0.declines,
                nps: sent.nps(),
            },
            series: FeedbackSeries {
                step: parts.step.words(),
                at: begins.iter().map(|begin| begin.0.div_euclid(1_000)).collect(),
                responses: each(Counts::responses),
                declines: each(|counts| counts.0.declines),
                promoters: each(Counts::promoters),
                passives: each(Counts::passives),
                detractors: each(Counts::detractors),
                nps: spans.iter().map(|span| Counts(span.counted).nps()).collect(),
                sent: spans.iter().map(|span| Counts(span.sent).responses() + span.sent.declines).collect(),
            },
        }
    }
}
