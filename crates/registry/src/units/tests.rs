use super::*;
use proptest::prelude::*;

#[test]
fn durations_as_people_write_them() {
    for (text, millis) in [
        ("200 ms", 200),
        ("1 s", 1_000),
        ("5 min", 300_000),
        ("5min", 300_000),
        (" 24 h ", 86_400_000),
        ("7 days", 604_800_000),
        ("1 day", 86_400_000),
        ("1 h 30 min", 5_400_000),
        ("1h30m", 5_400_000),
        ("0 s", 0),
    ] {
        assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
    }
    for text in [
        "",
        "5",
        "min",
        "5 weeks",
        "-1 s",
        "1.5 h",
        "5 min 3",
        "99999999999999999999 s",
        "18446744073709551615 h",
    ] {
        let error = duration(text).expect_err(text).to_string();
        assert!(error.contains("5 min"), "{text}: {error}");
    }
}

#[test]
fn sizes_as_people_write_them() {
    for (text, bytes) in [
        ("1 GiB", 1 << 30),
        ("64 KiB", 65_536),
        ("500 MB", 500_000_000),
        ("4096000 B", 4_096_000),
        ("2tib", 2 << 40),
    ] {
        assert_eq!(size(text), Ok(bytes), "{text}");
    }
    for text in ["", "12", "1 GiB 2 MiB", "1 gigs", "99999999999 TiB"] {
        assert!(size(text).is_err(), "{text}");
    }
}

#[test]
fn rates_as_people_write_them() {
    let per = |count, millis| Ok(Rate { count, per: Duration::from_millis(millis) });
    for (text, wanted) in [
        ("1000/min", per(1000, 60_000)),
        ("5 / s", per(5, 1_000)),
        ("100/minute", per(100, 60_000)),
        ("1/h", per(1, 3_600_000)),
    ] {
        assert_eq!(rate(text), wanted, "{text}");
    }
    for text in ["", "1000", "/min", "0/min", "5/fortnight", "-1/s", "4294967296/s"] {
        assert!(rate(text).is_err(), "{text}");
    }
}

#[test]
fn volumes_are_read() {
    for (text, bytes, millis) in
        [("20 GiB/h", 20 << 30, 3_600_000), ("1MB / s", 1_000_000, 1_000), ("5 B/day", 5, 86_400_000)]
    {
        assert_eq!(volume(text), Ok((bytes, Duration::from_millis(millis))), "{text}");
    }
    for text in ["", "20 GiB", "20/h", "0 B/h", "1 GiB/fortnight", "GiB/h", "-1 B/s"] {
        assert!(volume(text).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn a_written_duration_reads_back(millis in 0u64..10_000_000_000) {
        let wanted = Duration::from_millis(millis);
        prop_assert_eq!(duration(&write_duration(wanted)), Ok(wanted));
    }

    #[test]
    fn no_text_panics(text in ".{0,40}") {
        let _ = duration(&text);
        let _ = size(&text);
        let _ = rate(&text);
        let _ = volume(&text);
    }
}

#[test]
fn a_whole_number_is_one_however_json_writes_it_and_has_an_end() {
    #[derive(Debug, serde::Deserialize)]
    struct Given(#[serde(deserialize_with = "count_if_said")] Option<u32>);
    let read = |text: &str| serde_json::from_str::<Given>(text).map(|given| given.0).ok();
    for (text, wanted) in [
        ("5", Some(5)),
        ("5.0", Some(5)),
        ("0", Some(0)),
        ("2147483647", Some(i32::MAX.unsigned_abs())),
        ("null", None),
    ] {
        assert_eq!(read(text), Some(wanted), "{text}");
    }
    for text in ["5.5", "-1", "-1.0", "2147483648", "1e300", "\"5\"", "[]", "18446744073709551616"] {
        assert_eq!(read(text), None, "{text}");
    }
}
