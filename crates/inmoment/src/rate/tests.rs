use crate::http::HttpReply;
use crate::outcome::RateHeaders;

const NOW: i64 = 1_537_971_800;

fn read(status: u16, headers: &[(&str, &str)]) -> RateHeaders {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    RateHeaders::read(&HttpReply { status, headers, body: Vec::new() }, NOW)
}

#[test]
fn limit_and_remaining_are_numbers_or_absent() {
    let rate = read(200, &[("x-rate-limit-limit", "100"), ("x-rate-limit-remaining", " 99 ")]);
    assert_eq!(rate, RateHeaders { limit: Some(100), remaining: Some(99), resets_in_secs: None });
    assert_eq!(read(200, &[]), RateHeaders::default());
    let rows = [
        ("many", None),
        ("", None),
        ("-", None),
        ("1.5", None),
        ("1e3", None),
        ("0x10", None),
        ("١", None),
        ("+7", Some(7)),
        ("-1", Some(0)),
        ("-99999999999999999999", Some(0)),
        ("4294967295", Some(u32::MAX)),
        ("4294967296", Some(u32::MAX)),
        ("99999999999999999999999999", Some(u32::MAX)),
    ];
    for (text, expected) in rows {
        let rate = read(200, &[("x-rate-limit-limit", text), ("x-rate-limit-remaining", text)]);
        assert_eq!((rate.limit, rate.remaining), (expected, expected), "{text}");
    }
}

#[test]
fn the_reset_is_counted_from_the_reply() {
    let reset = ("x-rate-limit-reset", "1537971859");
    let date = ("date", "Wed, 26 Sep 2018 14:23:49 GMT"); // 1537971829
    type Row<'a> = (u16, &'a [(&'a str, &'a str)], Option<u32>);
    let rows: &[Row<'_>] = &[
        (200, &[reset], Some(59)),
        (200, &[reset, date], Some(30)),
        (200, &[reset, ("date", "yesterday")], Some(59)),
        (200, &[("x-rate-limit-reset", "1537971000")], Some(0)),
        (200, &[("retry-after", "7")], None),
        (429, &[("retry-after", "7")], Some(7)),
        (429, &[("retry-after", "-7")], Some(0)),
        (429, &[("retry-after", "Wed, 26 Sep 2018 14:23:49 GMT")], Some(29)),
        (429, &[reset, ("retry-after", "7")], Some(59)),
        (429, &[("x-rate-limit-reset", "1537971859000"), ("retry-after", "7")], Some(7)),
        (429, &[("x-rate-limit-reset", "-9223372036854775808")], None),
        (429, &[("retry-after", "soon")], None),
        (429, &[("retry-after", "3600")], Some(3_600)),
        (429, &[("retry-after", "3601")], None),
        (429, &[("retry-after", "99999999999999999999")], None),
        (429, &[("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT")], None),
        (200, &[("x-rate-limit-reset", "1538058201")], None),
        (
            200,
            &[("x-rate-limit-reset", "9223372036854775807"), ("date", "Thu, 01 Jan 1970 00:00:00 GMT")],
            None,
        ),
        (429, &[], None),
    ];
    for (status, headers, expected) in rows {
        assert_eq!(read(*status, headers).resets_in_secs, *expected, "{status} {headers:?}");
    }
}
