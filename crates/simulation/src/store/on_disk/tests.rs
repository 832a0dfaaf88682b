use super::*;
use event::Millis;
use journal::DeliveryStore;

fn on_disk(seed: u64) -> OnDisk {
    let mut times = Times::new(Millis(1_780_000_000_000));
    times.stand(0, 0);
    OnDisk::new(seed, &Arc::new(Mutex::new(times)), Lie::None)
}

/// The system may keep showing what a failed sync has not written. A process that starts then finds in the log what will not be there
/// after a power cut, and with it everything that is behind it.
#[test]
fn what_a_process_builds_on_outlasts_a_power_cut() {
    for seed in 0..60 {
        let mut disk = on_disk(seed);
        disk.start(0, true, 0.0).unwrap();
        disk.disk.set_weather(Weather { sync: 1.0, ..Weather::default() });
        let refused = disk.journal().unwrap().destination("first");
        assert!(matches!(refused, Err(JournalError::Disk(_))), "{refused:?}");
        disk.stop(End::Killed);
        disk.start(0, true, 0.0).unwrap();
        let acknowledged = disk.journal().unwrap().destination("second").unwrap();
        disk.stop(End::PowerCut);
        disk.start(0, true, 0.0).unwrap();
        let restored = disk.journal().unwrap().restore(acknowledged);
        assert!(restored.is_ok(), "seed {seed}: {restored:?}");
    }
}

/// SQLite goes on without a write-ahead log when the disk fails as it is begun, and a commit is then not durable before the folder is.
#[test]
fn a_journal_that_is_opened_on_a_failing_disk_keeps_what_it_acknowledges() {
    let mut opened = 0;
    for seed in 0..400 {
        let mut disk = on_disk(seed);
        disk.weather = Weather { sync: 0.1, ..Weather::default() };
        if disk.start(0, false, 0.0).is_err() {
            continue;
        }
        opened += 1;
        disk.calm();
        let acknowledged = disk.journal().unwrap().destination("first").unwrap();
        disk.stop(End::PowerCut);
        disk.start(0, true, 0.0).unwrap();
        let restored = disk.journal().unwrap().restore(acknowledged);
        assert!(restored.is_ok(), "seed {seed}: {restored:?}");
    }
    assert!(opened > 5, "{opened}");
}
