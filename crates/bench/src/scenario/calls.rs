//! How many calls a second go out when InMoment sets no limit and answers at once.
//!
//! A backlog gathers while delivery is paused; the time runs from the order to resume to the moment the last call
//! reaches the sandbox. First the users are new (a look-up and a create each), then they are known and every event is
//! an answer, which is one call.

use crate::arguments::Effort;
use crate::figure::{Figure, Target};
use crate::load::rate;
use crate::server::Server;
use crate::site::{Choice, Site};
use crate::traffic::{Kind, Template};
use anyhow::{Context, Result};
use std::time::{Duration, Instant};

/// No backlog takes longer.
const PATIENCE: Duration = Duration::from_secs(300);

pub(super) async fn measure(effort: &Effort) -> Result<Vec<Figure>> {
    let mut figures = with(64, effort, Some(Target::AtLeast(5_000.0))).await?;
    figures.extend(with(8, effort, None).await?);
    Ok(figures)
}

async fn with(concurrency: u32, effort: &Effort, target: Option<Target>) -> Result<Vec<Figure>> {
    let site = Site::new(None).await?;
    let server = site.serve(&Choice { concurrency, ..Choice::default() }).await?;
    let users = effort.backlog;
    let identifies = Template::batch(server.public, &[Kind::Identify; 20], 1, users);
    let new = backlog(&site, &server, &identifies, users, 2).await?;
    let answers = Template::batch(server.public, &[Kind::Response; 20], 1, users);
    let mut known = Vec::new();
    for _ in 0..effort.runs {
        known.push(backlog(&site, &server, &answers, users, 1).await?);
    }
    server.stop().await?;
    let what = |which: &str| {
        format!(
            "delivery of {users} {which} to an unlimited sandbox in the same machine, concurrency = {concurrency}"
        )
    };
    let mut figure = Figure::new(
        &format!("calls-{concurrency}"),
        what("answers of known users (one call each)"),
        "calls/s",
        known,
    );
    if let Some(target) = target {
        figure = figure.target(target);
    }
    let name = format!("calls-new-{concurrency}");
    Ok(vec![
        figure,
        Figure::new(&name, what("identifies of new users (two calls each)"), "calls/s", vec![new]),
    ])
}

/// Calls a second for a backlog of so many events that cost so many calls each.
async fn backlog(site: &Site, server: &Server, template: &Template, events: u64, calls: u64) -> Result<f64> {
    server.pause().await?;
    site.fill(server, template, events).await?;
    let wanted = site.probe.count() + usize::try_from(events * calls)?;
    let begun = Instant::now();
    server.resume().await?;
    tokio::time::timeout(PATIENCE, site.probe.reached(wanted))
        .await
        .context("the backlog was not delivered")?;
    let taken = begun.elapsed();
    server.settled().await?;
    Ok(rate(events * calls, taken))
}
