//! How it all went, over time: made of the samples that are kept minute by minute ([`crate::sampler`]), and of one taken
//! for the running minute while the question is answered.

mod buckets;

use crate::error::{ApiError, Refusals};
use crate::frame::{Frame, MINUTE_MS};
use crate::parameters::{self, FrameDefaults, Time, instant};
use crate::sampler::Sampler;
use crate::state::Clock;
use crate::store::Store;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use buckets::Buckets;
use event::Millis;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const POINTS: u32 = 120;
const MOST_POINTS: u32 = 600;
/// What is shown when nothing is said.
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// A first sample counts from the one before it, which may be older: from before a pause of the server, for example.
const LOOK_BACK_MS: i64 = 24 * HOUR_MS;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SeriesQuery {
    /// of this destination alone; the sum of all when absent
    destination: Option<String>,
    /// an hour before `to` when absent
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Time>,
    /// now when absent
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Time>,
    /// at most so many buckets; 1 to 600, 120 when absent
    #[param(minimum = 1, maximum = 600)]
    points: Option<u32>,
}

/// Counts by spans of time of one length. What nobody sampled is null.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Series {
    from: String,
    to: String,
    /// a bucket's length
    step_seconds: i64,
    /// when each bucket begins, UNIX seconds
    at: Vec<i64>,
    /// taken in
    accepted: Vec<Option<u64>>,
    delivered: Vec<Option<u64>>,
    skipped: Vec<Option<u64>>,
    /// given up, less what was requeued or discarded; never below 0
    dead: Vec<Option<u64>>,
    /// at the end of the bucket
    pending: Vec<Option<u64>>,
    /// made to InMoment
    calls: Vec<Option<u64>>,
    /// not needed
    calls_saved: Vec<Option<u64>>,
    /// that InMoment allowed
    calls_allowed: Vec<Option<u64>>,
    /// age of the oldest pending event at the end of the bucket
    oldest_pending_s: Vec<Option<u64>>,
}

/// How it went, over time.
#[utoipa::path(get, operation_id = "series", path = "/series", tag = "now", params(SeriesQuery),
    responses((status = 200, body = Series), Refusals))]
pub(crate) async fn get(
    State(store): State<Store>,
    State(sampler): State<Sampler>,
    State(clock): State<Clock>,
    query: Result<Query<SeriesQuery>, QueryRejection>,
) -> Result<Json<Series>, ApiError> {
    let query = parameters::query(query)?;
    let now = clock.now();
    let frame = parameters::frame(
        (query.from, query.to),
        query.points,
        FrameDefaults { now, span_ms: HOUR_MS, points: POINTS, most: MOST_POINTS },
    )?;
    let destination = store.named_destination(query.destination).await?;
    let mut running = sampler.standings(now).await?;
    running.retain(|sample| destination.is_none_or(|wanted| sample.destination == wanted));
    let (first, end) =
        (Millis(frame.start.saturating_sub(LOOK_BACK_MS)), Millis(frame.end().saturating_add(1)));
    let mut samples = store.archive(move |archive| archive.samples(destination, first, end)).await?;
    samples.extend(running);
    Ok(Json(Series::of(&frame, Buckets::filled(&frame, &samples))))
}

impl Series {
    fn of(frame: &Frame, buckets: Buckets) -> Series {
        Series {
            from: instant(Millis(frame.start)),
            to: instant(Millis(frame.end())),
            step_seconds: frame.step / 1_000,
            at: frame.seconds(),
            accepted: buckets.accepted,
            delivered: buckets.delivered,
            skipped: buckets.skipped,
            dead: buckets.dead,
            pending: buckets.pending,
            calls: buckets.calls,
            calls_saved: buckets.calls_saved,
            calls_allowed: buckets.calls_allowed,
            oldest_pending_s: buckets.oldest_pending_s,
        }
    }
}
