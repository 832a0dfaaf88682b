use proptest::prelude::*;
use serde_json::{Value, json};

use super::unix_secs;

/// The values of docs/facts/inmoment-api.md#times-in-replies, #end-user, #q6.
#[test]
fn every_known_form_is_read() {
    let rows = [
        (json!("2022-01-20 05:39:21 -0800"), Some(1_642_685_961)),
        (json!("2022-08-10 11:39:50 -0700"), Some(1_660_156_790)),
        (json!(" 2022-08-10 11:39:50 -0700 "), Some(1_660_156_790)),
        (json!("2014-12-01 18:36:59"), Some(1_417_459_019)),
        (json!("2015-02-12T06:29:27.000-08:00"), Some(1_423_751_367)),
        (json!("2015-04-20 04:46:51-08:00"), Some(1_429_534_011)),
        (json!("2016-08-04T13:57:26.558-07:00"), Some(1_470_344_246)),
        (json!("2016-08-04T20:57:26Z"), Some(1_470_344_246)),
        (json!(1_700_000_000), Some(1_700_000_000)),
        (json!("1700000000"), Some(1_700_000_000)),
        // docs/facts/inmoment-api.md#milliseconds
        (json!(1_700_000_000_123_i64), Some(1_700_000_000)),
        (json!("1700000000123"), Some(1_700_000_000)),
        (json!(-1_700_000_000_123_i64), Some(-1_700_000_001)),
        (json!(99_999_999_999_i64), Some(99_999_999_999)),
        (json!(100_000_000_000_i64), Some(100_000_000)),
        (json!(1.5), Some(1)),
        (json!(-1.5), Some(-2)),
        (json!(-2.0), Some(-2)),
        (json!("1969-12-31T23:59:58.5Z"), Some(-2)),
        (json!(0), Some(0)),
        (json!(null), None),
        (json!(""), None),
        (json!("soon"), None),
        (json!("2022-13-40 11:39:50 -0700"), None),
        (json!("-"), None),
        (json!("1."), None),
        (json!(true), None),
        (json!([1_700_000_000]), None),
        (json!("1".repeat(100)), None),
        (serde_json::from_str("99999999999999999999").unwrap(), None),
        (serde_json::from_str("1e3").unwrap(), None),
    ];
    for (value, expected) in rows {
        assert_eq!(unix_secs(&value), expected, "{value}");
    }
}

proptest! {
    #[test]
    fn what_jiff_prints_is_read_back(secs in -2_000_000_000_i64..4_000_000_000, hours in -12_i8..=14) {
        let offset = jiff::tz::Offset::from_hours(hours).unwrap();
        let zoned = jiff::Timestamp::from_second(secs).unwrap().to_zoned_datetime(offset.to_time_zone());
        for pattern in ["%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S%:z", "%Y-%m-%dT%H:%M:%S.000%:z"] {
            let text = zoned.strftime(pattern).to_string();
            prop_assert_eq!(unix_secs(&Value::String(text)), Some(secs));
        }
    }

    #[test]
    fn no_text_panics(text in ".{0,70}") {
        let _ = unix_secs(&Value::String(text));
    }
}
