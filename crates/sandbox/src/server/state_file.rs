//! The optional state file: a snapshot, replaced as a whole, at most once a second while things change and once more
//! at shutdown. It holds tokens, so only its owner may read it.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use supervise::Stopping;

use super::hosted::Hosted;
use super::start_error::StartError;
use crate::options::Options;
use crate::sandbox::Sandbox;

/// The pause between two writes.
const WRITE_INTERVAL: Duration = Duration::from_secs(1);
/// The largest size; no sandbox should grow that large.
const MAX_BYTES: u64 = 2 << 30;

/// The file of the state.
#[derive(Clone)]
pub(super) struct StateFile {
    path: PathBuf,
}

impl StateFile {
    pub(super) fn new(path: PathBuf) -> StateFile {
        StateFile { path }
    }

    /// The sandbox in its last state; a new one if there is no file yet.
    pub(super) fn load(&self, options: Options) -> Result<Sandbox, StartError> {
        let unreadable = |source| StartError::StateFile { path: self.path.clone(), source };
        let text = match fs::metadata(&self.path) {
            Ok(file) if file.len() > MAX_BYTES => return Err(unreadable(io::ErrorKind::FileTooLarge.into())),
            Ok(_) => fs::read_to_string(&self.path).map_err(unreadable)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Sandbox::new(options)),
            Err(error) => return Err(unreadable(error)),
        };
        Sandbox::restore(options, &text)
            .map_err(|source| StartError::State { path: self.path.clone(), source })
    }

    /// Writes changes until it is told to stop, and then once more.
    pub(super) async fn keep(self, hosted: Arc<Hosted>, stopping: Stopping) {
        let mut stop = std::pin::pin!(stopping.asked());
        let mut news = hosted.news.subscribe();
        let mut written = hosted.lock().changes();
        loop {
            let going_on = tokio::select! {
                () = &mut stop => false,
                changed = news.changed() => changed.is_ok(),
            };
            self.clone().write_if_changed(&hosted, &mut written).await;
            if !going_on {
                return;
            }
            tokio::select! {
                () = &mut stop => {
                    self.write_if_changed(&hosted, &mut written).await;
                    return;
                }
                () = tokio::time::sleep(WRITE_INTERVAL) => {}
            }
        }
    }

    async fn write_if_changed(self, hosted: &Hosted, written: &mut u64) {
        let (changes, snapshot) = {
            let sandbox = hosted.lock();
            if sandbox.changes() == *written {
                return;
            }
            (sandbox.changes(), sandbox.snapshot())
        };
        let outcome = match snapshot {
            Ok(text) => supervise::blocking("sandbox state file", move || self.write(&text))
                .await
                .map_err(io::Error::other),
            Err(error) => Err(io::Error::other(error)),
        };
        match outcome.flatten() {
            Ok(()) => *written = changes,
            // The write is tried again with the next change; the sandbox itself does not need the file.
            Err(error) => tracing::warn!(%error, "cannot write the sandbox's state file"),
        }
    }

    fn write(&self, text: &str) -> io::Result<()> {
        disk::replace(&self.path, text.as_bytes())
    }
}
