//! `rapport sandbox`: the local InMoment alone.

use crate::cli;
use crate::failure::{Exit, Failure, code};
use crate::output::{Out, say};
use crate::signal::Stop;
use sandbox::{Account, Options, Server, StartError};
use std::time::Duration;
use supervise::Supervisor;

/// Runs the command until the process is told to stop.
pub(super) async fn run(args: &cli::SandboxArgs, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let mut stop = Stop::listen()?;
    let supervisor = Supervisor::new();
    let mut options = Options { limit: args.limit, supervisor: supervisor.clone(), ..Options::default() };
    if let Some(control) = args.control {
        options.control = control;
    }
    if let Some(file) = &args.faults {
        let unusable = |why: String| {
            Failure::new(
                code::FAULTS_UNUSABLE,
                format!("the fault script {} cannot be used: {why}", file.display()),
            )
            .exit(Exit::Usage)
            .advice("the sandbox's README has the format and examples")
        };
        let text = std::fs::read_to_string(file).map_err(|error| unusable(error.to_string()))?;
        options.faults = sandbox::faults::parse(&text).map_err(|error| unusable(error.to_string()))?;
    }
    for word in &args.switches {
        options.switches = options.switches.with_word(word).map_err(|error| {
            Failure::new(code::SWITCH_UNKNOWN, format!("--switch {word} cannot be used: {error}"))
                .exit(Exit::Usage)
                .advice("the sandbox's README lists the switches with their values")
        })?;
    }
    let running = Server::start(options, args.listen, sandbox::wall_clock()).await.map_err(failure)?;
    let account = Account::demo();
    out.line(format!("base_url = \"http://{}\"", running.addr()))?;
    out.line(format!("username = \"{}\"", account.username))?;
    out.line(format!("password = \"{}\"", account.password))?;
    out.line(format!("account_token = \"{}\"", account.account_token))?;
    if let Some(client) = &account.client {
        out.line(format!(
            "# OAuth client: client_id = \"{}\", client_secret = \"{}\"",
            client.id, client.secret
        ))?;
    }
    out.flush()?;
    say(format!("faults, switches, credentials, request log and state: http://{}", running.control_addr()));
    say("Ctrl-C ends it");
    let failed = tokio::select! {
        () = stop.requested() => None,
        failed = supervisor.failed() => Some(failed),
    };
    stop.in_order(running.shutdown(), Duration::ZERO).await;
    failed.map_or(Ok(Exit::Done), |failed| Err(failed.into()))
}

/// Why a sandbox did not start, for people.
pub(super) fn failure(error: StartError) -> Failure {
    let advice = "name another address, or one with port 0 for a free port";
    match &error {
        StartError::Listen { source, .. } if source.kind() == std::io::ErrorKind::AddrInUse => {
            Failure::new(code::PORT_IN_USE, error.to_string()).advice(advice)
        }
        StartError::ControlNotLoopback(_) => {
            Failure::new(code::LISTEN_FAILED, error.to_string()).exit(Exit::Usage).advice(advice)
        }
        _ => Failure::new(code::LISTEN_FAILED, error.to_string()).advice(advice),
    }
}
