use super::*;
use crate::sqlite::schema::{self, Role};
use std::path::{Path, PathBuf};

struct Bench {
    writer: Connection,
    log: PathBuf,
    checkpointer: Checkpointer,
    _folder: tempfile::TempDir,
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    std::fs::write(&path, "").unwrap();
    let mut writer = schema::open_writer(&path).unwrap();
    let copier = schema::connect(&path, Role::Checkpointer).unwrap();
    let checkpointer = Checkpointer::new(&mut writer, copier).unwrap();
    Bench { writer, log: folder.path().join("journal-wal"), checkpointer, _folder: folder }
}

fn mib(path: &Path) -> u64 {
    path.metadata().unwrap().len() >> 20
}

impl Bench {
    fn write(&self, bytes: u64) {
        let bytes = i64::try_from(bytes).unwrap();
        self.writer.execute("INSERT INTO probe (filler) VALUES (zeroblob(?))", [bytes]).unwrap();
    }

    fn level(&self) -> u64 {
        self.checkpointer.level.bytes.load(Ordering::Relaxed)
    }
}

#[test]
fn a_small_log_is_left_alone_and_a_larger_one_begun_anew() {
    let bench = bench();
    let gate = Gate::default();
    bench.write(START_BYTES / 2);
    bench.checkpointer.copy(&gate);
    bench.write(1);
    assert!(bench.level() > START_BYTES / 2, "it went on where it was");
    bench.write(START_BYTES);
    bench.checkpointer.copy(&gate);
    bench.write(1);
    assert!(bench.level() < START_BYTES / 2, "it began anew");
}

#[test]
fn a_reader_of_an_old_state_delays_the_log_and_does_not_break_it() {
    let bench = bench();
    let gate = Gate::default();
    bench.write(1);
    let reader = schema::connect(&bench.log.with_file_name("journal"), Role::Reader).unwrap();
    let rows = |reader: &Connection| -> i64 {
        reader.query_row("SELECT count(*) FROM probe", [], |row| row.get(0)).unwrap()
    };
    let old = reader.unchecked_transaction().unwrap();
    assert_eq!(rows(&old), 1);
    bench.write(HIGH_BYTES);
    bench.checkpointer.copy(&gate);
    bench.write(1);
    assert!(bench.level() > HIGH_BYTES, "the reader still needs the log");
    assert_eq!(rows(&old), 1);
    drop(old);
    bench.checkpointer.copy(&gate);
    bench.write(1);
    assert!(bench.level() < START_BYTES);
    assert_eq!(rows(&reader), 4);
}

#[test]
fn the_log_is_bounded_while_the_writer_never_rests() {
    let Bench { writer, log, checkpointer, _folder } = bench();
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
