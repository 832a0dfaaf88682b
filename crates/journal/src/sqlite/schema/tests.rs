use super::*;

fn user_version(connection: &Connection) -> u32 {
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

#[test]
fn only_the_steps_a_file_has_not_seen_are_taken() {
    let mut connection = Connection::open_in_memory().unwrap();
    let steps = ["CREATE TABLE a (x)", "CREATE TABLE b (x); INSERT INTO b VALUES (1)"];
    migrate(&mut connection, &steps[..1]).unwrap();
    assert_eq!(user_version(&connection), 1);
    for _ in 0..2 {
        migrate(&mut connection, &steps).unwrap();
        assert_eq!(user_version(&connection), 2);
    }
    let rows: u32 = connection.query_row("SELECT count(*) FROM b", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 1);
}

#[test]
fn a_step_that_fails_leaves_the_format_before_it() {
    let mut connection = Connection::open_in_memory().unwrap();
    let steps = ["CREATE TABLE a (x)", "CREATE TABLE b (x); CREATE TABLE a (x)"];
    assert!(migrate(&mut connection, &steps).is_err());
    assert_eq!(user_version(&connection), 1);
    assert!(connection.query_row("SELECT count(*) FROM b", [], |_| Ok(())).is_err());
}

#[test]
fn a_newer_file_is_left_alone() {
    let mut connection = Connection::open_in_memory().unwrap();
    connection.pragma_update(None, "user_version", 7).unwrap();
    let Err(Broken::Newer(error)) = migrate(&mut connection, STEPS) else { panic!("it was not refused") };
    assert_eq!(error, JournalError::Newer { found: 7, known: 2 });
}

#[test]
fn a_fresh_file_has_the_settings_that_cannot_be_changed_later() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fresh");
    std::fs::write(&path, "").unwrap();
    for _ in 0..2 {
        let connection = open_writer(&path).unwrap();
        let text = |pragma: &str| -> rusqlite::types::Value {
            connection.pragma_query_value(None, pragma, |row| row.get(0)).unwrap()
        };
        assert_eq!(text("page_size"), i64::from(PAGE_BYTES).into());
        assert_eq!(text("auto_vacuum"), 2.into(), "incremental");
        assert_eq!(text("journal_mode"), "wal".to_owned().into());
        assert_eq!(text("synchronous"), 2.into(), "full");
        assert_eq!(text("wal_autocheckpoint"), 0.into());
    }
}
