//! One request of very many events, by their result: its duration, by their number, and how long other requests wait
//! meanwhile. Then the same for an operator's order about that many dead letters.
//!
//! The gateway's limit of events in one request is raised for it, because the parts behind it are measured.

mod made;

use crate::effort::Effort;
use crate::figure::{Figure, Target, percentile};
use crate::server::Server;
use crate::site::{Choice, Site};
use crate::traffic::Template;
use crate::wire::Connection;
use anyhow::{Result, ensure};
use made::{MADE, Made};
use std::time::{Duration, Instant};

/// The interval of another client's events.
const EVERY: Duration = Duration::from_millis(5);

/// The orders about dead letters, and the number of letters after each is carried out.
const ORDERS: [(&str, Left); 2] = [("requeue", Left::All), ("discard", Left::None)];

/// The number of dead letters after an order was carried out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    /// they have died once more
    All,
    None,
}

/// The measurements of one kind of events, or of one order.
#[derive(Default)]
struct Measured {
    /// the largest factor when the number was doubled, for each run
    growth: Vec<f64>,
    /// p99 of the waits of others with the largest number, for each run
    late: Vec<f64>,
    /// the longest of these waits
    latest: Vec<f64>,
    /// seconds for the largest number, for each run
    taken: Vec<f64>,
}

/// One request or order: its seconds, and the waits of others meanwhile, ms.
struct Once {
    seconds: f64,
    waits: Vec<f64>,
}

pub(super) async fn measure(effort: &Effort) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for made in &MADE {
        let (mut sent, mut ordered) = (Measured::default(), [Measured::default(), Measured::default()]);
        for _ in 0..effort.runs {
            let (mut each, mut orders) = (Vec::new(), [Vec::new(), Vec::new()]);
            for events in made.events {
                let (once, after) = run(made, *events).await?;
                each.push(once);
                for (all, one) in orders.iter_mut().zip(after) {
                    all.push(one);
                }
            }
            sent.add(each);
            for (measured, all) in ordered.iter_mut().zip(orders) {
                measured.add(all);
            }
        }
        let most = made.events.last().copied().unwrap_or_default();
        let what = format!("{most} {} in one request", made.what);
        figures.extend(sent.figures(&format!("large-{}", made.name), &what));
        for ((order, _), measured) in ORDERS.iter().zip(ordered).filter(|_| made.ordered) {
            let what = format!("{order} of {most} dead letters at once");
            figures.extend(measured.figures(&format!("large-{order}"), &what));
        }
    }
    Ok(figures)
}

impl Measured {
    fn add(&mut self, each: Vec<Once>) {
        let pairs = each.windows(2).filter_map(|pair| Some(pair.last()?.seconds / pair.first()?.seconds));
        self.growth.push(pairs.fold(0.0, f64::max));
        if let Some(largest) = each.last() {
            self.late.push(percentile(&largest.waits, 99));
            self.latest.push(largest.waits.iter().copied().fold(0.0, f64::max));
            self.taken.push(largest.seconds);
        }
    }

    fn figures(self, name: &str, what: &str) -> Vec<Figure> {
        let growth = Figure::new(
            &format!("{name}-growth"),
            format!("{what}: the most that doubling takes"),
            "times",
            self.growth,
        );
        let late = Figure::new(
            &format!("{name}-others"),
            format!("{what}: another's request waits, p99"),
            "ms",
            self.late,
        );
        let latest = format!("{what}: another's request waits at most");
        let taken = format!("{what}: until the last of them");
        vec![
            growth.target(Target::AtMost(2.5)),
            late.target(Target::AtMost(100.0)),
            Figure::new(&format!("{name}-others-most"), latest, "ms", self.latest),
            Figure::new(&format!("{name}-taken"), taken, "s", self.taken),
        ]
    }
}

/// A separate server gets the request; the orders follow, if they are measured.
async fn run(made: &Made, events: usize) -> Result<(Once, Vec<Once>)> {
    let site = Site::new(None).await?;
    let choice = Choice { concurrency: 64, mode: made.mode, ..Choice::default() };
    let server = site.serve(&choice).await?;
    let wanted = u64::try_from(events)?;
    let body = made.body(events);
    let first = site.numbers.take(1_000_000);
    let sent = beside(&server, first, made.send(&server, body), |status| made.done(status) >= wanted).await?;
    let mut ordered = Vec::new();
    for (order, left) in ORDERS.into_iter().filter(|_| made.ordered) {
        let path = format!("dead-letters/{order}");
        let give = async { server.post(&path, r#"{"all":true}"#).await.map(drop) };
        let there = if left == Left::All { wanted } else { 0 };
        let first = site.numbers.take(1_000_000);
        // Requeued letters are counted as pending until they die again, so that the number comes back only then.
        ordered.push(beside(&server, first, give, |status| status["dead"] == there).await?);
    }
    server.stop().await?;
    Ok((sent, ordered))
}

/// The time until the status is as wanted, and the waits of other requests meanwhile.
async fn beside(
    server: &Server,
    first: u64,
    work: impl Future<Output = Result<()>>,
    done: impl Fn(&serde_json::Value) -> bool,
) -> Result<Once> {
    let mut template = Template::track(server.public, 1, 1);
    let mut others = Connection::open(server.public).await?;
    let mut waits = Vec::new();
    let begun = Instant::now();
    let whole = async {
        work.await?;
        while !done(&server.status().await?) {
            tokio::time::sleep(EVERY * 4).await;
        }
        anyhow::Ok(begun.elapsed().as_secs_f64())
    };
    let send = async {
        for number in first.. {
            let asked = Instant::now();
            let reply = others.exchange(template.fill(number)).await?;
            ensure!(reply.status == 200, "another's event was answered {}", reply.status);
            waits.push(asked.elapsed().as_secs_f64() * 1_000.0);
            tokio::time::sleep(EVERY).await;
        }
        anyhow::Ok(())
    };
    let seconds = tokio::select! {
        seconds = whole => seconds?,
        sent = send => { sent?; anyhow::bail!("there are no more numbers") }
    };
    Ok(Once { seconds, waits })
}
