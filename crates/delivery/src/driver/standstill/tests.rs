use super::*;

fn at(mono: u64) -> Now {
    Now { wall: Millis(1_000_000 + i64::try_from(mono).unwrap()), mono }
}

#[test]
fn what_fails_is_told_with_its_tries_since_the_first_of_them_until_it_works() {
    let mut recording = Operation::recording();
    recording.begins(at(0));
    assert_eq!(recording.trouble(at(10)), None);
    recording.failed("the disk is full", 1_010, at(10));
    recording.begins(at(1_010));
    recording.failed("the disk is gone", 2_020, at(1_020));
    let trouble = recording.trouble(at(1_500)).unwrap();
    assert_eq!((trouble.code, trouble.tries, trouble.since), ("not_recorded", 2, Millis(1_000_010)));
    assert!(trouble.last_words.ends_with("the disk is gone"), "{}", trouble.last_words);
    assert_eq!(trouble.next_try, Some(Millis(1_002_020)));
    recording.begins(at(2_020));
    assert!(recording.trouble(at(2_021)).is_some(), "it is not over before it has worked");
    recording.succeeded();
    assert_eq!(recording.trouble(at(9_999_999)), None);
}

#[test]
fn no_answer_is_told_when_it_is_overdue_and_is_looked_for_then() {
    let mut reading = Operation::reading();
    assert_eq!(reading.overdue_at(at(0)), None);
    reading.begins(at(7));
    assert_eq!(reading.overdue_at(at(8)), Some(7 + PATIENCE_MS));
    assert_eq!(reading.trouble(at(6 + PATIENCE_MS)), None);
    let trouble = reading.trouble(at(7 + PATIENCE_MS)).unwrap();
    assert_eq!((trouble.code, trouble.tries, trouble.since), ("not_read", 0, Millis(1_000_007)));
    assert_eq!(reading.overdue_at(at(7 + PATIENCE_MS)), None, "nobody is woken for it again and again");
    reading.succeeded();
    assert_eq!(reading.trouble(at(10 * PATIENCE_MS)), None);
}
