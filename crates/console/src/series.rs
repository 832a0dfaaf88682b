//! Counts and levels over time, made of the samples that are kept for each minute ([`crate::sampler`]) and of one that
//! is taken for the running minute while the request is answered.

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
/// The default span.
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// The first sample counts from the one before it, which may be older, for example after a pause of the server.
const LOOK_BACK_MS: i64 = 24 * HOUR_MS;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SeriesQuery {
    /// only the counts of this destination; when absent, the sums of all
    destination: Option<String>,
    /// the beginning of the span; when absent, an hour before `to`
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Time>,
    /// the end of the span; when absent, now
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Time>,
    /// the largest number of buckets; 1 to 600, 120 when absent
    #[param(minimum = 1, maximum = 600)]
    points: Option<u32>,
}

/// Counts in buckets of one length. A bucket without samples has nulls.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Series {
    from: String,
    to: String,
    /// a bucket's length
    step_seconds: i64,
    /// when each bucket begins, UNIX seconds
    at: Vec<i64>,
    /// events accepted
    accepted: Vec<Option<u64>>,
    delivered: Vec<Option<u64>>,
    skipped: Vec<Option<u64>>,
    /// events that became dead letters, less those that were requeued or discarded; never below 0
    dead: Vec<Option<u64>>,
    /// pending events at the end of the bucket
    pending: Vec<Option<u64>>,
    /// calls made to InMoment
    calls: Vec<Option<u64>>,
    /// calls that were not needed
    calls_saved: Vec<Option<u64>>,
    /// calls that InMoment allowed
    calls_allowed: Vec<Option<u64>>,
    /// age of the oldest pending event at the end of the bucket
    oldest_pending_s: Vec<Option<u64>>,
}

/// Shows counts and levels over time.
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
