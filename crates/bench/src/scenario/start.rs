//! How long it takes from the start of the process to its first 200: on an empty folder, with a million events pending
//! after an orderly stop, and after a kill.

use super::memory;
use crate::effort::Effort;
use crate::figure::{Figure, Target};
use crate::server::Server;
use crate::site::{Choice, Site};
use crate::traffic::Template;
use crate::wire::Connection;
use anyhow::{Result, ensure};

pub(super) async fn measure(effort: &Effort) -> Result<Vec<Figure>> {
    let mut empty = Vec::new();
    for _ in 0..effort.runs {
        let site = Site::new(None).await?;
        let server = site.serve(&Choice::default()).await?;
        empty.push(first_answer(&site, &server).await?);
        server.stop().await?;
    }

    let site = Site::new(None).await?;
    let server = site.serve(&Choice::default()).await?;
    server.pause().await?;
    memory::fill(&site, &server, effort.pending).await?;
    server.kill().await?;
    let (mut killed, mut stopped) = (Vec::new(), Vec::new());
    for _ in 0..effort.runs {
        let server = site.serve(&Choice::default()).await?;
        killed.push(first_answer(&site, &server).await?);
        server.stop().await?;
        let server = site.serve(&Choice::default()).await?;
        stopped.push(first_answer(&site, &server).await?);
        memory::fill(&site, &server, 10_000).await?;
        server.kill().await?;
    }
    let pending = effort.pending;
    let what = |how: &str| format!("start of the process to its first 200, {how}");
    let (stop, kill) =
        (format!("{pending} pending, after a stop"), format!("{pending} pending, after a kill"));
    Ok(vec![
        Figure::new("start-empty", what("empty folder"), "ms", empty).target(Target::AtMost(300.0)),
        Figure::new("start-pending", what(&stop), "ms", stopped).target(Target::AtMost(1_000.0)),
        Figure::new("start-killed", what(&kill), "ms", killed).target(Target::AtMost(1_000.0)),
    ])
}

/// Milliseconds since the process was spawned.
async fn first_answer(site: &Site, server: &Server) -> Result<f64> {
    let mut template = Template::track(server.public, 1, 1);
    let request = template.fill(site.numbers.take(1));
    let mut connection = Connection::open(server.public).await?;
    let reply = connection.exchange(request).await?;
    let taken = server.spawned().elapsed();
    ensure!(reply.status == 200, "the first event was answered {}", reply.status);
    Ok(taken.as_secs_f64() * 1_000.0)
}
