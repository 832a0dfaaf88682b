//! `rapport send`: the events of a file, one JSON object a line, to a server's public port.
//!
//! * Lines are sent in their order, a fixed number in each request, one request after the other.
//! * `FILE.progress` beside the file records how far it was acknowledged. An interrupted run continues from there, and
//!   a finished one has nothing left to send: acknowledged lines are not sent again (`progress`).
//! * An event without a `messageId` gets one that is derived from its line's number and text. So if the reply to a
//!   request is lost and the request is repeated, the server recognises the events.
//! * A line that cannot be an event is not sent; a refusal of the server is narrowed down to the line. Each is reported
//!   with its number and the reason (`lines`, `deliver`).

mod deliver;
mod lines;
mod progress;

use crate::cli;
use crate::config;
use crate::failure::{Exit, Failure, code};
use crate::output::{Out, say};
use deliver::{Port, Sent};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lines::{Line, Lines, Prepared};
use progress::Progress;
use secrecy::ExposeSecret;
use std::io::IsTerminal;
use std::path::Path;

/// The size of one request in bytes, with a margin below the gateway's 4,096,000 (docs/facts/gateway.md#request-size).
const REQUEST_BYTES: usize = 3_500_000;

/// The number of lines by result in this run.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Tally {
    accepted: u64,
    rejected: u64,
}

/// Runs the command.
pub(super) async fn run(args: &cli::Send, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let write_key = config::secret_argument("--write-key", &args.write_key)?;
    let port = Port::new(&args.url, write_key.clone(), args.ca.as_deref())?;
    let kept = Progress::file_of(&args.file);
    let target = progress::target(&args.url, write_key.expose_secret());
    let mut lines = Lines::open(&args.file).map_err(|error| unreadable(&args.file, &error))?;
    let mut progress = Progress::fresh(target);
    if !args.from_start
        && let Some(earlier) = Progress::load(&kept)?
    {
        earlier.check(&progress, &mut lines, &args.file)?;
        progress = earlier;
        say(format!("going on after line {}, where an earlier run stopped", progress.line));
    }
    let bar = bar(lines.length(), progress.offset);
    let mut tally = Tally::default();
    let ended = send_all(&port, &mut lines, &mut progress, &kept, args.batch, &mut tally, &bar, out).await;
    bar.finish_and_clear();
    say(format!("{} events accepted, {} lines rejected", tally.accepted, tally.rejected));
    ended?;
    Ok(if tally.rejected > 0 { Exit::No } else { Exit::Done })
}

#[expect(clippy::too_many_arguments, reason = "the parts of one run, used once")]
async fn send_all(
    port: &Port,
    lines: &mut Lines,
    progress: &mut Progress,
    kept: &Path,
    batch: u32,
    tally: &mut Tally,
    bar: &ProgressBar,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let most = usize::try_from(batch).unwrap_or(usize::MAX);
    let mut held = None;
    loop {
        let taken = take(lines, &mut held, most).map_err(|error| {
            Failure::new(code::INPUT_UNREADABLE, format!("the file cannot be read further: {error}"))
                .means(format!("everything up to line {} was accepted", progress.line))
                .advice("run the same command again: it goes on from there")
        })?;
        let Some(last) = taken.last() else { return Ok(()) };
        let end = progress.after(last);
        let good: Vec<&Line> =
            taken.iter().filter(|line| matches!(line.prepared, Prepared::Event(_))).collect();
        let mut rejected: Vec<(u64, String)> = taken.iter().filter_map(Line::rejection).collect();
        for sent in port.deliver(&good, progress).await? {
            match sent {
                Sent::Accepted(count) => tally.accepted += count,
                Sent::Rejected(line, reason) => rejected.push((line, reason)),
            }
        }
        // It is stored before it is reported: a run that is interrupted in between reports less, and sends nothing
        // twice.
        *progress = end;
        progress.save(kept)?;
        rejected.sort();
        for (line, reason) in rejected {
            tally.rejected += 1;
            bar.suspend(|| out.line(format!("line {line}: {reason}")))?;
        }
        bar.set_position(progress.offset);
    }
}

/// The next lines that fit into one request.
fn take(lines: &mut Lines, held: &mut Option<Line>, most: usize) -> std::io::Result<Vec<Line>> {
    let mut taken = Vec::new();
    let (mut events, mut bytes) = (0, 0);
    while events < most {
        let Some(line) = held.take().map_or_else(|| lines.next_line(), |line| Ok(Some(line)))? else { break };
        if let Prepared::Event(text) = &line.prepared {
            if events > 0 && bytes + text.len() > REQUEST_BYTES {
                *held = Some(line);
                break;
            }
            events += 1;
            bytes += text.len() + 1;
        }
        taken.push(line);
        if taken.len() >= most.saturating_mul(10) {
            break;
        }
    }
    Ok(taken)
}

fn unreadable(file: &Path, error: &std::io::Error) -> Failure {
    Failure::new(code::INPUT_UNREADABLE, format!("{} cannot be read: {error}", file.display()))
        .means("nothing was sent")
        .advice("name a file with one event a line")
}

fn bar(length: u64, position: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    }
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes}, {eta} left") {
        bar.set_style(style);
    }
    bar.set_position(position);
    bar
}
