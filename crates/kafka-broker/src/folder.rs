//! The folder of a cluster.

use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A folder which is removed when this is dropped, and also when the process that made it ends in any way. A shell waits
/// for that: its input ends then. A broker that is just being killed may still write, so it tries a few times.
pub(crate) struct Folder {
    path: PathBuf,
    shell: Child,
}

const SHELL: &str = r#"
cat > /dev/null
for try in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$1" && break; sleep 0.3; done
"#;

impl Folder {
    pub(crate) fn new() -> io::Result<Folder> {
        let made = TempDir::with_prefix("rapport-kafka-")?;
        let mut command = Command::new("sh");
        command.args(["-c", SHELL, "sh"]).arg(made.path()).stdin(Stdio::piped()).stderr(Stdio::null());
        // What a person types to end the test is not for this shell.
        let shell = command.process_group(0).spawn()?;
        Ok(Folder { path: made.keep(), shell })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // This closes the shell's input first.
        let _ = self.shell.wait();
    }
}

#[cfg(test)]
mod tests;
