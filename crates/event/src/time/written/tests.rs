use super::*;
use proptest::prelude::*;

const DAY: i64 = 1_642_636_800;
const SECOND: i64 = 1_642_685_961;
const IN_INDIA: i64 = SECOND - 19_800;

fn seconds(text: &str) -> Option<i64> {
    Moment::written(text).map(Moment::unix_seconds)
}

/// docs/facts/mapping.md#time-forms: what languages, mail and people write.
#[test]
fn what_programs_print() {
    let table = [
        // JavaScript: toString, toUTCString, toDateString, toLocaleString
        ("Thu Jan 20 2022 13:39:21 GMT+0000 (Coordinated Universal Time)", SECOND),
        ("Thu Jan 20 2022 13:39:21 GMT+0530 (India Standard Time)", IN_INDIA),
        ("Thu Jan 20 2022 13:39:21 GMT-0800 (Nordamerikanische Westküsten-Normalzeit)", SECOND + 28_800),
        ("Thu, 20 Jan 2022 13:39:21 GMT", SECOND),
        ("Thu Jan 20 2022", DAY),
        ("1/20/2022, 1:39:21 PM", SECOND),
        ("January 20, 2022 at 1:39:21 PM UTC", SECOND),
        ("2022-01-20T13:39:21.032Z", SECOND),
        ("+002022-01-20T13:39:21.032Z", SECOND),
        // mail
        ("Thu, 20 Jan 2022 13:39:21 +0530", IN_INDIA),
        ("20 Jan 2022 13:39:21 +0000 (UTC)", SECOND),
        ("Thu, 20 Jan 22 13:39:21 EST", SECOND + 18_000),
        ("20 Jan 2022 13:39 PST", SECOND + 28_800 - 21),
        // Ruby: Time#to_s, #inspect, #ctime, Rails' TimeWithZone, and Ruby 1.8
        ("2022-01-20 13:39:21 +0530", IN_INDIA),
        ("2022-01-20 13:39:21 UTC", SECOND),
        ("2022-01-20 13:39:21.032123 +0530", IN_INDIA),
        ("2022-01-20 13:39:21 -0330", SECOND + 12_600),
        ("Thu, 20 Jan 2022 13:39:21.032000000 UTC +00:00", SECOND),
        ("Thu, 20 Jan 2022 13:39:21 IST +05:30", IN_INDIA),
        ("Thu Jan 20 13:39:21 +0530 2022", IN_INDIA),
        ("Thu Jan 20 13:39:21 UTC 2022", SECOND),
        // Go: Time.String, ANSIC, UnixDate, RubyDate, RFC822, RFC850, RFC1123Z
        ("2022-01-20 13:39:21.032123456 +0530 IST m=+0.000012345", IN_INDIA),
        ("2022-01-20 13:39:21 +0000 UTC", SECOND),
        ("2022-01-20 13:39:21 -0300 -03", SECOND + 10_800),
        ("2022-01-20 13:39:21 +0545 +0545", SECOND - 20_700),
        ("Thu Jan 20 13:39:21 2022", SECOND),
        ("Thu Jan 20 13:39:21 GMT 2022", SECOND),
        ("20 Jan 22 13:39 UTC", SECOND - 21),
        ("Thursday, 20-Jan-22 13:39:21 UTC", SECOND),
        ("Thu, 20 Jan 2022 13:39:21 +0000", SECOND),
        ("Thu Jan  6 13:39:21 2022", SECOND - 14 * 86_400),
        // Python: str(datetime), isoformat, ctime, pandas
        ("2022-01-20 13:39:21.032000", SECOND),
        ("2022-01-20 13:39:21.032000+05:30", IN_INDIA),
        ("2022-01-20T13:39:21.032000", SECOND),
        ("2022-01-20 13:39:21+00:00", SECOND),
        ("2022-01-20 13:39:21.032000123", SECOND),
        // Java: Date, Instant, LocalDateTime, ZonedDateTime, Timestamp, DateFormat (with the space of Java 20)
        ("Thu Jan 20 13:39:21 IST 2022", IN_INDIA),
        ("Thu Jan 20 13:39:21 CET 2022", SECOND - 3_600),
        ("2022-01-20T13:39:21.032123Z", SECOND),
        ("2022-01-20T13:39:21.032+05:30[Asia/Kolkata]", IN_INDIA),
        ("2022-01-20T13:39:21Z[UTC]", SECOND),
        ("2022-01-20T13:39:21[UTC]", SECOND),
        ("2022-01-20 13:39:21.0", SECOND),
        ("Jan 20, 2022 1:39:21 PM", SECOND),
        ("Jan 20, 2022, 1:39:21\u{202f}PM", SECOND),
        ("20 Jan 2022 13:39:21 GMT", SECOND),
        // .NET, and people
        ("/Date(1642685961032)/", SECOND),
        ("/Date(1642685961032+0000)/", SECOND),
        ("/Date(1642685961032-0500)/", SECOND),
        ("\"2022-01-20T13:39:21.032Z\"", SECOND),
        ("'2022-01-20 13:39:21'", SECOND),
        ("ISODate(\"2022-01-20T13:39:21Z\")", SECOND),
        ("new Date('Thu Jan 20 2022 13:39:21 GMT+0000 (UTC)');", SECOND),
        ("Timestamp('2022-01-20 13:39:21')", SECOND),
        ("#inst \"2022-01-20T13:39:21.000-00:00\"", SECOND),
        ("~U[2022-01-20 13:39:21Z]", SECOND),
        ("~N[2022-01-20 13:39:21]", SECOND),
        ("2022-01-20T08:39:21\u{2212}05:00", SECOND),
        ("\"1642685961\"", SECOND),
        ("2022/01/20", DAY),
        ("2022/1/20 13:39:21", SECOND),
        ("2022.01.20", DAY),
        ("2022-1-20", DAY),
        ("2022-01", DAY - 19 * 86_400),
        ("20-Jan-2022", DAY),
        ("20. Jan 2022", DAY),
        ("January 20th, 2022", DAY),
        ("Jan 2022", DAY - 19 * 86_400),
        ("20/01/2022", DAY),
        ("01/20/2022", DAY),
        ("20.01.2022 13:39:21", SECOND),
        ("1/20/22", DAY),
        ("01/01/2022", DAY - 19 * 86_400),
        ("20 Jan 2022 1:39:21 p.m.", SECOND),
        ("\u{feff}2022-01-20\u{200b}", DAY),
        ("2022-02-30", DAY + 41 * 86_400),
        ("2022-01-19T24:00:00Z", DAY),
        // compact, and UNIX time by its size
        ("20220120", DAY),
        ("20220120.0", DAY),
        ("20220120133921", SECOND),
        ("20220120T133921Z", SECOND),
        ("1642685961", SECOND),
        ("1642685961.032", SECOND),
        ("1.642685961032e9", SECOND),
        ("1642685961032", SECOND),
        ("1642685961032.5", SECOND),
        ("1642685961032123", SECOND),
        ("1642685961032123456", SECOND),
        ("946684800", 946_684_800),
        ("946684800000", 946_684_800),
        ("946684800000000", 946_684_800),
        ("946684800000000000", 946_684_800),
        ("0", 0),
        ("-1", -1),
        ("-1000000000000", -1_000_000_000),
        // eight digits that are no date, and other numbers of digits
        ("20221399", 20_221_399),
        ("30220120", 30_220_120),
        ("2022", 2022),
    ];
    for (text, wanted) in table {
        assert_eq!(seconds(text), Some(wanted), "{text}");
    }
}

