//! Why a command did not succeed: for people, what happened, what it means for the data, and what to do next; for
//! programs, an exit code and a stable word.

use crate::config::ConfigError;
use journal::JournalError;
use port::TlsError;
use std::fmt;
use std::process::ExitCode;

/// How the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// done
    Done = 0,
    /// failed
    Failed = 1,
    /// the command line or the configuration is wrong
    Usage = 2,
    /// the running server could not be reached, or refused the token
    Unreachable = 3,
    /// done, and the answer is no
    No = 4,
    /// a server that ran could not go on, because a part of it failed for good; start it again
    Broken = 5,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// The stable words of this crate besides the configuration's (docs/errors.md).
pub mod code {
    /// another program listens at the address
    pub const PORT_IN_USE: &str = "port_in_use";
    /// the server cannot listen on the address for another reason
    pub const LISTEN_FAILED: &str = "listen_failed";
    /// the admin token cannot be stored
    pub const ADMIN_TOKEN_UNUSABLE: &str = "admin_token_unusable";
    /// `--admin` without the variable
    pub const ADMIN_TOKEN_MISSING: &str = "admin_token_missing";
    /// the server does not accept the token
    pub const ADMIN_TOKEN_REFUSED: &str = "admin_token_refused";
    /// no server answers
    pub const SERVER_UNREACHABLE: &str = "server_unreachable";
    /// the server presents a certificate that is not trusted
    pub const SERVER_UNTRUSTED: &str = "server_untrusted";
    /// a server answers that is not Rapport
    pub const SERVER_UNINTELLIGIBLE: &str = "server_unintelligible";
    /// a file cannot be read
    pub const INPUT_UNREADABLE: &str = "input_unreadable";
    /// a file is not JSON
    pub const INPUT_NOT_JSON: &str = "input_not_json";
    /// the server does not accept the write key
    pub const SEND_REFUSED: &str = "send_refused";
    /// the server repeatedly answers that it cannot accept events now
    pub const SEND_INTERRUPTED: &str = "send_interrupted";
    /// the progress of an earlier run is unknown
    pub const SEND_PROGRESS_UNUSABLE: &str = "send_progress_unusable";
    /// the sample events did not arrive
    pub const DEMO_FAILED: &str = "demo_failed";
    /// results cannot be written
    pub const OUTPUT_FAILED: &str = "output_failed";
    /// the runtime or another part could not be started
    pub const START_FAILED: &str = "start_failed";
    /// a fault script that cannot be used
    pub const FAULTS_UNUSABLE: &str = "faults_unusable";
    /// the sandbox has no such switch, or the switch has no such value
    pub const SWITCH_UNKNOWN: &str = "switch_unknown";
    /// a line that is too large for a request
    pub const EVENT_TOO_LARGE: &str = "event_too_large";
    /// a line that a server refuses
    pub const REFUSED_BY_SERVER: &str = "refused_by_server";
    /// a file that is not RudderStack's workspace
    pub const IMPORT_NOT_A_WORKSPACE: &str = "import_not_a_workspace";
    /// a workspace without an InMoment destination
    pub const IMPORT_NOTHING: &str = "import_nothing";
    /// a file exists already
    pub const IMPORT_EXISTS: &str = "import_exists";
    /// the files cannot be written
    pub const IMPORT_UNWRITABLE: &str = "import_unwritable";
    /// the generated configuration cannot be loaded
    pub const IMPORT_UNLOADABLE: &str = "import_unloadable";
    /// the key that seals secrets is missing, is not a key, or is another key
    pub const KEY_UNUSABLE: &str = "key_unusable";
    /// a fault ended the delivery to a destination, which restarts
    pub const DELIVERY_BROKEN: &str = "delivery_broken";
    /// the log that the machines of a cluster share cannot be used as it is configured
    pub const CLUSTER_UNUSABLE: &str = "cluster_unusable";
    /// a part of a running server failed for good
    pub const PART_FAILED: &str = "part_failed";
    /// the request does not say which dead letters it means
    pub const SELECTION_NEEDED: &str = console::code::SELECTION_NEEDED;

    /// users other than its owner can read or change a file
    pub const FILES_EXPOSED: &str = "files_exposed";
    /// the disk with the data folder has little room
    pub const DISK_NEARLY_FULL: &str = "disk_nearly_full";

