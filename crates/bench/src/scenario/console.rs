//! The waiting times of people in the console with a million stored events, and the cost of their requests for senders.

use super::memory::fill;
use crate::effort::Effort;
use crate::figure::{Figure, Target};
use crate::load;
use crate::server::Server;
use crate::site::{Choice, Site};
use crate::traffic::{self, SESSION, Template};
use anyhow::{Context, Result};
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 64;
const USERS: u64 = 100_000;
/// The number of searches, each for another user or message.
const SEARCHES: u64 = 51;
/// The requests that an open page makes every few seconds.
const NOW: [&str; 3] = ["status", "series", "destinations"];
/// The interval of the requests of three people with an open page.
const LOOK_EVERY: Duration = Duration::from_secs(1);

pub(super) async fn measure(effort: &Effort) -> Result<Vec<Figure>> {
    let site = Site::new(None).await?;
    let server = site.serve(&Choice::default()).await?;
    server.pause().await?;
    let events = effort.pending;
    fill(&site, &server, events).await?;
    searchable(&server).await?;
    let by_user = searches(&server, events, |number| format!("user={}", traffic::user(number / 2))).await?;
    let by_message =
        searches(&server, events, |number| format!("message_id={}", traffic::message(number))).await?;
    let mut now = Vec::new();
    for _ in 0..SEARCHES {
        let begun = Instant::now();
        for path in NOW {
            server.get(path).await?;
        }
        now.push(millis(begun));
    }
    let (alone, watched) = ingest(&site, &server, effort).await?;
    server.stop().await?;
    let kept = format!("with {events} events kept");
    let pairs = alone.iter().zip(&watched);
    let slower = pairs.map(|(alone, watched)| (1.0 - watched / alone) * 100.0).collect();
    Ok(vec![
        Figure::new("console-search-user", format!("all events of a user found, {kept}"), "ms", by_user)
            .target(Target::AtMost(100.0)),
        Figure::new(
            "console-search-message",
            format!("an event found by its message id, {kept}"),
            "ms",
            by_message,
        )
        .target(Target::AtMost(100.0)),
        Figure::new("console-now", format!("everything the Now screen asks for, {kept}"), "ms", now)
            .target(Target::AtMost(200.0)),
        Figure::new("console-ingest-alone", "durable ingest while nobody looks", "events/s", alone),
        Figure::new(
            "console-ingest-watched",
            "the same while the console is being used",
            "events/s",
            watched,
        ),
        Figure::new("console-ingest-slower", "less ingest while the console is being used", "%", slower)
            .target(Target::AtMost(10.0)),
    ])
}

/// Waits until every event can be found.
async fn searchable(server: &Server) -> Result<()> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(600) {
        if server.get("events?limit=1").await?["indexed"] == true {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    anyhow::bail!("not every event can be found after ten minutes")
}

/// The duration of each search, ms. Each must have a result.
async fn searches(server: &Server, events: u64, query: impl Fn(u64) -> String) -> Result<Vec<f64>> {
    let mut took = Vec::new();
    for nth in 0..SEARCHES {
        let query = query(nth * (events / SEARCHES));
        let begun = Instant::now();
        let found = server.get(&format!("events?{query}")).await?;
        took.push(millis(begun));
        let items = found["items"].as_array().context("a page of events")?;
        anyhow::ensure!(!items.is_empty(), "nothing is found by {query}");
    }
    Ok(took)
}

/// The intake without and with users of the console, in turn: events a second, a pair for each run.
async fn ingest(site: &Site, server: &Server, effort: &Effort) -> Result<(Vec<f64>, Vec<f64>)> {
    let template = Template::batch(server.public, &SESSION, SESSION.len() as u64, USERS);
    let once = (effort.warm_up, effort.window, 1);
    let rates = || load::rates(server.public, CONNECTIONS, &template, &site.numbers, once);
    // Exact: a request has few events.
    let events = |rates: Vec<f64>| rates.into_iter().map(|rate| rate * template.events() as f64);
    let (mut alone, mut watched) = (Vec::new(), Vec::new());
    for _ in 0..effort.runs {
        alone.extend(events(rates().await?));
        tokio::select! {
            measured = rates() => watched.extend(events(measured?)),
            failed = look(server) => failed?,
        }
    }
    Ok((alone, watched))
}

/// A user of the console, in an endless loop: the open page, and searches.
async fn look(server: &Server) -> Result<()> {
    for nth in 0_u64.. {
        for path in NOW {
            server.get(path).await?;
        }
        server.get(&format!("events?user={}", traffic::user(nth * 997 % 1_000))).await?;
        server.get("events?limit=50").await?;
        server.get("dead-letters/groups").await?;
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
}

fn millis(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1_000.0
}
