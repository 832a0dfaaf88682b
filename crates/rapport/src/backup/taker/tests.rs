use super::*;
use journal::{Options, SqliteJournal};
use tempfile::TempDir;

const HOUR: Duration = Duration::from_secs(3_600);

fn at(minutes: i64) -> Millis {
    Millis(1_795_000_000_000 + minutes * 60_000)
}

/// The file at the path of a backup of that time.
fn backup(folder: &Path, minutes: i64) -> PathBuf {
    let backup = folder.join(name_of(at(minutes)));
    fs::create_dir(&backup).unwrap();
    fs::write(backup.join(MANIFEST), "{}").unwrap();
    backup
}

/// The times of the existing backups, whatever the present time is.
fn all(folder: &Path) -> Vec<i64> {
    until(folder, Millis(i64::MAX)).unwrap().into_iter().map(|(at, _)| at).collect()
}

/// A data folder with a journal, and a plan for hourly backups of which two are kept.
fn planned() -> (TempDir, BackupPlan, PathBuf) {
    let house = tempfile::tempdir().unwrap();
    let data = DataFolder { path: house.path().join("data"), key_file: None, file: None };
    drop(SqliteJournal::open(&data.path, Options::new(Arc::new(|| at(0)))).unwrap());
    let folder = house.path().join("backups");
    let section = BackupSection { path: Some(folder.clone()), every: HOUR, keep: 2 };
    (house, BackupPlan { data, section }, folder)
}

#[test]
fn backups_are_due_by_the_newest_and_only_ours_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(due(folder.path(), HOUR, at(0)), Duration::ZERO);
    for minutes in [0, 5, 30] {
        backup(folder.path(), minutes);
    }
    for other in ["rapport-20201129T124500.000Z", "rapport-notes", "rapport-notes.partial", "photos"] {
        fs::create_dir(folder.path().join(other)).unwrap();
    }
    assert_eq!(due(folder.path(), HOUR, at(40)), HOUR - Duration::from_secs(600));
    assert_eq!(due(folder.path(), HOUR, at(95)), Duration::ZERO);
    assert_eq!(tidy(folder.path(), 2, at(95)), Vec::<String>::new());
    assert_eq!(all(folder.path()), [at(5).0, at(30).0]);
    let left = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 6, "what is not ours, or not whole, is left alone");
    assert_eq!(name_of(Millis(0)), "rapport-19700101T000000.000Z");
}

#[test]
fn a_backup_of_the_future_is_as_if_it_were_not_there() {
    let folder = tempfile::tempdir().unwrap();
    for minutes in [0, 5, 600, 700, 800] {
        backup(folder.path(), minutes);
    }
    assert_eq!(due(folder.path(), HOUR, at(10)), HOUR - Duration::from_secs(300));
    assert_eq!(tidy(folder.path(), 2, at(10)), Vec::<String>::new());
    assert_eq!(
        all(folder.path()).len(),
        5,
        "the good history stays, and so does what its time will come for"
    );
    tidy(folder.path(), 2, at(700));
    assert_eq!(all(folder.path()), [at(600).0, at(700).0, at(800).0]);
}

#[test]
fn a_backup_into_which_somebody_put_something_is_left_alone_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let [old, _, _] = [0, 5, 30].map(|minutes| backup(folder.path(), minutes));
    fs::write(old.join("photo.jpg"), "precious").unwrap();
    let left = tidy(folder.path(), 2, at(40));
    assert!(left.len() == 1 && left[0].contains("photo.jpg"), "{left:?}");
    assert!(old.join("photo.jpg").exists() && old.join(MANIFEST).exists(), "it is a whole backup still");
    fs::remove_file(old.join("photo.jpg")).unwrap();
    assert_eq!((tidy(folder.path(), 2, at(40)), old.exists()), (Vec::new(), false));
}

#[test]
fn after_a_clock_was_set_back_one_backup_is_taken() {
    let (_house, plan, folder) = planned();
    fs::create_dir(&folder).unwrap();
    backup(&folder, 9_000);
    let first = look(&plan, &folder, at(0));
    assert_eq!(first.taken, Some(Ok(folder.join(name_of(at(0))))));
    let second = look(&plan, &folder, at(1));
    assert_eq!((second.taken, second.wait), (None, HOUR - Duration::from_secs(60)));
    assert_eq!(all(&folder), [at(0).0, at(9_000).0]);
    assert!(look(&plan, &folder, at(60)).taken.is_some_and(|taken| taken.is_ok()));
}

#[test]
fn what_cannot_be_removed_fails_no_backup_and_is_tried_at_every_look() {
    let (_house, plan, folder) = planned();
    fs::create_dir(&folder).unwrap();
    for minutes in [-300, -200, -100] {
        backup(&folder, minutes);
    }
    // The name that it would have during its removal exists already.
    let taken = partial::of(&folder.join(name_of(at(-300))));
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("photo.jpg"), "precious").unwrap();
    let first = look(&plan, &folder, at(0));
    assert_eq!(first.taken, Some(Ok(folder.join(name_of(at(0))))));
    assert!(first.left.iter().any(|what| what.contains("photo.jpg")), "{:?}", first.left);
    assert_eq!(first.left.len(), 2, "{:?}", first.left);
    assert_eq!(all(&folder), [at(-300).0, at(-100).0, at(0).0], "the others are removed");
    let second = look(&plan, &folder, at(1));
    assert!(second.taken.is_none() && second.left == first.left, "{second:?}");
    assert!(taken.join("photo.jpg").exists());
    fs::remove_file(taken.join("photo.jpg")).unwrap();
    assert_eq!(look(&plan, &folder, at(2)).left, Vec::<String>::new());
    assert_eq!(all(&folder), [at(-100).0, at(0).0]);
    assert!(!taken.exists());
}

#[test]
fn a_scheduled_backup_that_was_broken_off_is_removed_by_the_next() {
    let (_house, plan, folder) = planned();
    let broken_off = partial::of(&folder.join(name_of(at(-30))));
    fs::create_dir_all(&broken_off).unwrap();
    fs::write(broken_off.join("journal.sqlite3"), "half").unwrap();
    let looked = look(&plan, &folder, at(0));
    assert!(looked.taken.is_some_and(|taken| taken.is_ok()));
    assert!(!broken_off.exists());
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}