    /// All of them.
    pub const ALL: [&str; 32] = [
        CLUSTER_UNUSABLE,
        FILES_EXPOSED,
        DISK_NEARLY_FULL,
        DELIVERY_BROKEN,
        PART_FAILED,
        KEY_UNUSABLE,
        PORT_IN_USE,
        LISTEN_FAILED,
        ADMIN_TOKEN_UNUSABLE,
        ADMIN_TOKEN_MISSING,
        ADMIN_TOKEN_REFUSED,
        SERVER_UNREACHABLE,
        SERVER_UNTRUSTED,
        SERVER_UNINTELLIGIBLE,
        INPUT_UNREADABLE,
        INPUT_NOT_JSON,
        SEND_REFUSED,
        SEND_INTERRUPTED,
        SEND_PROGRESS_UNUSABLE,
        DEMO_FAILED,
        OUTPUT_FAILED,
        START_FAILED,
        FAULTS_UNUSABLE,
        SWITCH_UNKNOWN,
        EVENT_TOO_LARGE,
        REFUSED_BY_SERVER,
        IMPORT_NOT_A_WORKSPACE,
        IMPORT_NOTHING,
        IMPORT_EXISTS,
        IMPORT_UNWRITABLE,
        IMPORT_UNLOADABLE,
        SELECTION_NEEDED,
    ];
}

/// Why a command did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// how the process ends
    pub exit: Exit,
    /// the stable word
    pub code: String,
    /// what happened
    pub what: String,
    /// what it means for the data; empty if the data are not concerned
    pub means: String,
    /// what to do next
    pub advice: String,
}

impl Failure {
    /// An ordinary failure.
    pub fn new(code: &str, what: impl Into<String>) -> Failure {
        Failure {
            exit: Exit::Failed,
            code: code.to_owned(),
            what: what.into(),
            means: String::new(),
            advice: String::new(),
        }
    }

    /// Ends the process in another way.
    pub fn exit(self, exit: Exit) -> Failure {
        Failure { exit, ..self }
    }

    /// Sets what it means for the data.
    pub fn means(self, means: impl Into<String>) -> Failure {
        Failure { means: means.into(), ..self }
    }

    /// Sets what to do next.
    pub fn advice(self, advice: impl Into<String>) -> Failure {
        Failure { advice: advice.into(), ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The code ends the first line, even if the message has a list below it.
        let (first, rest) = self.what.split_once('\n').unwrap_or((&self.what, ""));
        write!(f, "error: {first} [{}]", self.code)?;
        if !rest.is_empty() {
            write!(f, "\n{rest}")?;
        }
        if !self.means.is_empty() {
            write!(f, "\n  data: {}", self.means)?;
        }
        if !self.advice.is_empty() {
            write!(f, "\n  do:   {}", self.advice)?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

impl From<supervise::PartFailure> for Failure {
    fn from(failed: supervise::PartFailure) -> Failure {
        Failure::new(code::PART_FAILED, failed.to_string())
            .exit(Exit::Broken)
            .means("what was accepted is kept, and is delivered after the next start")
            .advice(
                "start it again, or have the service manager do so; please report what the log says of it",
            )
    }
}

impl From<supervise::Broken> for Failure {
    fn from(broken: supervise::Broken) -> Failure {
        Failure::new(code::START_FAILED, format!("a part broke off: {broken}"))
            .advice("please report what the log says of it")
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Failure {
        let several = error.problems.len() > 1;
        let what = if several {
            format!("the configuration has {} problems\n{error}", error.problems.len())
        } else {
            format!("the configuration has a problem\n{error}")
        };
        Failure::new(error.code(), what)
            .exit(Exit::Usage)
            .means("nothing was started and nothing was changed")
            .advice("correct the file or the variable; rapport.example.toml explains every key")
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Failure {
        let (code, means, advice) = console::words(&error);
        Failure::new(code, error.to_string()).means(means).advice(advice)
    }
}

impl From<TlsError> for Failure {
    fn from(error: TlsError) -> Failure {
        Failure::new(error.code(), error.to_string())
            .exit(Exit::Usage)
            .means("nothing was started and nothing was changed")
            .advice(error.advice())
    }
}