#[test]
fn what_is_not_one_date_only_is_none() {
    for text in [
        "",
        " ",
        "soon",
        "01/02/2022",
        "1/2/22",
        "02.01.2022 13:00",
        "20/01/22",
        "Jan 20",
        "abc 5",
        "13:39:21",
        "2022-13-01",
        "31/31/2022",
        "0000-00-00 00:00:00",
        "2022-01-20 25:00",
        "2022-01-20 13:39 XYZ",
        "2022-01-20T13:39:21[Europe/Berlin]",
        "20 Jan 2022 13:39 pm",
        "Jan Feb 2022",
        "1 2 3 4",
        "2022-01-20 13:39 14:40",
        "٢٠٢٢-٠١-٢٠",
        "null",
        "NaN",
        "Invalid Date",
        "-",
        "1e",
        "99999999999999999999999999999",
    ] {
        assert_eq!(seconds(text), None, "{text}");
    }
    assert_eq!(Moment::written(&"0".repeat(5000)), None);
}

fn print(style: usize, moment: Moment) -> String {
    let zoned = Offset::UTC.to_datetime(moment.at);
    let style = [
        "%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)",
        "%a, %d %b %Y %H:%M:%S +0000",
        "%Y-%m-%d %H:%M:%S UTC",
        "%Y-%m-%d %H:%M:%S +0000 UTC",
        "%a %b %d %H:%M:%S UTC %Y",
        "%a %b %e %H:%M:%S %Y",
        "%b %d, %Y %I:%M:%S %p",
        "%Y/%m/%d %H:%M:%S",
        "%A, %d-%b-%Y %H:%M:%S UTC",
        "%a %b %d %H:%M:%S +0000 %Y",
    ][style % 10];
    zoned.strftime(style).to_string()
}

proptest! {
    /// Every second from 1970 to 2100 reads back from every print.
    #[test]
    fn prints_read_back(unix in 0i64..4_102_444_800, style in 0usize..10) {
        let moment = Moment::from_millis(crate::Millis(unix * 1000)).unwrap();
        prop_assert_eq!(seconds(&print(style, moment)), Some(unix), "{}", print(style, moment));
    }

    /// Whatever the unit, from 1975 on.
    #[test]
    fn units_are_told_by_size(unix in 157_766_400i64..4_102_444_800, unit in 0u32..4) {
        let text = format!("{}", i128::from(unix) * 1000i128.pow(unit));
        let compact = text.len() == 8 || text.len() == 14;
        prop_assert!(compact || seconds(&text) == Some(unix), "{}", text);
    }

    #[test]
    fn never_panics(text in ".{0,70}", like in "[-+:.,/ TZa-z0-9()\\[\\]]{0,40}") {
        let _ = Moment::written(&text);
        let _ = Moment::written(&like);
    }
}
