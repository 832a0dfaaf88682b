//! The arguments of the command line. [`commands`](crate::commands) carries the commands out.

mod shared;
mod upkeep;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
pub use shared::{ConfigFile, Passphrase};
use std::net::SocketAddr;
use std::path::PathBuf;
pub use upkeep::{Backup, Doctor, HealthArgs, Keys, KeysAction, Manual, Restore, RotateKey};

/// The version; a build that is handed to others also says of which commit and date it is.
const VERSION: &str = match option_env!("RAPPORT_BUILD") {
    Some(build) => build,
    None => env!("CARGO_PKG_VERSION"),
};

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed; standard error says why
  2  the command line or the configuration is wrong
  3  the running server could not be reached, or refused the token
  4  the work was done and the answer is no: `check` found refused credentials,
     `send` met lines that were not accepted, `compare` met lines that are not events,
     `health` found the server not ready

Results are written to standard output, everything else to standard error.
docs/errors.md explains every code in square brackets.";

const SERVE_NOTES: &str = "\
Configuration:
  rapport.example.toml explains every key. A variable can set any key, as in RAPPORT_GATEWAY__LISTEN

Signals:
  SIGHUP           reads the configuration again; the log names the keys that need a restart
  SIGTERM, SIGINT  stops in order; a second signal ends the process at once";

/// Rapport delivers RudderStack SDK events to InMoment (formerly Wootric), in order and without loss.
#[derive(Debug, Parser)]
#[command(name = "rapport", version = VERSION, after_help = EXIT_CODES, max_term_width = 100, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// Every command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server
    Serve(Serve),
    /// Run in place of rudder-server's transformer: alone, or in front of the existing one
    Transformer(TransformerArgs),
    /// Try Rapport: run a server and a local InMoment in one process, with two sample events
    Demo(Demo),
    /// Run the local InMoment alone
    Sandbox(SandboxArgs),
    /// Check a configuration, then ask InMoment for a token with each destination's credentials
    Check(Check),
    /// Examine a data folder (whether a server runs on it or not) or a backup; changes nothing
    Doctor(Doctor),
    /// Take a backup of the data folder, whether a server runs on it or not
    Backup(Backup),
    /// Restore a backup to a new data folder
    Restore(Restore),
    /// Show what would become of an event, and why; sends nothing
    Explain(Explain),
    /// Show how the profiles treat the events of a file differently, by rule; sends nothing
    Compare(Compare),
    /// Make a configuration from RudderStack's workspaceConfig.json
    ImportConfig(ImportConfig),
    /// Send the events of a file, one JSON object a line, to a server
    Send(Send),
    /// Show the counts and the state of a running server
    Status(StatusArgs),
    /// Ask a running server whether it is ready, by /readyz; needs no token
    Health(HealthArgs),
    /// List, requeue or discard the events that could not be delivered
    DeadLetters(DeadLetters),
    /// Stop delivering to a destination; events are still accepted and kept
    Pause(Switch),
    /// Resume delivery to a paused destination
    Resume(Switch),
    /// Call the admin API of a running server, which has everything that the console shows and does
    Api(Api),
    /// Make or replace the key that seals the console's secrets
    Keys(Keys),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Write the manual's pages, one for each command
    Manual(Manual),
}

/// `serve`
#[derive(Debug, Args)]
#[command(after_help = SERVE_NOTES)]
pub struct Serve {
    /// The server's configuration
    #[command(flatten)]
    pub config: ConfigFile,
    /// The log
    #[command(flatten)]
    pub log: LogOptions,
}

/// The log of a command that runs until it is stopped.
#[derive(Debug, Args)]
pub struct LogOptions {
    /// How the log on standard error is written
    #[arg(long, value_enum, default_value_t = LogFormat::Human)]
    pub log_format: LogFormat,
    /// What is logged: error, warn, info, debug or trace, or a filter such as info,delivery=debug
    /// [default: `log.level` of the configuration, which is info]
    #[arg(long, value_name = "LEVEL")]
    pub log: Option<String>,
}

/// `transformer`
#[derive(Debug, Args)]
pub struct TransformerArgs {
    /// The address that rudder-server calls: its DEST_TRANSFORM_URL
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9090", value_parser = crate::config::socket_address)]
    pub listen: SocketAddr,
    /// The existing transformer, http://HOST:PORT, which gets all requests that are not about InMoment
    #[arg(long, value_name = "URL")]
    pub upstream: Option<String>,
    /// InMoment's address [default: US with rudderstack, by the account token with native]
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// The mapping profile
    #[arg(long, value_enum, default_value_t = ProfileName::Rudderstack)]
    pub profile: ProfileName,
    /// The log
    #[command(flatten)]
    pub log: LogOptions,
}

