use super::*;
use crate::error::JournalError;

#[test]
fn every_shape_reads_back() {
    for shape in KINDS.map(|(kind, _)| RequestShape::Single(kind)).into_iter().chain([RequestShape::Batch]) {
        assert_eq!(shape_of(shape_word(shape)).unwrap(), shape);
    }
    assert!(shape_of(Some("surprise")).is_err());
}

#[test]
fn the_words_are_those_of_the_event_crate() {
    for (kind, word) in KINDS {
        assert_eq!(serde_json::to_string(&kind).unwrap(), format!("{word:?}"));
    }
    for (kind, word) in SOURCE_KINDS {
        assert_eq!(serde_json::to_string(&kind).unwrap(), format!("{word:?}"));
        assert_eq!(source_kind_of(source_kind_word(kind)).unwrap(), kind);
    }
    assert!(source_kind_of("surprise").is_err());
}

#[test]
fn every_count_is_put_where_it_came_from() {
    let fates = [Fate::Delivered, Fate::Dead].into_iter().chain(SkipCode::ALL.map(Fate::Skipped));
    for count in fates.map(Count::Fate).chain([Count::Accepted, Count::MessageIdReused]) {
        let mut totals = LedgerTotals::default();
        Count::put(count.word(), 3, &mut totals);
        let expected = match count {
            Count::Accepted => LedgerTotals { accepted: 3, ..LedgerTotals::default() },
            Count::MessageIdReused => LedgerTotals { message_ids_reused: 3, ..LedgerTotals::default() },
            Count::Fate(Fate::Delivered) => LedgerTotals { delivered: 3, ..LedgerTotals::default() },
            Count::Fate(Fate::Dead) => LedgerTotals { dead: 3, ..LedgerTotals::default() },
            Count::Fate(Fate::Skipped(code)) => {
                LedgerTotals { skipped: [(code, 3)].into(), ..LedgerTotals::default() }
            }
        };
        assert_eq!(totals, expected);
    }
}

/// Journals hold these bytes: a new fate gets a new one, and none ever changes.
#[test]
fn the_bytes_of_fates_stay_what_they_are() {
    let bytes =
        [Fate::Delivered, Fate::Dead].into_iter().chain(SkipCode::ALL.map(Fate::Skipped)).map(Fate::byte);
    assert_eq!(bytes.collect::<Vec<_>>(), [1, 2, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
    assert_eq!(Fate::from_byte(22), Some(Fate::Skipped(SkipCode::Shadowed)));
    assert_eq!(Fate::from_byte(21), Some(Fate::Skipped(SkipCode::Discarded)));
}

#[test]
fn an_unreadable_record_is_not_quoted() {
    let Fault(error) = json_of::<u32>(r#""jane@example.com""#, "a number").unwrap_err();
    assert_eq!(error.to_string(), JournalError::Damaged("a number cannot be read".to_owned()).to_string());
}

#[test]
fn rejected_events_are_written_in_runs_and_read_in_order() {
    let rejected = |index: u32, code: &str| Rejected { index, code: code.to_owned() };
    let mut all: Vec<Rejected> = (1..80_000).map(|index| rejected(index, "event_not_an_object")).collect();
    all[7].code = "event_without_ids".to_owned();
    let text = rejected_text(&all).unwrap().unwrap();
    assert!(text.len() < 100, "{text}");
    assert_eq!(rejected_of(Some(&text)).unwrap(), all);
    let old = r#"[[0,"event_not_an_object"],[2,"event_without_ids"]]"#;
    let expected = [rejected(0, "event_not_an_object"), rejected(2, "event_without_ids")];
    assert_eq!(rejected_of(Some(old)).unwrap(), expected);
    assert_eq!(rejected_text(&[]).unwrap(), None);
}
