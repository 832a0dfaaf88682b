use super::*;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by the tests' refusals alone")]
struct Given {
    limit: Option<usize>,
    from: Option<Time>,
}

fn field_of_query(text: &str) -> Option<String> {
    let uri = format!("http://x/y?{text}").parse().unwrap();
    query(Query::<Given>::try_from_uri(&uri)).unwrap_err().field().map(str::to_owned)
}

#[test]
fn a_refused_query_names_its_parameter() {
    for (text, field) in [
        ("limit=x", Some("limit")),
        ("limit=-1", Some("limit")),
        ("limit=1&from=yesterday", Some("from")),
        ("from=2026-11-26", Some("from")),
        ("from=", Some("from")),
        ("colour=red", Some("colour")),
        ("%3Cscript%3E=1", None),
        ("limit=1&limit=2", Some("limit")),
    ] {
        assert_eq!(field_of_query(text).as_deref(), field, "{text}");
    }
}

#[test]
fn limits_and_spans_have_their_bounds() {
    assert_eq!(limit(None).unwrap(), 100);
    assert_eq!((limit(Some(1)).unwrap(), limit(Some(1_000)).unwrap()), (1, 1_000));
    assert_eq!(limit(Some(0)).unwrap_err().field(), Some("limit"));
    assert_eq!(limit(Some(1_001)).unwrap_err().field(), Some("limit"));
    let at = |ms| Some(Time(Millis(ms)));
    assert_eq!(span(at(1), at(1)).unwrap(), (Some(Millis(1)), Some(Millis(1))));
    assert_eq!(span(at(2), at(1)).unwrap_err().field(), Some("to"));
    assert_eq!(span(None, at(1)).unwrap(), (None, Some(Millis(1))));
}

#[test]
fn times_are_read_as_they_are_written() {
    let read = |text: &str| serde_json::from_value::<Time>(text.into()).map(|time| time.0.0).ok();
    assert_eq!(read("2026-11-26T01:20:00.000Z"), Some(1_795_656_000_000));
    assert_eq!(read("2026-11-26T02:20:00+01:00"), Some(1_795_656_000_000));
    assert_eq!(read(&instant(Millis(1_642_685_961_032))), Some(1_642_685_961_032));
    assert_eq!(read("2026-11-26T01:20:00"), None);
    assert_eq!(read("2026-11-26"), None);
    assert_eq!(read("2026-11-26T07:05:00 05:45"), Some(1_795_656_000_000), "a plus sign out of a query");
    assert_eq!(read("2026-11-26 07:05:00 05:45"), Some(1_795_656_000_000));
    assert_eq!(read("2026-11-26 01:20:00Z"), Some(1_795_656_000_000));
    for (text, end) in [
        ("9999-12-31T23:59:59Z", Timestamp::MAX),
        ("9999-12-31T23:59:59.999-12:00", Timestamp::MAX),
        ("-009999-01-01T00:00:00Z", Timestamp::MIN),
    ] {
        assert_eq!(read(text), Some(end.as_millisecond()), "{text}");
    }
    for text in ["9999-12-31", "9999-12-31T23:59:59", "9999-13-31T23:59:59Z", "10000-01-01T00:00:00Z"] {
        assert_eq!(read(text), None, "{text}");
    }
    assert_eq!(read("\0"), None);
    assert_eq!(instant(Millis(i64::MAX)), i64::MAX.to_string());
}