/// How a log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    Human,
    /// One JSON object on each line
    Json,
}

/// `api`
#[derive(Debug, Args)]
#[command(after_help = API_EXAMPLES)]
pub struct Api {
    /// The path and its parameters, as in 'events?user=ada'; openapi.json describes all paths
    pub path: String,
    /// The method [default: GET, or POST with --data]
    #[arg(long, short = 'X', value_name = "METHOD")]
    pub method: Option<String>,
    /// The body: JSON, or @FILE
    #[arg(long, short, value_name = "JSON")]
    pub data: Option<String>,
    /// The server to ask
    #[command(flatten)]
    pub server: ServerArgs,
}

const API_EXAMPLES: &str = "\
Examples:
  rapport api status
  rapport api 'events?user=ada&outcome=dead'
  rapport api dead-letters/requeue --data '{\"code\":\"end_user_unknown\"}'
  rapport api -X DELETE sources/website";

/// `demo`
#[derive(Debug, Args)]
pub struct Demo {
    /// Verify that the two sample events arrived, and stop
    #[arg(long)]
    pub once: bool,
}

/// `sandbox`
#[derive(Debug, Args)]
pub struct SandboxArgs {
    /// The address that the API listens on
    #[arg(long, value_name = "ADDR", value_parser = crate::config::socket_address)]
    pub listen: SocketAddr,
    /// The address that controls faults, clock and request log; it must be of this machine [default: a free port]
    #[arg(long, value_name = "ADDR", value_parser = crate::config::socket_address)]
    pub control: Option<SocketAddr>,
    /// Calls allowed, e.g. 100/min [default: unlimited]
    #[arg(long, value_name = "N/min", value_parser = calls_a_minute)]
    pub limit: Option<u32>,
    /// A script of faults (JSON) to begin with
    #[arg(long, value_name = "FILE")]
    pub faults: Option<PathBuf>,
    /// Another reading of a point that InMoment's documentation leaves open, e.g. create_status=200; may be repeated.
    /// The sandbox's README lists them
    #[arg(long = "switch", value_name = "NAME=VALUE")]
    pub switches: Vec<String>,
}

fn calls_a_minute(text: &str) -> Result<u32, String> {
    let rate = crate::config::rate(text).map_err(|error| error.to_string())?;
    if rate.per != std::time::Duration::from_secs(60) {
        return Err("InMoment counts calls a minute; write it as in 100/min".to_owned());
    }
    Ok(rate.count)
}

/// `check`
#[derive(Debug, Args)]
pub struct Check {
    /// The server's configuration
    #[command(flatten)]
    pub config: ConfigFile,
    /// Print every key with its value and the value's origin (default, file, variable, console), without secrets; sends
    /// nothing to InMoment
    #[arg(long)]
    pub print: bool,
}

/// `explain`
#[derive(Debug, Args)]
pub struct Explain {
    /// One event or a batch as an SDK sends it, or one event a line; - is standard input
    #[arg(default_value = "-")]
    pub file: PathBuf,
    /// The mapping profile
    #[arg(long, value_enum, default_value_t = ProfileName::Native)]
    pub profile: ProfileName,
    /// Print one JSON object for each event
    #[arg(long)]
    pub json: bool,
}

