//! What customers answered: counted over time, and one by one. Counted is what InMoment took, by when it took it.

pub(crate) mod answers;
mod counted;

use crate::error::{ApiError, Refusals};
use crate::frame::{Frame, MINUTE_MS};
use crate::parameters::{self, Time, instant};
use crate::settings::Shared;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use counted::{Counted, Counts};
use event::Millis;
use journal::AnswerFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const POINTS: u32 = 60;
const MOST_POINTS: u32 = 600;
/// What is shown when nothing is said.
const DAYS_30_MS: i64 = 30 * 24 * 60 * MINUTE_MS;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FeedbackQuery {
    destination: Option<String>,
    /// 30 days before `to` when absent
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Time>,
    /// now when absent
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Time>,
    /// at most so many buckets; 1 to 600, 60 when absent
    #[param(minimum = 1, maximum = 600)]
    points: Option<u32>,
}

/// Survey answers, counted. The sums are those of the series.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Feedback {
    from: String,
    to: String,
    responses: u64,
    declines: u64,
    /// how often each score from 0 to 10 was given
    scores: [u64; 11],
    /// responses without a score from 0 to 10
    other_scores: u64,
    /// 9 and 10
    promoters: u64,
    /// 7 and 8
    passives: u64,
    /// 0 to 6
    detractors: u64,
    /// per cent promoters less per cent detractors, to one decimal; null without scores
    #[schema(required)]
    nps: Option<f64>,
    series: FeedbackSeries,
}

/// The same by spans of time of one length.
#[derive(Debug, Serialize, ToSchema)]
struct FeedbackSeries {
    /// when each begins, UNIX seconds
    at: Vec<i64>,
    responses: Vec<u64>,
    declines: Vec<u64>,
    promoters: Vec<u64>,
    passives: Vec<u64>,
    detractors: Vec<u64>,
    nps: Vec<Option<f64>>,
}

/// Survey answers, counted.
#[utoipa::path(get, operation_id = "feedback", path = "/feedback", tag = "feedback", params(FeedbackQuery),
    responses((status = 200, body = Feedback), Refusals))]
pub(crate) async fn get(
    State(shared): State<Shared>,
    query: Result<Query<FeedbackQuery>, QueryRejection>,
) -> Result<Json<Feedback>, ApiError> {
    let query = parameters::query(query)?;
    let frame = parameters::frame(
        (query.from, query.to),
        query.points,
        parameters::FrameDefaults {
            now: shared.now(),
            span_ms: DAYS_30_MS,
            points: POINTS,
            most: MOST_POINTS,
        },
    )?;
    let filter = AnswerFilter {
        destination: shared.named_destination(query.destination).await?,
        from: Some(Millis(frame.start)),
        to: Some(Millis(frame.end())),
        ..AnswerFilter::default()
    };
    let counts = shared.archive(move |archive| archive.answer_counts(&filter, frame.step)).await?;
    Ok(Json(Feedback::of(&frame, &Counted::of(&frame, &counts))))
}

impl Feedback {
    fn of(frame: &Frame, counted: &Counted) -> Feedback {
        let all = &counted.all;
        let each = |count: fn(&Counts) -> u64| counted.buckets.iter().map(count).collect();
        Feedback {
            from: instant(Millis(frame.start)),
            to: instant(Millis(frame.end())),
            responses: all.responses(),
            declines: all.declines,
            scores: all.scores,
            other_scores: all.other_scores,
            promoters: all.promoters(),
            passives: all.passives(),
            detractors: all.detractors(),
            nps: all.nps(),
            series: FeedbackSeries {
                at: frame.seconds(),
                responses: each(Counts::responses),
                declines: each(|counts| counts.declines),
                promoters: each(Counts::promoters),
                passives: each(Counts::passives),
                detractors: each(Counts::detractors),
                nps: counted.buckets.iter().map(Counts::nps).collect(),
            },
        }
    }
}
