//! The command line: what may be typed. What the commands do is in [`commands`](crate::commands).

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
     `send` met lines that were not accepted, `compare` met some that are no events,
     `health` found the server not ready

Results go to standard output, everything else to standard error.
docs/errors.md explains every code in square brackets.";

const SERVE_NOTES: &str = "\
Configuration:
  rapport.example.toml explains every key. Any key may also be a variable, as in RAPPORT_GATEWAY__LISTEN

Signals:
  SIGHUP           reads the configuration again; what cannot change while it runs is named in the log
  SIGTERM, SIGINT  stops in order; a second one ends the process at once";

/// RudderStack SDK events reach InMoment (formerly Wootric), in order, with nothing lost.
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
    /// Stand in for rudder-server's transformer: for InMoment, or in front of the one there is
    Transformer(TransformerArgs),
    /// Try it: a server and a local InMoment in one process, with two sample events
    Demo(Demo),
    /// Run the local InMoment alone
    Sandbox(SandboxArgs),
    /// Check a configuration, then ask InMoment for a token with each destination's credentials
    Check(Check),
    /// Look a data folder over, whether a server runs on it or not, or a backup; changes nothing
    Doctor(Doctor),
    /// Take a backup of the data folder, while a server runs on it or not
    Backup(Backup),
    /// Make a backup into a data folder
    Restore(Restore),
    /// Show what would become of an event, and why; sends nothing
    Explain(Explain),
    /// Show where the profiles differ about the events of a file, by rule; sends nothing
    Compare(Compare),
    /// Make a configuration from RudderStack's workspaceConfig.json
    ImportConfig(ImportConfig),
    /// Send the events of a file, one JSON object a line, to a server
    Send(Send),
    /// Show what a running server has done and is doing
    Status(StatusArgs),
    /// Ask a running server whether it is ready, as /readyz says it; needs no token
    Health(HealthArgs),
    /// Look at, requeue or discard the events that could not be delivered
    DeadLetters(DeadLetters),
    /// Stop delivering to a destination; events are still accepted and kept
    Pause(Switch),
    /// Deliver to a paused destination again
    Resume(Switch),
    /// Ask a running server's admin API for anything the console shows, or have it do anything the console can
    Api(Api),
    /// Make or replace the key that seals the secrets the console keeps
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
    /// What the server is configured by
    #[command(flatten)]
    pub config: ConfigFile,
    /// Its log
    #[command(flatten)]
    pub log: LogOptions,
}

/// The log of a command that runs on.
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
    /// Where rudder-server asks: its DEST_TRANSFORM_URL
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9090", value_parser = crate::config::socket_address)]
    pub listen: SocketAddr,
    /// The transformer behind, http://HOST:PORT: gets everything that is not InMoment's
    #[arg(long, value_name = "URL")]
    pub upstream: Option<String>,
    /// Where InMoment is [default: US with rudderstack, by the account token with native]
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// How events are mapped
    #[arg(long, value_enum, default_value_t = ProfileName::Rudderstack)]
    pub profile: ProfileName,
    /// Its log
    #[command(flatten)]
    pub log: LogOptions,
}

/// How a log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    Human,
    /// One JSON object a line
    Json,
}

/// `api`
#[derive(Debug, Args)]
#[command(after_help = API_EXAMPLES)]
pub struct Api {
    /// What is asked for, with its parameters, as in 'events?user=ada'; openapi.json describes all there is
    pub path: String,
    /// How: GET, or POST when there is data
    #[arg(long, short = 'X', value_name = "METHOD")]
    pub method: Option<String>,
    /// A body: JSON, or @FILE
    #[arg(long, short, value_name = "JSON")]
    pub data: Option<String>,
    /// Which server
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
    /// Where the API listens
    #[arg(long, value_name = "ADDR", value_parser = crate::config::socket_address)]
    pub listen: SocketAddr,
    /// Where faults, clock and request log are reached; an address of this machine [default: a free port]
    #[arg(long, value_name = "ADDR", value_parser = crate::config::socket_address)]
    pub control: Option<SocketAddr>,
    /// Calls allowed, e.g. 100/min [default: unlimited]
    #[arg(long, value_name = "N/min", value_parser = calls_a_minute)]
    pub limit: Option<u32>,
    /// A script of faults (JSON) to begin with
    #[arg(long, value_name = "FILE")]
    pub faults: Option<PathBuf>,
    /// Another reading of what InMoment's documentation leaves open, e.g. create_status=200; may be
    /// repeated. The sandbox's README lists them
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
    /// What the server is configured by
    #[command(flatten)]
    pub config: ConfigFile,
    /// Print every key with its value and where that comes from (default, file, variable, console), secrets hidden; asks
    /// nobody
    #[arg(long)]
    pub print: bool,
}

