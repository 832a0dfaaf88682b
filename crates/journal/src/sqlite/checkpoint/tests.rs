use super::*;
use crate::sqlite::schema::{self, ConnectionRole};
use std::path::{Path, PathBuf};

struct Bench {
    writer: Connection,
    log: PathBuf,
    checkpointer: Checkpointer,
    begun: Instant,
    _folder: tempfile::TempDir,
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    std::fs::write(&path, "").unwrap();
    let mut writer = schema::open_writer(&path.as_path().into()).unwrap();
    let copier = schema::connect(&path.as_path().into(), ConnectionRole::Checkpointer).unwrap();
    let checkpointer = Checkpointer::new(&mut writer, copier).unwrap();
    Bench {
        writer,
        log: folder.path().join("journal-wal"),
        checkpointer,
        begun: Instant::now(),
        _folder: folder,
    }
}

/// How many rows this reader sees.
fn rows(reader: &Connection) -> i64 {
    reader.query_row("SELECT count(*) FROM probe", [], |row| row.get(0)).unwrap()
}

fn mib(path: &Path) -> u64 {
    path.metadata().unwrap().len() >> 20
}

impl Bench {
    fn write(&self, bytes: u64) {
        let bytes = i64::try_from(bytes).unwrap();
        self.writer.execute("INSERT INTO probe (filler) VALUES (zeroblob(?))", [bytes]).unwrap();
    }

    /// A try so many seconds after the beginning.
    fn copy(&mut self, gate: &Gate, seconds: u64) {
        self.checkpointer.copy(gate, self.begun + Duration::from_secs(seconds));
    }

    /// A connection of another program, which reads.
    fn reader(&self) -> Connection {
        schema::connect(&self.log.with_file_name("journal").as_path().into(), ConnectionRole::Reader).unwrap()
    }

    fn level(&self) -> u64 {
        self.checkpointer.level.bytes.load(Ordering::Relaxed)
    }
}

#[test]
fn a_small_log_is_left_alone_and_a_larger_one_begun_anew() {
    let mut bench = bench();
    let gate = Gate::default();
    bench.write(START_BYTES / 2);
    bench.copy(&gate, 0);
    bench.write(1);
    assert!(bench.level() > START_BYTES / 2, "it went on where it was");
    bench.write(START_BYTES);
    bench.copy(&gate, 0);
    bench.write(1);
    assert!(bench.level() < START_BYTES / 2, "it began anew");
}

#[test]
fn a_reader_of_an_old_state_delays_the_log_and_does_not_break_it() {
    let mut bench = bench();
    let gate = Gate::default();
    bench.write(1);
    let reader = bench.reader();
    let old = reader.unchecked_transaction().unwrap();
    assert_eq!(rows(&old), 1);
    bench.write(HIGH_BYTES);
    bench.copy(&gate, 0);
    bench.write(1);
    assert!(bench.level() > HIGH_BYTES, "the reader still needs the log");
    assert_eq!(rows(&old), 1);
    assert!(bench.checkpointer.held.held_for().is_some());
    // While it is in the way the tries come more and more seldom, and none of them waits for it.
    let tries = |bench: &mut Bench, from: u64, to: u64| {
        let mut tries = 0;
        for second in from..to {
            let before = bench.checkpointer.pause.until;
            bench.copy(&gate, second);
            tries += u32::from(bench.checkpointer.pause.until != before);
        }
        tries
    };
    assert!(tries(&mut bench, 1, 601) < 70, "ten minutes of commits");
    drop(old);
    bench.copy(&gate, 620);
    assert_eq!(bench.checkpointer.held.held_for(), None);
    bench.write(1);
    assert!(bench.level() < START_BYTES);
    assert_eq!(rows(&reader), 4);
}

/// For a moment after each commit, the writer reads an old state, too.
#[test]
fn the_writer_is_not_taken_for_a_reader_that_keeps_the_log() {
    let mut bench = bench();
    let gate = Gate::default();
    bench.write(1);
    let within_group = bench.reader();
    gate.enter();
    let old = within_group.unchecked_transaction().unwrap();
    rows(&old);
    bench.write(HIGH_BYTES);
    std::thread::scope(|scope| {
        let copying = scope.spawn(|| bench.copy(&gate, 0));
        while !gate.locked().shut && !copying.is_finished() {
            std::thread::yield_now();
        }
        drop(old);
        gate.leave();
    });
    assert_eq!(bench.checkpointer.held.held_for(), None);
    bench.write(1);
    assert!(bench.level() < START_BYTES, "it began anew");
}

