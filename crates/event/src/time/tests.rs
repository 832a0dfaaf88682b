use super::*;
use crate::Millis;
use proptest::prelude::*;
use serde_json::json;

#[test]
fn dates_to_seconds() {
    let table = [
        ("2022-01-20T13:39:21.032Z", 1_642_685_961),
        ("2022-01-20T13:39:21.999999999Z", 1_642_685_961),
        ("2022-01-20T13:39:21.032+05:30", 1_642_666_161),
        ("2022-01-20T13:39:21.032+0530", 1_642_666_161),
        ("2026-11-23T12:07:18.658874+00:00", 1_795_435_638),
        ("2026-11-23T11:54:20.215291815Z", 1_795_434_860),
        ("2022-01-20T13:39:21", 1_642_685_961),
        ("2022-01-20 13:39:21", 1_642_685_961),
        ("2022-01-20 13:39:21Z", 1_642_685_961),
        (" 2022-01-20T13:39:21Z ", 1_642_685_961),
        ("2022-01-20t13:39:21z", 1_642_685_961),
        ("2022-01-20T13:39", 1_642_685_940),
        ("2022-01-20", 1_642_636_800),
        ("1642685961", 1_642_685_961),
        ("1642685961.9", 1_642_685_961),
        ("1642685961032", 1_642_685_961),
        ("+1642685961", 1_642_685_961),
        ("0", 0),
        ("-1", -1),
        ("-0.5", -1),
        ("1969-12-31T23:59:59.500Z", -1),
        ("1970-01-01T00:00:00.999Z", 0),
    ];
    for (text, wanted) in table {
        assert_eq!(Moment::parse(text).map(Moment::unix_seconds), Some(wanted), "{text}");
    }
    let none = [
        "",
        " ",
        "abc",
        "2022-13-01",
        "2022-02-30T00:00:00Z",
        "2022-01-20T25:00:00Z",
        "99999999999999",
        "1e9",
        "-",
        ".",
        "1.2.3",
        "2022-01-20T13:39:21[Europe/Berlin]",
        "now",
        "٢٠٢٢-٠١-٢٠",
    ];
    for text in none {
        assert_eq!(Moment::parse(text), None, "{text}");
    }
    assert_eq!(Moment::parse(&"0".repeat(5000)), None);
}

#[test]
fn values_to_seconds() {
    let table = [
        (json!(1642685961), Some(1_642_685_961)),
        (json!(1642685961032_i64), Some(1_642_685_961)),
        (json!(1642685961.5), Some(1_642_685_961)),
        (json!(0), Some(0)),
        (json!(1e300), None),
        (json!("2022-01-20"), Some(1_642_636_800)),
        (json!(true), None),
        (json!(null), None),
        (json!({}), None),
    ];
    for (value, wanted) in table {
        assert_eq!(Moment::from_value(&value).map(Moment::unix_seconds), wanted, "{value}");
    }
}

#[test]
fn writing() {
    let table = [
        ("2022-01-20T13:39:21.032999Z", "2022-01-20T13:39:21.032Z"),
        ("2022-01-20T13:39:21+00:00", "2022-01-20T13:39:21.000Z"),
        ("2022-01-20T13:39:21.5-08:30", "2022-01-20T13:39:21.500-08:30"),
        ("2022-01-20", "2022-01-20T00:00:00.000Z"),
        ("1642685961", "2022-01-20T13:39:21.000Z"),
    ];
    for (text, wanted) in table {
        assert_eq!(Moment::parse(text).unwrap().rfc3339(), wanted);
    }
    assert_eq!(Moment::from_millis(Millis(-1)).unwrap().rfc3339(), "1969-12-31T23:59:59.999Z");
    assert_eq!(Millis(1_642_685_961_032).rfc3339(), "2022-01-20T13:39:21.032Z");
    assert_eq!(Millis(i64::MAX).rfc3339(), "9223372036854775807", "beyond the calendar");
    assert_eq!(Moment::from_millis(Millis(i64::MAX)), None);
}

#[test]
fn a_correction_that_leaves_the_calendar_is_none() {
    let now = Moment::parse("2022-01-20T13:39:21Z").unwrap();
    let (early, late) = (Moment::parse("-009000-01-01").unwrap(), Moment::parse("9999-01-01").unwrap());
    assert_eq!(now.corrected(late, early), now);
    assert_eq!(now.corrected(early, late), now);
}

proptest! {
    #[test]
    fn what_is_written_reads_back(millis in -60_000_000_000_000i64..200_000_000_000_000) {
        let moment = Moment::from_millis(Millis(millis)).unwrap();
        let again = Moment::parse(&moment.rfc3339()).unwrap();
        prop_assert_eq!(again, moment);
        prop_assert_eq!(again.unix_millis(), Millis(millis));
        prop_assert_eq!(again.unix_seconds(), millis.div_euclid(1000));
    }

    #[test]
    fn never_panics(text in ".{0,70}", digits in "[-+]?[0-9]{0,40}(\\.[0-9]{0,40})?") {
        let _ = Moment::parse(&text);
        let _ = Moment::parse(&digits).map(|moment| (moment.rfc3339(), moment.unix_seconds(), moment.unix_millis()));
    }
}
