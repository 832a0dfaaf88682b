//! The load generator: connections that each send the next request as soon as the last one is answered.

use crate::traffic::Template;
use crate::wire::Connection;
use anyhow::{Context, Result, ensure};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Numbers the messages of all templates and all connections of one site, so that no number is used twice.
#[derive(Debug, Clone, Default)]
pub(crate) struct Numbers(Arc<AtomicU64>);

impl Numbers {
    /// The first of this many consecutive numbers.
    pub(crate) fn take(&self, count: u64) -> u64 {
        self.0.fetch_add(count, Ordering::Relaxed)
    }
}

/// Makes load for all runs; counts the requests answered 200 in each of `runs` windows, as a rate per second.
pub(crate) async fn rates(
    server: SocketAddr,
    connections: usize,
    template: &Template,
    numbers: &Numbers,
    (warm_up, window, runs): (Duration, Duration, usize),
) -> Result<Vec<f64>> {
    let answered = Arc::new(AtomicU64::new(0));
    let mut workers = workers(server, connections, template, numbers, &answered, u64::MAX).await?;
    let mut measured = Vec::with_capacity(runs);
    let measure = async {
        tokio::time::sleep(warm_up).await;
        for _ in 0..runs {
            let (begun, before) = (Instant::now(), answered.load(Ordering::Relaxed));
            tokio::time::sleep(window).await;
            let requests = answered.load(Ordering::Relaxed) - before;
            measured.push(rate(requests, begun.elapsed()));
        }
    };
    tokio::select! {
        () = measure => {}
        // A worker ends by itself only after an error.
        Some(ended) = workers.join_next() => ended??,
    }
    Ok(measured)
}

/// Sends at least this many events, and waits until all are acknowledged.
pub(crate) async fn events(
    server: SocketAddr,
    connections: usize,
    template: &Template,
    numbers: &Numbers,
    events: u64,
) -> Result<()> {
    let answered = Arc::new(AtomicU64::new(0));
    let requests = events.div_ceil(template.events());
    let mut workers = workers(server, connections, template, numbers, &answered, requests).await?;
    while let Some(ended) = workers.join_next().await {
        ended??;
    }
    ensure!(answered.load(Ordering::Relaxed) == requests, "not every request was answered");
    Ok(())
}

/// The rate per second.
pub(crate) fn rate(count: u64, taken: Duration) -> f64 {
    // Exact up to 2^53.
    count as f64 / taken.as_secs_f64()
}

async fn workers(
    server: SocketAddr,
    connections: usize,
    template: &Template,
    numbers: &Numbers,
    answered: &Arc<AtomicU64>,
    requests: u64,
) -> Result<JoinSet<Result<()>>> {
    let begun = Arc::new(AtomicU64::new(0));
    let mut workers = JoinSet::new();
    for _ in 0..connections {
        let mut connection = Connection::open(server).await?;
        let (mut template, numbers) = (template.clone(), numbers.clone());
        let (begun, answered) = (Arc::clone(&begun), Arc::clone(answered));
        workers.spawn(async move {
            while begun.fetch_add(1, Ordering::Relaxed) < requests {
                let request = template.fill(numbers.take(template.events()));
                let reply = connection.exchange(request).await.context("an event request")?;
                ensure!(reply.status == 200, "an event request was answered {}", reply.status);
                answered.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        });
    }
    Ok(workers)
}