/// `compare`
#[derive(Debug, Args)]
pub struct Compare {
    /// Events and batches as SDKs send them, or requests of rudder-server's router to its transformer, one a line; - is
    /// standard input
    pub file: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// `import-config`
#[derive(Debug, Args)]
pub struct ImportConfig {
    /// The workspace file that rudder-server reads; - is standard input
    #[arg(value_name = "workspaceConfig.json")]
    pub file: PathBuf,
    /// The configuration to write; the secrets go into the folder secrets beside it
    #[arg(long, value_name = "FILE", default_value = "rapport.toml", value_parser = file_to_write)]
    pub out: PathBuf,
    /// Overwrite existing files
    #[arg(long)]
    pub force: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

fn file_to_write(text: &str) -> Result<PathBuf, String> {
    let file = PathBuf::from(text);
    if text == "-" || file.file_name().is_none() {
        return Err("name a file: its secrets need a folder beside it".to_owned());
    }
    Ok(file)
}

/// A mapping profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProfileName {
    /// Rapport's own mapping
    Native,
    /// The mapping of RudderStack's own transformer, bug for bug
    Rudderstack,
}

impl ProfileName {
    /// The profile it names.
    pub fn profile(self) -> mapping::Profile {
        match self {
            ProfileName::Native => mapping::Profile::Native,
            ProfileName::Rudderstack => mapping::Profile::Rudderstack,
        }
    }
}

/// `send`
#[derive(Debug, Args)]
pub struct Send {
    /// The file, with one event a line
    #[arg(value_name = "FILE.ndjson")]
    pub file: PathBuf,
    /// The server's public address, e.g. http://127.0.0.1:8080
    #[arg(long)]
    pub url: String,
    /// The source's write key
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    pub write_key: String,
    /// A certificate to trust at an https address: the server's own, or its authority's
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// Events in one request
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub batch: u32,
    /// Begin with the first line, even if a part was sent before
    #[arg(long)]
    pub from_start: bool,
}

/// How to reach a running server.
#[derive(Debug, Clone, Args)]
#[group(skip)]
#[command(group(ArgGroup::new("server").args(["config", "admin"])))]
pub struct ServerArgs {
    /// The server's configuration
    #[command(flatten)]
    pub config: ConfigFile,
    /// The server's admin address; the token comes from RAPPORT_ADMIN_TOKEN
    #[arg(long, value_name = "URL")]
    pub admin: Option<String>,
    /// A certificate to trust at an https address: the server's own, or its authority's
    #[arg(long, value_name = "FILE", requires = "admin")]
    pub ca: Option<PathBuf>,
}

/// `status`
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// The server to ask
    #[command(flatten)]
    pub server: ServerArgs,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Wait until no event is pending, at most this long, e.g. "30 s"
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub wait: Option<std::time::Duration>,
}

fn duration(text: &str) -> Result<std::time::Duration, String> {
    crate::config::duration(text).map_err(|error| error.to_string())
}

/// `dead-letters`
#[derive(Debug, Args)]
pub struct DeadLetters {
    /// What to do with dead letters
    #[command(subcommand)]
    pub action: DeadLetterAction,
}

/// What can be done with dead letters.
#[derive(Debug, Subcommand)]
pub enum DeadLetterAction {
    /// List dead letters, oldest first
    List(ListDeadLetters),
    /// Show one dead letter with its whole event
    Show(ShowDeadLetter),
    /// Requeue dead letters: try them again, as if they had just arrived
    Requeue(SelectDeadLetters),
    /// Discard dead letters for good
    Discard(SelectDeadLetters),
}

/// `dead-letters list`
#[derive(Debug, Args)]
pub struct ListDeadLetters {
    /// The server to ask
    #[command(flatten)]
    pub server: ServerArgs,
    /// The dead letters that match
    #[command(flatten)]
    pub which: WhichDeadLetters,
    /// Print one JSON object on each line
    #[arg(long)]
    pub json: bool,
}

/// A selection of dead letters: those that match every option.
#[derive(Debug, Args)]
#[group(id = "which", multiple = true)]
pub struct WhichDeadLetters {
    /// Only with this code
    #[arg(long)]
    pub code: Option<String>,
    /// Only of this destination
    #[arg(long)]
    pub destination: Option<String>,
    /// Only of this source
    #[arg(long)]
    pub source: Option<String>,
    /// Only of this end user: the user id or the id at InMoment, in full
    #[arg(long)]
    pub user: Option<String>,
    /// Only with this message id
    #[arg(long, value_name = "ID")]
    pub message_id: Option<String>,
    /// Only those that were given up at this time or later, e.g. 2026-11-26T01:20:00Z
    #[arg(long, value_name = "TIME", alias = "since")]
    pub from: Option<String>,
    /// Only those that were given up before this time
    #[arg(long, value_name = "TIME", alias = "until")]
    pub to: Option<String>,
}

/// `dead-letters show`
#[derive(Debug, Args)]
pub struct ShowDeadLetter {
    /// The number of the dead letter
    pub id: u64,
    /// The server to ask
    #[command(flatten)]
    pub server: ServerArgs,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// `dead-letters requeue` and `discard`
#[derive(Debug, Args)]
pub struct SelectDeadLetters {
    /// The numbers of dead letters
    #[arg(conflicts_with = "which")]
    pub ids: Vec<u64>,
    /// The server to ask
    #[command(flatten)]
    pub server: ServerArgs,
    /// The dead letters that match
    #[command(flatten)]
    pub which: WhichDeadLetters,
    /// Take every dead letter that matches the other options
    #[arg(long, conflicts_with_all = ["ids", "code"])]
    pub all: bool,
    /// Only print how many there are; change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// `pause` and `resume`
#[derive(Debug, Args)]
pub struct Switch {
    /// The destination's name
    pub destination: String,
    /// The server to ask
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `completions`
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
