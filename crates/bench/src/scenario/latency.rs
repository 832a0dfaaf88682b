//! The time from an event's 200 to the call that delivers it, on an idle system.
//!
//! 100 events a second at fixed times, whether or not the earlier ones are answered. Every event is an answer of a
//! known end user, so each is one call, which is recognised by its text. The time is measured from the moment when the
//! client has read the 200 to the moment when the sandbox has read the call.

use crate::effort::Effort;
use crate::figure::{Figure, Target, percentile};
use crate::server::Server;
use crate::site::{Choice, Site};
use crate::traffic::{Template, number_in};
use crate::wire::Connection;
use anyhow::{Context, Result, ensure};
use sandbox::LogFilter;
use std::collections::HashMap;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const EVERY: Duration = Duration::from_millis(10);
/// The number of connections: few enough for an idle system, and enough that a slow reply does not delay the next
/// event.
const CONNECTIONS: u64 = 8;
const USERS: u64 = 1_000;

pub(super) async fn measure(effort: &Effort) -> Result<Vec<Figure>> {
    let site = Site::new(None).await?;
    let server = site.serve(&Choice::default()).await?;
    site.introduce(&server, USERS).await?;
    let (mut middle, mut late, mut latest) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..effort.runs {
        let taken = run(&site, &server, effort.latency_run).await?;
        middle.push(percentile(&taken, 50));
        late.push(percentile(&taken, 99));
        latest.push(percentile(&taken, 100));
    }
    server.stop().await?;
    let what = |which: &str| {
        let seconds = effort.latency_run.as_secs();
        format!("200 to call on the wire, idle system, 100 events/s for {seconds} s, {which}")
    };
    Ok(vec![
        Figure::new("latency-p50", what("p50"), "ms", middle),
        Figure::new("latency-p99", what("p99"), "ms", late).target(Target::AtMost(50.0)),
        Figure::new("latency-max", what("longest"), "ms", latest),
    ])
}

/// Milliseconds of each event.
async fn run(site: &Site, server: &Server, length: Duration) -> Result<Vec<f64>> {
    let events = u64::try_from(length.as_millis() / EVERY.as_millis())?;
    let before = site.probe.count();
    let first = site.numbers.take(events);
    let answered = send(server, first, events).await?;
    let enough = before + usize::try_from(events)?;
    tokio::time::timeout(Duration::from_secs(60), site.probe.reached(enough))
        .await
        .context("calls are missing")?;
    server.settled().await?;

    let sandbox = site.inmoment.sandbox();
    let sandbox = sandbox.lock().map_err(|_| anyhow::anyhow!("the sandbox broke"))?;
    let times = site.probe.times(&sandbox)?;
    let filter = LogFilter { after: before as u64, ..LogFilter::default() };
    let mut taken = Vec::with_capacity(answered.len());
    for entry in sandbox.requests(&filter) {
        let text = entry.form.get("text").and_then(|text| text.as_str());
        let Some(acknowledged) = text.and_then(number_in).and_then(|number| answered.get(&number)) else {
            continue;
        };
        let arrived = times[usize::try_from(entry.seq)? - 1];
        // A call may be on the wire before this process has come to read the 200.
        taken.push(arrived.saturating_duration_since(*acknowledged).as_secs_f64() * 1_000.0);
    }
    ensure!(taken.len() == answered.len(), "{} of {} calls were found", taken.len(), answered.len());
    Ok(taken)
}

/// Sends the events at their times; returns when each 200 was read.
async fn send(server: &Server, first: u64, events: u64) -> Result<HashMap<u64, Instant>> {
    let begin = Instant::now() + EVERY;
    let mut senders = JoinSet::new();
    for sender in 0..CONNECTIONS {
        let mut connection = Connection::open(server.public).await?;
        let mut template = Template::track(server.public, 1, USERS);
        senders.spawn(async move {
            let mut answered = Vec::new();
            for place in (sender..events).step_by(usize::try_from(CONNECTIONS)?) {
                let at = begin + EVERY * u32::try_from(place)?;
                tokio::time::sleep_until(at.into()).await;
                let reply = connection.exchange(template.fill(first + place)).await?;
                let now = Instant::now();
                ensure!(reply.status == 200, "an event was answered {}", reply.status);
                answered.push((first + place, now));
            }
            Ok(answered)
        });
    }
    let mut all = HashMap::new();
    while let Some(ended) = senders.join_next().await {
        all.extend(ended??);
    }
    Ok(all)
}
