//! What the commands do, one module each.

mod api;
mod backup;
mod check;
mod compare;
mod completions;
mod dead_letters;
mod demo;
mod doctor;
mod explain;
mod health;
mod import_config;
mod input;
mod keys;
mod manual;
mod sandbox;
mod send;
mod serve;
mod status;
mod switch;
mod transformer;

use crate::cli::{Cli, Command};
use crate::failure::{Exit, Failure};
use crate::output::Out;
use delivery::{Clock, SystemClock};

/// Runs the command that was typed.
pub async fn run(cli: &Cli, out: &mut Out<'_>) -> Result<Exit, Failure> {
    match &cli.command {
        Command::Serve(args) => serve::run(args).await,
        Command::Transformer(args) => transformer::run(args).await,
        Command::Demo(args) => demo::run(args, out).await,
        Command::Sandbox(args) => sandbox::run(args, out).await,
        Command::Check(args) => check::run(args, out).await,
        Command::Doctor(args) => doctor::run(args, out),
        Command::Backup(args) => backup::take(args, out),
        Command::Restore(args) => backup::restore(args, out),
        Command::Explain(args) => explain::run(args, SystemClock::default().now().wall, out),
        Command::Compare(args) => compare::run(args, SystemClock::default().now().wall, out),
        Command::ImportConfig(args) => import_config::run(args, out),
        Command::Send(args) => send::run(args, out).await,
        Command::Status(args) => status::run(args, out).await,
        Command::Health(args) => health::run(args, out).await,
        Command::Api(args) => api::run(args, out).await,
        Command::Keys(args) => keys::run(&args.action, out),
        Command::DeadLetters(args) => dead_letters::run(&args.action, out).await,
        Command::Pause(args) => switch::run(args, "pause", out).await,
        Command::Resume(args) => switch::run(args, "resume", out).await,
        Command::Completions(args) => completions::run(args, out),
        Command::Manual(args) => manual::run(args, out),
    }
}
