//! How the storage itself is doing, put together from those who know.

use super::ages::Ages;
use super::keeper::Watch;
use super::readers::Readers;
use super::retention::SEEN_AGE;
use super::sum::CHECKED;
use super::writer::WriterShared;
use crate::records::JournalStatus;

pub(super) fn read(shared: &WriterShared, readers: &Readers, ages: &Ages, watch: &Watch) -> JournalStatus {
    let (clock_steps, clock_doubted) = ages.steps(SEEN_AGE);
    let (reading, oldest) = readers.reading();
    JournalStatus {
        log_bytes: watch.held.log_bytes(),
        log_held_ms: watch.held.held_for().map(millis),
        log_put_off: watch.held.put_off(),
        readers: reading,
        oldest_reader_ms: oldest.map(millis),
        reserve: shared.reserve.stands(),
        clock_steps,
        clock_doubted,
        folder_trouble: watch.folder_trouble(),
        damaged_rows: CHECKED.iter().map(|table| (*table, 0)).chain(shared.damage.rows()).collect(),
        stored: shared.stored.all(),
    }
}

fn millis(length: std::time::Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}
