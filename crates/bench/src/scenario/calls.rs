//! The number of calls a second that are sent if InMoment sets no limit and answers at once, and the processor time of
//! the process for each event.
//!
//! A backlog is made while delivery is paused; the time is measured from the order to resume until the last call
//! reaches the sandbox. First the users are new (a look-up and a create each), then they are known and every event is
//! an answer, which is one call. Processor time is that of the server alone, user and system, from the order to resume
//! until nothing is pending; remaining work of the intake (indexing) is completed before.

use crate::effort::Effort;
use crate::figure::{Figure, Target};
use crate::load::rate;
use crate::server::Server;
use crate::site::{Choice, Site};
use crate::traffic::{Template, TrafficKind};
use anyhow::{Context, Result};
use std::time::{Duration, Instant};

/// The longest time for a backlog.
const BACKLOG_TIMEOUT: Duration = Duration::from_secs(300);

/// The result of one backlog.
struct Delivered {
    calls_a_second: f64,
    /// processor time of the server, microseconds
    cpu_an_event: f64,
}

pub(super) async fn measure(effort: &Effort) -> Result<Vec<Figure>> {
    let mut figures = with(64, effort, Some(Target::AtLeast(5_000.0)), Target::AtMost(150.0)).await?;
    figures.extend(with(8, effort, None, Target::AtMost(250.0)).await?);
    Ok(figures)
}

async fn with(concurrency: u32, effort: &Effort, calls: Option<Target>, cpu: Target) -> Result<Vec<Figure>> {
    let site = Site::new(None).await?;
    let server = site.serve(&Choice { concurrency, ..Choice::default() }).await?;
    let events = effort.backlog;
    let users = events * u64::try_from(effort.runs)?;
    let identifies = Template::batch(server.public, &[TrafficKind::Identify; 20], 1, users);
    let answers = Template::batch(server.public, &[TrafficKind::Response; 20], 1, users);
    let (mut new, mut known) = (Vec::new(), Vec::new());
    for _ in 0..effort.runs {
        new.push(backlog(&site, &server, &identifies, events, 2).await?);
    }
    for _ in 0..effort.runs {
        known.push(backlog(&site, &server, &answers, events, 1).await?);
    }
    server.stop().await?;
    let answers = format!("{events} answers of known users (one call each)");
    let identifies = format!("{events} identifies of new users (two calls each)");
    let mut figures = figures("calls", concurrency, &answers, &known);
    figures.extend(self::figures("calls-new", concurrency, &identifies, &new));
    if let Some(target) = calls {
        aim(&mut figures, &format!("calls-{concurrency}"), target);
    }
    aim(&mut figures, &format!("calls-new-{concurrency}-cpu"), cpu);
    Ok(figures)
}

fn figures(name: &str, concurrency: u32, what: &str, runs: &[Delivered]) -> Vec<Figure> {
    let what = format!("{what} to an unlimited sandbox in the same machine, concurrency = {concurrency}");
    let calls = runs.iter().map(|run| run.calls_a_second).collect();
    let cpu = runs.iter().map(|run| run.cpu_an_event).collect();
    vec![
        Figure::new(&format!("{name}-{concurrency}"), format!("delivery of {what}"), "calls/s", calls),
        Figure::new(
            &format!("{name}-{concurrency}-cpu"),
            format!("processor time of the process for {what}"),
            "us/event",
            cpu,
        ),
    ]
}

fn aim(figures: &mut Vec<Figure>, name: &str, target: Target) {
    *figures = std::mem::take(figures)
        .into_iter()
        .map(|figure| if figure.name == name { figure.target(target) } else { figure })
        .collect();
}

/// Delivers a backlog of this many events, with this many calls each.
async fn backlog(
    site: &Site,
    server: &Server,
    template: &Template,
    events: u64,
    calls: u64,
) -> Result<Delivered> {
    server.pause().await?;
    site.fill(server, template, events).await?;
    server.idle().await?;
    let wanted = site.probe.count() + usize::try_from(events * calls)?;
    let (begun, before) = (Instant::now(), server.cpu()?);
    server.resume().await?;
    tokio::time::timeout(BACKLOG_TIMEOUT, site.probe.reached(wanted))
        .await
        .context("the backlog was not delivered")?;
    let taken = begun.elapsed();
    server.settled().await?;
    // Exact: far below 2^53.
    let cpu_an_event = (server.cpu()? - before).as_secs_f64() * 1e6 / events as f64;
    Ok(Delivered { calls_a_second: rate(events * calls, taken), cpu_an_event })
}
