//! The number of events a second that are accepted, each durable (fsync) before its 200.

use crate::effort::Effort;
use crate::figure::{Figure, Target};
use crate::load;
use crate::site::{Choice, Site};
use crate::traffic::{SESSION, Template};
use anyhow::Result;

const CONNECTIONS: usize = 64;
/// The number of visitors, which is larger than the number of events in memory, so that the number of lanes is the
/// largest possible.
const USERS: u64 = 100_000;

/// Batches of a session each, with delivery paused: only the intake.
pub(super) async fn batches(effort: &Effort) -> Result<Vec<Figure>> {
    let site = Site::new(None).await?;
    let server = site.serve(&Choice::default()).await?;
    server.pause().await?;
    let template = Template::batch(server.public, &SESSION, SESSION.len() as u64, USERS);
    let rates = rates(&site, server.public, &template, effort).await?;
    let what = format!(
        "durable ingest, /v1/batch of 20 events of {} B, {CONNECTIONS} connections, delivery paused",
        template.bytes_per_event()
    );
    server.stop().await?;
    Ok(vec![Figure::new("ingest", what, "events/s", rates).target(Target::AtLeast(100_000.0))])
}

/// The same while delivery makes as many calls as it can.
pub(super) async fn while_delivering(effort: &Effort) -> Result<Vec<Figure>> {
    let site = Site::new(None).await?;
    let server = site.serve(&Choice::default()).await?;
    let template = Template::batch(server.public, &SESSION, SESSION.len() as u64, USERS);
    let before = site.probe.count();
    let begun = std::time::Instant::now();
    let rates = rates(&site, server.public, &template, effort).await?;
    let calls = load::rate((site.probe.count() - before) as u64, begun.elapsed());
    server.kill().await?;
    let what = "the same while delivering to an unlimited sandbox";
    let calls_what = "calls made meanwhile, from the first event to the last";
    Ok(vec![
        Figure::new("ingest-delivering", what, "events/s", rates),
        Figure::new("ingest-delivering-calls", calls_what, "calls/s", vec![calls])
            .target(Target::AtLeast(2_000.0)),
    ])
}

/// One event a request.
pub(super) async fn single(effort: &Effort) -> Result<Vec<Figure>> {
    let site = Site::new(None).await?;
    let server = site.serve(&Choice::default()).await?;
    server.pause().await?;
    let template = Template::track(server.public, 1, USERS);
    let rates = rates(&site, server.public, &template, effort).await?;
    let what = format!(
        "durable ingest, /v1/track of {} B, {CONNECTIONS} connections, delivery paused",
        template.bytes_per_event()
    );
    server.stop().await?;
    Ok(vec![Figure::new("single", what, "requests/s", rates).target(Target::AtLeast(20_000.0))])
}

/// Events a second, with one rate for each run.
async fn rates(
    site: &Site,
    server: std::net::SocketAddr,
    template: &Template,
    effort: &Effort,
) -> Result<Vec<f64>> {
    let times = (effort.warm_up, effort.window, effort.runs);
    let rates = load::rates(server, CONNECTIONS, template, &site.numbers, times).await?;
    // Exact: a request has few events.
    Ok(rates.into_iter().map(|rate| rate * template.events() as f64).collect())
}
