//! The number of calls to InMoment for each event: the reference trace, in simulated time.
//!
//! It uses the real machine and its driver, the journal in memory and the sandbox's own core; only the sockets and the
//! waiting are left out. The trace has 20,000 events of 1,000 users, all new to InMoment, spread evenly over an hour;
//! 90 % are identifies, of which 9 in 10 have nothing new, and 10 % are answers. RudderStack makes two calls for each
//! event.
//!
//! * [`reference`]: the events.
//! * [`world`]: the simulated time and InMoment.

mod reference;
mod world;

use crate::figure::{Figure, Target};
use anyhow::Result;
use mapping::LastSurveyed;
use reference::Trace;
use std::time::Duration;
use world::{TraceOutcome, World};

const HOUR: Duration = Duration::from_secs(3_600);

pub(super) async fn measure() -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (name, what, spread) in [
        ("trace-calls-per-event", "reference trace over an hour", HOUR),
        (
            "trace-calls-per-event-day",
            "reference trace over a day (what is known of a user is read again after an hour)",
            24 * HOUR,
        ),
    ] {
        let outcome = run(LastSurveyed::Off, None, spread).await?;
        let figure = Figure::new(
            name,
            format!("calls per event, {what}, last_surveyed = \"off\", no limit"),
            "calls/event",
            vec![outcome.calls_per_event()],
        );
        let has_target = spread == HOUR;
        figures.push(if has_target { figure.target(Target::AtMost(0.25)) } else { figure });
    }
    let limited = run(LastSurveyed::EventTime, Some(100), HOUR).await?;
    figures.extend(report_limited(&limited));
    Ok(figures)
}

fn report_limited(outcome: &TraceOutcome) -> Vec<Figure> {
    let what =
        |which: &str| format!("{which}, reference trace over an hour, default settings, 100 calls a minute");
    let one = |name: &str, which: &str, unit, value: f64| Figure::new(name, what(which), unit, vec![value]);
    vec![
        one("limited-calls-per-event", "calls per event", "calls/event", outcome.calls_per_event()),
        one("limited-drained-after", "first event to last call", "min", outcome.minutes()),
        one(
            "limited-share-used",
            "share of the allowed calls used while there is a backlog",
            "%",
            outcome.share_used(100),
        )
        .target(Target::AtLeast(95.0)),
        one("limited-refused", "calls answered 429", "calls", f64::from(outcome.refused))
            .target(Target::AtMost(0.0)),
    ]
}

/// Runs the trace on a separate thread, because simulated time needs a runtime whose clock stands still.
async fn run(last_surveyed: LastSurveyed, limit: Option<u32>, spread: Duration) -> Result<TraceOutcome> {
    let simulated = move || -> Result<TraceOutcome> {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build()?;
        runtime.block_on(async {
            let mut world = World::new(last_surveyed, limit)?;
            world.live_through(&Trace::reference(), spread).await
        })
    };
    tokio::task::spawn_blocking(simulated).await?
}

#[cfg(test)]
mod tests;
