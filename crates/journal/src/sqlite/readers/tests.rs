use super::*;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

fn readers() -> (Readers, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    std::fs::write(&path, "").unwrap();
    drop(schema::open_writer(&path.as_path().into()).unwrap());
    (Readers::new(path.as_path().into(), std::sync::Arc::default()), folder)
}

#[test]
fn so_many_read_at_a_time_and_the_rest_wait() {
    let (readers, _folder) = readers();
    let full = Barrier::new(MOST + 1);
    let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let read = |meet: bool| {
        readers.read(|_| {
            most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            if meet {
                full.wait();
            }
            inside.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        })
    };
    std::thread::scope(|scope| {
        let first: Vec<_> = (0..MOST).map(|_| scope.spawn(|| read(true))).collect();
        // Everybody is inside when the barrier has one left to wait for.
        while inside.load(Ordering::SeqCst) < MOST {
            std::thread::yield_now();
        }
        assert_eq!(readers.reading().0 as usize, MOST);
        assert!(readers.reading().1.is_some());
        let late: Vec<_> = (0..MOST * 3).map(|_| scope.spawn(|| read(false))).collect();
        full.wait();
        first.into_iter().chain(late).for_each(|one| one.join().unwrap().unwrap());
    });
    assert_eq!(most.load(Ordering::SeqCst), MOST);
    assert_eq!(readers.reading(), (0, None));
}

#[test]
fn a_read_that_takes_too_long_ends_and_the_next_one_is_well() {
    let (readers, _folder) = readers();
    let readers = Readers { longest: Duration::ZERO, ..readers };
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    let ended = readers.read(|connection| Ok(connection.query_row(endless, [], |row| row.get::<_, i64>(0))?));
    assert!(ended.unwrap_err().to_string().contains("interrupted"));
    assert_eq!(readers.reading(), (0, None));
    let readers = Readers { longest: MAX_READ_TIME, ..readers };
    assert_eq!(readers.read(|connection| Ok(connection.query_row("SELECT 7", [], |row| row.get(0))?)), Ok(7));
}

#[test]
fn a_reader_that_panics_leaves_its_place() {
    let (readers, _folder) = readers();
    for _ in 0..MOST + 1 {
        let read =
            std::panic::AssertUnwindSafe(|| readers.read(|_| -> Result<(), Fault> { panic!("on purpose") }));
        assert!(std::panic::catch_unwind(read).is_err());
    }
    assert_eq!(readers.reading(), (0, None));
}
