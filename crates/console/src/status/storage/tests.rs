use super::*;
use crate::observations::SourceIngress;

#[test]
fn what_is_wrong_is_said_with_its_code_and_what_to_do_and_nothing_else() {
    let well = JournalStatus { log_held_ms: Some(5), clock_steps: 2, ..JournalStatus::default() };
    assert_eq!(warnings(&well, &Ingress::default()), []);
    let ill = JournalStatus {
        log_held_ms: Some(90_000),
        clock_steps: 2,
        clock_doubted: true,
        folder_trouble: Some("it was moved".to_owned()),
        damaged_rows: [("bodies", 2), ("ledger", 0)].into(),
        ..JournalStatus::default()
    };
    let source = |name: &str, disk_is_full| SourceIngress {
        name: name.to_owned(),
        stored_bytes: 9,
        disk_bytes: Some(8),
        disk_is_full,
        ..SourceIngress::default()
    };
    let ingress = Ingress { sources: vec![source("a", true), source("b", false)], ..Ingress::default() };
    let all = warnings(&ill, &ingress);
    let codes: Vec<&str> = all.iter().map(|one| one.code).collect();
    assert_eq!(
        codes,
        [
            "journal_rows_damaged",
            "data_folder_replaced",
            "source_disk_full",
            "journal_log_held",
            "clock_stepped"
        ]
    );
    assert!(all.iter().all(|one| one.means.len() > 9 && one.what_to_do.len() > 9), "{all:?}");
    assert!(all[0].about.ends_with("2 of bodies") && all[2].about.contains("source a"), "{all:?}");
}
