//! The journal's use of the disk, and the health of its storage.

use super::values::{from, seconds, signed};
use crate::metrics::declare::{Labels, Metrics};
use crate::observations::Ingress;
use journal::JournalStatus;

pub(super) fn of_sources(metrics: &mut Metrics, ingress: &Ingress) {
    let stored = metrics.gauge(
        "source_stored_bytes",
        "Bytes that the source's stored requests and dead letters take on the disk",
    );
    let limit = metrics
        .gauge("source_disk_bytes", "Bytes that the source may take on the disk; absent without a limit");
    let full = metrics
        .gauge("source_disk_full", "1 while the source is refused because its share of the disk is used up");
    for source in &ingress.sources {
        stored(from(&source.name), signed(source.stored_bytes));
        if let Some(bytes) = source.disk_bytes {
            limit(from(&source.name), signed(bytes));
        }
        full(from(&source.name), i64::from(source.disk_is_full));
    }
}

pub(super) fn of_journal(metrics: &mut Metrics, journal: &JournalStatus) {
    let millis = |millis: Option<u64>| seconds(signed(millis.unwrap_or(0)));
    metrics.level("journal_wal_bytes", "Bytes in the journal's write-ahead log", signed(journal.log_bytes));
    let held = "How long a reader has kept the write-ahead log from being reset; 0 when none does";
    metrics.share("journal_wal_held_seconds", held, millis(journal.log_held_ms));
    let put_off = "Checkpoints of the write-ahead log that a reader has delayed";
    metrics.total("journal_checkpoints_put_off", put_off, journal.log_put_off);
    metrics.level("journal_readers", "Reads of the journal under way", i64::from(journal.readers));
    let oldest = "How long the longest read of the journal has been under way; 0 when there is none";
    metrics.share("journal_oldest_reader_seconds", oldest, millis(journal.oldest_reader_ms));
    if let Some(reserve) = journal.reserve {
        let help = "1 while the reserve for a full disk is there";
        metrics.level("journal_reserve_ready", help, i64::from(reserve));
    }
    let replaced = "1 while the data folder is not the one that the server opened";
    metrics.level("data_folder_replaced", replaced, i64::from(journal.folder_trouble.is_some()));
    let damaged = metrics.gauge("journal_damaged_rows", "Damaged rows found since the start");
    for (table, rows) in &journal.damaged_rows {
        damaged(of_table(table), signed(*rows));
    }
    metrics.total(
        "clock_steps",
        "Steps of the wall clock that were not counted as time",
        journal.clock_steps,
    );
    let doubted = "1 while the last step of the wall clock was less than a day ago";
    metrics.level("clock_doubted", doubted, i64::from(journal.clock_doubted));
}

fn of_table(table: &str) -> Labels {
    vec![("table", table.to_owned())]
}
