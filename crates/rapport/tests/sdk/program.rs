//! Runs one official SDK's program (`tests/sdk/run.sh`) and tells how it ended.

use crate::visitor::Visitor;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

/// The program of one SDK, told whom to send to.
pub(crate) struct Program {
    command: Command,
    sdk: String,
}

/// How a program ended.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    sdk: String,
}

/// A program under way; it goes on until its standard input ends.
pub(crate) struct Running {
    child: Child,
    sdk: String,
}

impl Program {
    /// `sdk`: the name `run.sh` knows it by, and its own options.
    pub(crate) fn new(sdk: &str, url: &str, write_key: &str, visitor: &Visitor) -> Program {
        let run = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/sdk/run.sh");
        let mut words = sdk.split(' ');
        let mut command = Command::new(run);
        command
            .args(words.next())
            .args(["--url", url, "--write-key", write_key])
            .args(["--user-id", &visitor.user_id, "--email", &visitor.email])
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Program { command, sdk: sdk.to_owned() }
    }

    /// Has the SDK's runtime trust this certificate (PEM), besides or instead of the machine's own.
    pub(crate) fn trusting(mut self, certificate: &Path) -> Program {
        for name in ["NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"] {
            self.command.env(name, certificate);
        }
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self) -> Ended {
        let child = self.command.spawn().expect("tests/sdk/run.sh starts");
        end(child, self.sdk)
    }

    /// Starts it with an open standard input.
    pub(crate) fn start(mut self) -> Running {
        let child = self.command.stdin(Stdio::piped()).spawn().expect("tests/sdk/run.sh starts");
        Running { child, sdk: self.sdk }
    }
}

impl Running {
    /// Closes its standard input and waits for its end.
    pub(crate) fn finish(mut self) -> Ended {
        drop(self.child.stdin.take());
        end(self.child, self.sdk)
    }
}

fn end(child: Child, sdk: String) -> Ended {
    let output = child.wait_with_output().expect("the program can be waited for");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_ne!(output.status.code(), Some(3), "{stderr}");
    Ended { status: output.status, stdout: String::from_utf8_lossy(&output.stdout).into_owned(), stderr, sdk }
}

impl Ended {
    /// The SDK reported that its events were taken.
    pub(crate) fn assert_success(&self) {
        assert!(self.status.success(), "{}: {}\n{}", self.sdk, self.status, self.stderr);
    }

    /// The SDK reported that its events were refused.
    pub(crate) fn assert_refused(&self) {
        assert_eq!(self.status.code(), Some(1), "{}: {}\n{}", self.sdk, self.status, self.stderr);
    }
}
