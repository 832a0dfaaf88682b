//! The cost for senders if another program reads an old state of the journal for long: the same load once alone and
//! once with a read transaction that is open from its beginning to its end, as with `sqlite3` or a backup.
//!
//! Requests are sent at fixed times, whether or not earlier ones are answered. The write-ahead log grows meanwhile.

use crate::effort::Effort;
use crate::figure::{Figure, Target, percentile};
use crate::server::Server;
use crate::site::{Choice, Site};
use crate::traffic::{SESSION, Template};
use crate::wire::Connection;
use anyhow::{Result, ensure};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// 500 requests of 20 events a second.
const EVERY: Duration = Duration::from_millis(2);
const CONNECTIONS: u32 = 16;
const USERS: u64 = 100_000;

pub(super) async fn measure(effort: &Effort) -> Result<Vec<Figure>> {
    let alone = run(effort, false).await?;
    let read = run(effort, true).await?;
    let seconds = effort.reader_run.as_secs();
    let what = |which: &str| format!("durable /v1/batch of 20 events, 500 a second for {seconds} s, {which}");
    let ratio = read.late / alone.late.max(f64::MIN_POSITIVE);
    Ok(vec![
        Figure::new("reader-alone-p50", what("p50"), "ms", vec![alone.middle]),
        Figure::new("reader-alone-p99", what("p99"), "ms", vec![alone.late]),
        Figure::new("reader-p50", what("a reader open all the while, p50"), "ms", vec![read.middle]),
        Figure::new("reader-p99", what("a reader open all the while, p99"), "ms", vec![read.late]),
        Figure::new("reader-log", what("the write-ahead log at its end"), "MiB", vec![read.log_mib]),
        Figure::new("reader-ratio", what("p99 with the reader by p99 without"), "x", vec![ratio])
            .target(Target::AtMost(3.0)),
    ])
}

struct Measured {
    middle: f64,
    late: f64,
    log_mib: f64,
}

async fn run(effort: &Effort, with_reader: bool) -> Result<Measured> {
    let site = Site::new(None).await?;
    let server = site.serve(&Choice::default()).await?;
    server.pause().await?;
    send(&site, &server, effort.warm_up).await?;
    let database = site.data().join("journal.sqlite3");
    let reader = rusqlite::Connection::open(&database)?;
    if with_reader {
        reader.execute_batch("BEGIN")?;
        let stored: i64 = reader.query_row("SELECT count(*) FROM requests", [], |row| row.get(0))?;
        ensure!(stored > 0, "there is nothing to be read");
    }
    let taken = send(&site, &server, effort.reader_run).await?;
    let log = std::fs::metadata(site.data().join("journal.sqlite3-wal"))?.len();
    drop(reader);
    server.stop().await?;
    // For a figure, the loss of the last digits does not matter.
    let log_mib = (log >> 10) as f64 / 1_024.0;
    Ok(Measured { middle: percentile(&taken, 50), late: percentile(&taken, 99), log_mib })
}

/// Sends requests at their times; returns how many milliseconds after its time each was answered.
async fn send(site: &Site, server: &Server, length: Duration) -> Result<Vec<f64>> {
    let requests = u32::try_from(length.as_millis() / EVERY.as_millis())?;
    let begin = Instant::now() + EVERY;
    let mut senders = JoinSet::new();
    for sender in 0..CONNECTIONS {
        let mut connection = Connection::open(server.public).await?;
        let mut template = Template::batch(server.public, &SESSION, SESSION.len() as u64, USERS);
        let numbers = site.numbers.clone();
        senders.spawn(async move {
            let mut taken = Vec::new();
            for place in (sender..requests).step_by(usize::try_from(CONNECTIONS)?) {
                let due = begin + EVERY * place;
                tokio::time::sleep_until(due.into()).await;
                let request = template.fill(numbers.take(template.events()));
                let reply = connection.exchange(request).await?;
                ensure!(reply.status == 200, "a request was answered {}", reply.status);
                taken.push(due.elapsed().as_secs_f64() * 1_000.0);
            }
            Ok(taken)
        });
    }
    let mut all = Vec::new();
    while let Some(ended) = senders.join_next().await {
        all.extend(ended??);
    }
    Ok(all)
}
