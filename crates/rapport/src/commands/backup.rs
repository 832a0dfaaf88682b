//! `rapport backup` and `rapport restore`.

use crate::backup;
use crate::cli;
use crate::config;
use crate::failure::{Exit, Failure};
use crate::output::{Out, say};
use delivery::{Clock, SystemClock};

/// Takes a backup.
pub(super) fn take(args: &cli::Backup, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let data = config::data_from_file(args.config.file())?;
    let passphrase = args.passphrase.read()?;
    let now = SystemClock::default().now().wall;
    let taken = backup::take(&data, &args.folder, passphrase.as_ref(), now)?;
    let bytes: u64 = taken.manifest.files.iter().map(|file| file.bytes).sum();
    let key = match &taken.manifest.key {
        Some(key) => format!("with the key {}, sealed with the passphrase", key.name),
        None => "without the key of the console's secrets: keep that apart".to_owned(),
    };
    out.line(format!("{}: {} KiB, {key}", taken.folder.display(), bytes >> 10))?;
    Ok(Exit::Done)
}

/// Restores a backup.
pub(super) fn restore(args: &cli::Restore, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let passphrase = args.passphrase.read()?;
    let restored = backup::restore(&args.backup, &args.folder, passphrase.as_ref())?;
    out.line(format!("{}: the data folder of {}", args.folder.display(), restored.manifest.taken_at))?;
    match (&restored.manifest.key, restored.with_key) {
        (Some(key), false) => say(format!(
            "the backup has the key {}, which is left out: give --passphrase for it, or put it there yourself",
            key.name
        )),
        (None, _) => say(format!(
            "the backup has no key: put the one the console's secrets were sealed with into {}",
            args.folder.join(config::KEY_FILE).display()
        )),
        (Some(_), true) => {}
    }
    say(
        "answers that it has pending are looked for at InMoment before they are sent: they may have been delivered since",
    );
    Ok(Exit::Done)
}
