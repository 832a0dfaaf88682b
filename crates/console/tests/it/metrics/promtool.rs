//! Prometheus' own opinion of a scrape.

use std::io::{ErrorKind, Write};
use std::process::{Command, Stdio};

/// `promtool check metrics`, which must find nothing. `make test` begins with `make rules-test`, which installs the tool; where it
/// is not, there is nobody to ask.
#[expect(clippy::print_stderr, reason = "whoever reads the test's output learns that nobody was asked")]
pub(super) fn check(scrape: &str) {
    let mut command = Command::new("promtool");
    command.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            eprintln!("promtool is not installed: the scrape is not shown to it");
            return;
        }
        Err(error) => panic!("promtool cannot be run: {error}"),
    };
    child.stdin.take().unwrap().write_all(scrape.as_bytes()).unwrap();
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned();
    assert!(ended.status.success() && said.trim().is_empty(), "promtool says:\n{said}");
}
