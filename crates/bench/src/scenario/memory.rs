//! The memory of the server's process: idle, and with a million pending events for each possible reason.
//!
//! Pending events are in the journal; only the window on which delivery works is in memory, and it is full when the
//! destination is limited or halted.

use crate::effort::Effort;
use crate::figure::{Figure, Target};
use crate::process::Memory;
use crate::server::Server;
use crate::site::{Choice, Site};
use crate::traffic::{Template, TrafficKind};
use anyhow::Result;
use std::time::Duration;

/// The time between a change and the reading of the memory.
const SETTLE_TIME: Duration = Duration::from_secs(5);

/// An identify and an answer of each user, in turn.
pub(super) const PAIRS: [TrafficKind; 20] = {
    use TrafficKind::{Identify as I, Response as R};
    [I, R, I, R, I, R, I, R, I, R, I, R, I, R, I, R, I, R, I, R]
};

pub(super) async fn measure(effort: &Effort) -> Result<Vec<Figure>> {
    let mut figures = idle(effort).await?;
    let site = Site::new(Some(100)).await?;
    let events = effort.pending;
    let server = site.serve(&Choice::default()).await?;
    server.pause().await?;
    fill(&site, &server, events).await?;
    figures.extend(look("paused", "just taken in, paused", events, &server).await?);
    server.stop().await?;

    let server = site.serve(&Choice::default()).await?;
    figures.extend(look("restarted", "restarted, paused", events, &server).await?);
    server.stop().await?;

    let server = site.serve(&Choice { admitted: false, ..Choice::default() }).await?;
    server.resume().await?;
    server.until(|status| status["destinations"][0]["state"] == "halted").await?;
    figures.extend(look("halted", "halted by refused credentials", events, &server).await?);
    server.stop().await?;

    let server = site.serve(&Choice::default()).await?;
    server.resume().await?;
    server.until(|status| status["destinations"][0]["calls"].as_u64() >= Some(100)).await?;
    figures.extend(look("limited", "at a limit of 100 calls a minute", events, &server).await?);
    server.stop().await?;
    Ok(figures)
}

/// Fills a paused server with this many events of half as many users.
pub(super) async fn fill(site: &Site, server: &Server, events: u64) -> Result<()> {
    let template = Template::batch(server.public, &PAIRS, 2, events / 2);
    site.fill(server, &template, events).await
}

async fn idle(effort: &Effort) -> Result<Vec<Figure>> {
    let mut resident = Vec::new();
    for _ in 0..effort.runs {
        let site = Site::new(None).await?;
        let server = site.serve(&Choice::default()).await?;
        tokio::time::sleep(SETTLE_TIME / 5).await;
        resident.push(server.memory()?.resident_mb);
        server.stop().await?;
    }
    let what = "resident memory, idle after start";
    Ok(vec![Figure::new("memory-idle", what, "MB", resident).target(Target::AtMost(40.0))])
}

async fn look(name: &str, what: &str, events: u64, server: &Server) -> Result<Vec<Figure>> {
    let mut resident = Vec::new();
    for _ in 0..3 {
        tokio::time::sleep(SETTLE_TIME).await;
        resident.push(server.memory()?.resident_mb);
    }
    let Memory { highest_mb, .. } = server.memory()?;
    let now = format!("resident memory with {events} events pending, {what}");
    let ever = format!("the most it was until then, {what}");
    Ok(vec![
        Figure::new(&format!("memory-{name}"), now, "MB", resident).target(Target::AtMost(150.0)),
        Figure::new(&format!("memory-{name}-highest"), ever, "MB", vec![highest_mb]),
    ])
}
