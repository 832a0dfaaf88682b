use super::*;
use crate::commands::send::lines::Prepared;

const LINES: &str = "{\"type\":\"track\",\"userId\":\"u\"}\nnope\n{\"type\":\"track\",\"userId\":\"v\"}\n";

struct Case {
    folder: tempfile::TempDir,
    file: PathBuf,
    kept: PathBuf,
}

fn case() -> Case {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.ndjson");
    std::fs::write(&file, LINES).unwrap();
    let kept = Progress::file_of(&file);
    Case { folder, file, kept }
}

fn after_two(case: &Case) -> Progress {
    let mut lines = Lines::open(&case.file).unwrap();
    let mut progress = Progress::fresh(target("http://a/", "key"));
    for _ in 0..2 {
        progress = progress.after(&lines.next_line().unwrap().unwrap());
    }
    progress.save(&case.kept).unwrap();
    progress
}

#[test]
fn a_run_goes_on_behind_the_last_acknowledged_line() {
    let case = case();
    let progress = after_two(&case);
    let kept = Progress::load(&case.kept).unwrap().unwrap();
    assert_eq!(kept, progress);
    assert_eq!(case.kept.file_name().unwrap(), "events.ndjson.progress");
    let mut lines = Lines::open(&case.file).unwrap();
    kept.check(&Progress::fresh(target("http://a", "key")), &mut lines, &case.file).unwrap();
    let next = lines.next_line().unwrap().unwrap();
    assert!(matches!(next.prepared, Prepared::Event(_)));
    assert_eq!((next.number, lines.next_line().unwrap().is_none()), (3, true));
}

#[test]
fn a_file_that_grew_is_the_same_file() {
    let case = case();
    let progress = after_two(&case);
    std::fs::write(&case.file, format!("{LINES}{LINES}")).unwrap();
    let mut lines = Lines::open(&case.file).unwrap();
    progress.check(&progress, &mut lines, &case.file).unwrap();
}

#[test]
fn another_beginning_or_another_server_is_refused() {
    let case = case();
    let progress = after_two(&case);
    for text in [LINES.replace("nope", "nopf"), LINES.replacen('\n', "\n\n", 1), String::new()] {
        std::fs::write(&case.file, &text).unwrap();
        let mut lines = Lines::open(&case.file).unwrap();
        let error = progress.check(&progress, &mut lines, &case.file).unwrap_err();
        assert_eq!(error.code, code::SEND_PROGRESS_UNUSABLE, "{text:?}");
    }
    for other in [target("http://b", "key"), target("http://a", "other")] {
        let mut lines = Lines::open(&case.file).unwrap();
        let error = progress.check(&Progress::fresh(other), &mut lines, &case.file).unwrap_err();
        assert_eq!(error.code, code::SEND_PROGRESS_UNUSABLE);
    }
}

#[test]
fn a_damaged_record_is_no_beginning() {
    let case = case();
    assert_eq!(Progress::load(&case.kept).unwrap(), None);
    std::fs::write(&case.kept, "{\"target\":").unwrap();
    assert_eq!(Progress::load(&case.kept).unwrap_err().code, code::SEND_PROGRESS_UNUSABLE);
    assert!(case.folder.path().exists());
}

#[test]
fn the_record_holds_no_write_key() {
    let case = case();
    let mut progress = Progress::fresh(target("http://a", "planted-key"));
    progress.line = 1;
    progress.save(&case.kept).unwrap();
    assert!(!std::fs::read_to_string(&case.kept).unwrap().contains("planted"));
}
