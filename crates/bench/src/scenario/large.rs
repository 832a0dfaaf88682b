//! One request of very many events that all become dead letters: how long it takes, by their number, and how long the
//! requests of others wait meanwhile.
//!
//! The gateway's limit of events in one request is lifted for it: what is measured is what lies behind.

use crate::arguments::Effort;
use crate::figure::{Figure, Target, percentile};
use crate::server::Server;
use crate::site::{Choice, Site};
use crate::traffic::{BASIC, Template};
use crate::wire::Connection;
use anyhow::{Result, ensure};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Events of a request; each number is twice the one before.
const EVENTS: [usize; 5] = [5_000, 10_000, 20_000, 40_000, 80_000];
/// Somebody else's events come this often.
const EVERY: Duration = Duration::from_millis(5);

/// What the request is made of.
#[derive(Clone, Copy)]
enum Made {
    /// a good event and numbers in the place of events
    Numbers,
    /// tracks that do not say what they are for
    Tracks,
}

pub(super) async fn measure(effort: &Effort) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (made, name, what) in [
        (Made::Numbers, "large-numbers", "one good event and 80,000 numbers in one request"),
        (Made::Tracks, "large-tracks", "80,000 tracks without integrations in one request"),
    ] {
        let (mut growth, mut late, mut taken) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..effort.runs {
            let (mut seconds, mut waits) = (Vec::new(), Vec::new());
            for events in EVENTS {
                let one = run(made, events).await?;
                seconds.push(one.0);
                waits = one.1;
            }
            let ratios = seconds.windows(2).filter_map(|pair| Some(pair.last()? / pair.first()?));
            growth.push(ratios.fold(0.0, f64::max));
            late.push(percentile(&waits, 99));
            taken.extend(seconds.last());
        }
        figures.push(
            Figure::new(
                &format!("{name}-growth"),
                format!("{what}: the most that doubling their number takes, from 5,000 up"),
                "times",
                growth,
            )
            .target(Target::AtMost(2.5)),
        );
        figures.push(
            Figure::new(
                &format!("{name}-others"),
                format!("{what}: another's request waits, p99"),
                "ms",
                late,
            )
            .target(Target::AtMost(100.0)),
        );
        let what = format!("{what}: from the request to the last dead letter");
        figures.push(Figure::new(&format!("{name}-taken"), what, "s", taken));
    }
    Ok(figures)
}

/// Seconds from the request to the last of its dead letters, and milliseconds that others waited meanwhile.
async fn run(made: Made, events: usize) -> Result<(f64, Vec<f64>)> {
    let site = Site::new(None).await?;
    let server = site.serve(&Choice::default()).await?;
    let template = Template::track(server.public, 1, 1);
    let mut others = Connection::open(server.public).await?;
    let (mut waits, mut first) = (Vec::new(), site.numbers.take(1_000_000));
    let begun = Instant::now();
    let mut sending = tokio::spawn(send(server.public, made, events));
    let wanted = u64::try_from(events)?;
    let mut template = template;
    let (mut sent, mut looked) = (false, Instant::now());
    loop {
        let asked = Instant::now();
        let reply = others.exchange(template.fill(first)).await?;
        ensure!(reply.status == 200, "another's event was answered {}", reply.status);
        waits.push(asked.elapsed().as_secs_f64() * 1_000.0);
        first += 1;
        if !sent && sending.is_finished() {
            (&mut sending).await??;
            sent = true;
        }
        if sent && looked.elapsed() > EVERY * 4 {
            if dead(&server).await? >= wanted {
                break;
            }
            looked = Instant::now();
        }
        tokio::time::sleep(EVERY).await;
    }
    let taken = begun.elapsed().as_secs_f64();
    server.stop().await?;
    Ok((taken, waits))
}

async fn dead(server: &Server) -> Result<u64> {
    Ok(server.status().await?["dead"].as_u64().unwrap_or_default())
}

async fn send(server: SocketAddr, made: Made, events: usize) -> Result<()> {
    let body = match made {
        Made::Numbers => format!(r#"{{"batch":[{{"type":"page","userId":"u"}}{}]}}"#, ",1".repeat(events)),
        Made::Tracks => {
            let one = r#"{"type":"track","userId":"u","event":"x"}"#;
            format!(r#"{{"batch":[{}]}}"#, vec![one; events].join(","))
        }
    };
    let request = format!(
        "POST /v1/batch HTTP/1.1\r\nHost: {server}\r\nAuthorization: Basic {BASIC}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut connection = Connection::open(server).await?;
    let reply = connection.exchange(request.as_bytes()).await?;
    ensure!(reply.status == 200, "the large request was answered {}", reply.status);
    Ok(())
}