/// `explain`
#[derive(Debug, Args)]
pub struct Explain {
    /// One event or a batch as an SDK sends it, or one event a line; - is standard input
    #[arg(default_value = "-")]
    pub file: PathBuf,
    /// The reading of the documents to apply
    #[arg(long, value_enum, default_value_t = ProfileName::Native)]
    pub profile: ProfileName,
    /// One JSON object an event
    #[arg(long)]
    pub json: bool,
}

/// `compare`
#[derive(Debug, Args)]
pub struct Compare {
    /// Events and batches as SDKs send them, or what rudder-server's router asks its transformer, one a line; - is
    /// standard input
    pub file: PathBuf,
    /// One JSON object
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
    /// Overwrite the files that are there
    #[arg(long)]
    pub force: bool,
    /// One JSON object
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
    /// Our own
    Native,
    /// RudderStack's own transformer, bug for bug
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
    /// One event a line
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
    /// Begin with the first line, whatever was sent before
    #[arg(long)]
    pub from_start: bool,
}

/// How to reach a running server.
#[derive(Debug, Clone, Args)]
#[group(skip)]
#[command(group(ArgGroup::new("server").args(["config", "admin"])))]
pub struct ServerArgs {
    /// What the server is configured by
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
    /// One JSON object
    #[arg(long)]
    pub json: bool,
    /// Wait until nothing is pending, at most so long, e.g. "30 s"
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub wait: Option<std::time::Duration>,
}

fn duration(text: &str) -> Result<std::time::Duration, String> {
    crate::config::duration(text).map_err(|error| error.to_string())
}

/// `dead-letters`
#[derive(Debug, Args)]
pub struct DeadLetters {
    /// What to do with them
    #[command(subcommand)]
    pub action: DeadLetterAction,
}

/// What can be done with dead letters.
#[derive(Debug, Subcommand)]
pub enum DeadLetterAction {
    /// List them, oldest first
    List(ListDeadLetters),
    /// Show one with its whole event
    Show(ShowDeadLetter),
    /// Try them again, as if they had just arrived
    Requeue(SelectDeadLetters),
    /// Give them up for good
    Discard(SelectDeadLetters),
}

/// `dead-letters list`
#[derive(Debug, Args)]
pub struct ListDeadLetters {
    /// The server to ask
    #[command(flatten)]
    pub server: ServerArgs,
    /// Which of them
    #[command(flatten)]
    pub which: WhichDeadLetters,
    /// One JSON object a line
    #[arg(long)]
    pub json: bool,
}

/// Which dead letters: those that fit all that is said.
#[derive(Debug, Args)]
#[group(id = "which", multiple = true)]
pub struct WhichDeadLetters {
    /// Only with this code
    #[arg(long)]
    pub code: Option<String>,
    /// Only of this destination
    #[arg(long)]
    pub destination: Option<String>,
    /// Only from this source
    #[arg(long)]
    pub source: Option<String>,
    /// Only of this end user: its user id or its id at InMoment, in full
    #[arg(long)]
    pub user: Option<String>,
    /// Only with this message id
    #[arg(long, value_name = "ID")]
    pub message_id: Option<String>,
    /// Only those given up at this time or later, e.g. 2026-11-26T01:20:00Z
    #[arg(long, value_name = "TIME", alias = "since")]
    pub from: Option<String>,
    /// Only those given up before this time
    #[arg(long, value_name = "TIME", alias = "until")]
    pub to: Option<String>,
}

/// `dead-letters show`
#[derive(Debug, Args)]
pub struct ShowDeadLetter {
    /// Its number
    pub id: u64,
    /// The server to ask
    #[command(flatten)]
    pub server: ServerArgs,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

/// `dead-letters requeue` and `discard`
#[derive(Debug, Args)]
pub struct SelectDeadLetters {
    /// Their numbers
    #[arg(conflicts_with = "which")]
    pub ids: Vec<u64>,
    /// The server to ask
    #[command(flatten)]
    pub server: ServerArgs,
    /// Which of them
    #[command(flatten)]
    pub which: WhichDeadLetters,
    /// Every one that fits the rest
    #[arg(long, conflicts_with_all = ["ids", "code"])]
    pub all: bool,
    /// Only say how many there are; change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

/// `pause` and `resume`
#[derive(Debug, Args)]
pub struct Switch {
    /// The destination's name
    pub destination: String,
    /// The server to tell
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
