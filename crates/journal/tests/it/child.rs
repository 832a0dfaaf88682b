//! Tests that need a process of their own run this program again, with one ignored test as its main function.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where a child finds its folder.
const FOLDER: &str = "JOURNAL_TEST_FOLDER";

/// The command that runs the ignored test `name` on this folder; `shell` runs before it in the same process.
pub(crate) fn command(name: &str, folder: &Path, shell: &str) -> Command {
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(format!("{shell}\nexec \"$0\" --exact {name} --ignored --nocapture --test-threads=1"))
        .arg(std::env::current_exe().unwrap())
        .env(FOLDER, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

/// In the child: its folder.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(std::env::var_os(FOLDER).expect("this test is run by another one"))
}

/// In the child: tells the parent, at once, on a line of its own (the test harness has begun one).
pub(crate) fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{line}").unwrap();
    out.flush().unwrap();
}

/// In the child: stays until the parent has gone or killed it.
pub(crate) fn stay() {
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).unwrap();
}