#[test]
fn the_log_is_bounded_while_the_writer_never_rests() {
    let Bench { writer, log, mut checkpointer, _folder, .. } = bench();
    let gate = Gate::default();
    std::thread::scope(|scope| {
        let gate = &gate;
        scope.spawn(move || checkpointer.run(gate));
        for _ in 0..1_000 {
            gate.enter();
            writer.execute("INSERT INTO probe (filler) VALUES (zeroblob(200000))", []).unwrap();
            gate.leave();
        }
        assert!(mib(&log) < 64, "200 MB went through a log of {} MiB", mib(&log));
        let mut writer = writer;
        stop_listening(&mut writer).unwrap();
    });
}

#[test]
fn the_writer_waits_only_so_long_for_a_copier_that_does_not_come() {
    let bench = bench();
    let gate = Gate { outrun_wait: Duration::from_millis(20), ..Gate::default() };
    let attended = Attended::new(&gate, bench.checkpointer.held());
    bench.write(FULL_BYTES);
    assert!(gate.locked().is_outrun());
    let begun = Instant::now();
    gate.enter();
    gate.leave();
    assert!(begun.elapsed() >= gate.outrun_wait, "it waits for the log to be begun anew");
    *bench.checkpointer.held.since() = Some(bench.begun);
    assert!(!gate.locked().is_outrun(), "a reader is to blame");
    *bench.checkpointer.held.since() = None;
    drop(attended);
    assert!(!gate.locked().is_outrun(), "nobody copies");
}

/// Neither one that comes while the failing copy is under way nor one that comes afterwards.
#[test]
fn no_group_waits_for_copies_that_fail() {
    let bench = bench();
    let gate = Gate { outrun_wait: Duration::from_secs(60), ..Gate::default() };
    let held = bench.checkpointer.held();
    let _attended = Attended::new(&gate, held.clone());
    bench.write(FULL_BYTES);
    assert!(gate.locked().is_outrun());
    let begun = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            gate.enter();
            gate.leave();
        });
        // SQLite copies nothing for a connection which is in a transaction of its own.
        let own = bench.checkpointer.connection.unchecked_transaction().unwrap();
        rows(&own);
        assert_eq!(bench.checkpointer.checkpoint("PASSIVE", Duration::ZERO), None);
        gate.copied();
    });
    gate.enter();
    gate.leave();
    assert!(held.fails() && begun.elapsed() < gate.outrun_wait);
    assert!(bench.level() >= FULL_BYTES, "it is as long as it was");
}

#[test]
fn a_log_that_has_been_begun_anew_or_cut_holds_nobody() {
    let shortenings: [fn(&mut Bench, &Gate); 2] =
        [|bench, gate| bench.copy(gate, 0), |bench, gate| bench.checkpointer.cut(gate, bench.begun)];
    for shorten in shortenings {
        let mut bench = bench();
        let gate = Gate::default();
        let _attended = Attended::new(&gate, bench.checkpointer.held());
        bench.write(FULL_BYTES);
        assert!(gate.locked().is_outrun());
        shorten(&mut bench, &gate);
        assert!(!gate.locked().is_outrun());
    }
}

#[test]
fn the_writer_is_held_between_groups_only() {
    let gate = Gate::default();
    let inside = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..1_000 {
                gate.enter();
                inside.store(true, Ordering::SeqCst);
                inside.store(false, Ordering::SeqCst);
                gate.leave();
            }
        });
        for _ in 0..100 {
            gate.hold(|| {
                for _ in 0..100 {
                    assert!(!inside.load(Ordering::SeqCst));
                }
            });
        }
    });
}

#[test]
fn a_quiet_log_is_cut_as_soon_as_no_reader_needs_it() {
    let mut bench = bench();
    let gate = Gate::default();
    bench.write(1_000_000);
    let reader = bench.reader();
    let old = reader.unchecked_transaction().unwrap();
    rows(&old);
    bench.write(1_000_000);
    let begun = bench.begun;
    bench.checkpointer.cut(&gate, begun);
    assert!(bench.log.metadata().unwrap().len() > 1_000_000);
    assert!(bench.checkpointer.level.dirty.load(Ordering::Relaxed), "it is still to do");
    assert!(bench.checkpointer.held.held_for().is_some());
    drop(old);
    bench.checkpointer.cut(&gate, begun + Duration::from_secs(60));
    assert_eq!(bench.log.metadata().unwrap().len(), 0);
    assert_eq!(bench.checkpointer.held.held_for(), None);
}

#[test]
fn a_checkpoint_that_panics_leaves_the_gate_open() {
    let gate = Gate::default();
    let held = std::panic::AssertUnwindSafe(|| gate.hold(|| panic!("on purpose")));
    assert!(std::panic::catch_unwind(held).is_err());
    gate.enter();
    gate.leave();
}
