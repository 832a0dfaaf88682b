use super::*;

#[test]
fn stamps_carry_the_pacific_offset_of_their_day() {
    let cases = [
        // The pair of times that was seen live (docs/facts/inmoment-api.md#pacific).
        (1_642_685_961, "2022-01-20 05:39:21 -0800"),
        (1_660_156_790, "2022-08-10 11:39:50 -0700"),
        // Both sides of a change to or from daylight saving time.
        (1_710_064_799, "2024-03-10 01:59:59 -0800"),
        (1_710_064_800, "2024-03-10 03:00:00 -0700"),
        // Before 2007 daylight saving time had other dates: 20 March 2006 was still in standard time.
        (1_142_870_400, "2006-03-20 08:00:00 -0800"),
        (0, "1969-12-31 16:00:00 -0800"),
    ];
    for (seconds, expected) in cases {
        assert_eq!(stamp(seconds), expected);
    }
}

#[test]
fn milliseconds_sent_as_seconds_are_no_time() {
    assert!(is_epoch(1_642_685_961));
    assert!(is_epoch(-1));
    assert!(!is_epoch(1_642_685_961_032));
}

#[test]
fn http_dates_have_the_fixed_form() {
    assert_eq!(http_date(784_111_777_999), "Sun, 06 Nov 1994 08:49:37 GMT");
}

#[test]
fn minutes_end_on_the_clock() {
    assert_eq!(minute_end(0), 60);
    assert_eq!(minute_end(59_999), 60);
    assert_eq!(minute_end(60_000), 120);
    assert_eq!(minute_end(-1), 0);
}

#[test]
fn purges_happen_at_the_next_seven_utc() {
    let midnight = 1_700_006_400;
    assert_eq!(next_purge(midnight), midnight + 7 * 3_600);
    assert_eq!(next_purge(midnight + 7 * 3_600 - 1), midnight + 7 * 3_600);
    assert_eq!(next_purge(midnight + 7 * 3_600), midnight + DAY + 7 * 3_600);
    assert_eq!(next_purge(midnight + DAY - 1), midnight + DAY + 7 * 3_600);
}
