//! Samples of how it all went.

use crate::sample::{durable, wired};
use event::Millis;
use journal::{Archive, DeliveryStore, DestinationId, Sample};

const DAY: i64 = 24 * 60 * 60 * 1_000;

fn sample(at: i64, destination: DestinationId, accepted: u64) -> Sample {
    Sample {
        at: Millis(at),
        destination,
        accepted,
        delivered: 2,
        skipped: 3,
        dead: 4,
        pending: 5,
        calls: 6,
        calls_saved: 7,
        oldest_pending_ms: 8,
        limit: 100,
        state: "running".to_owned(),
    }
}

#[test]
fn samples_are_kept_by_minute_and_destination() {
    let (journal, _folder) = durable();
    let (_, here) = wired(&journal);
    let there = journal.destination("there").unwrap();
    let record = |samples| journal.record_samples(samples).wait().unwrap();
    record(vec![sample(60_000, there, 1), sample(60_000, here, 2), sample(120_000, here, 3)]);
    record(vec![sample(180_000, here, 4), sample(120_000, here, 5)]);
    let read = |destination, from, to| journal.samples(destination, Millis(from), Millis(to)).unwrap();
    let all = [
        sample(60_000, here, 2),
        sample(60_000, there, 1),
        sample(120_000, here, 5),
        sample(180_000, here, 4),
    ];
    assert_eq!(read(None, 0, i64::MAX), all);
    assert_eq!(read(None, 60_001, 180_000), all[2..3]);
    assert_eq!(read(Some(there), 0, i64::MAX), all[1..2]);

    journal.maintain(Millis(30 * DAY + 60_000)).unwrap();
    assert_eq!(read(None, 0, i64::MAX), all);
    journal.maintain(Millis(30 * DAY + 60_001)).unwrap();
    assert_eq!(read(None, 0, i64::MAX), all[2..]);
}
