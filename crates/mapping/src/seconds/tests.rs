use super::*;
use serde_json::json;

/// docs/facts/transformer.md#seconds.
#[test]
fn javascript_seconds() {
    let text = |text: &str| Some(Value::String(text.to_owned()));
    let zero = Some(json!(0));
    let table = [
        (json!("2022-01-20T13:39:21.032Z"), text("1642685961")),
        (json!(1642685961032_i64), text("1642685961032")),
        (json!("1642685961032"), text("1642685961032")),
        (json!(1642685961), text("1642685961")),
        (json!("2022"), text("2022")),
        (json!("20220120"), text("20220120")),
        (json!("00012"), text("00012")),
        (json!("-5"), text("-5")),
        (json!("+1642685961"), text("+1642685961")),
        (json!(1642685961.5), text("1642685")),
        (json!("1642685961.5"), None),
        (json!("abc"), None),
        (json!(" 1642685961"), None),
        (json!("1e3"), None),
        (json!({}), None),
        (json!([]), None),
        (json!([2022, 0, 20]), None),
        (json!(1e21), None),
        (json!("99999999999999999999"), None),
        (json!("abc 5"), text("988675200")),
        (json!(0), zero.clone()),
        (json!(false), zero.clone()),
        (json!(true), zero.clone()),
        (json!("1970-01-01T00:00:00Z"), zero.clone()),
        (json!("1970-01-01T00:00:00.999Z"), zero),
        (json!("0"), text("0")),
        (json!("1969-12-31T23:59:59.500Z"), text("-1")),
    ];
    for (value, wanted) in table {
        assert_eq!(javascript(&value), Ok(wanted), "{value}");
    }
    assert_eq!(javascript(&json!({ "toString": 1 })), Err(TypeError));
}

/// docs/facts/mapping.md#seconds.
#[test]
fn native_seconds() {
    let table = [
        (json!("2022-01-20T13:39:21.999Z"), Some("1642685961")),
        (json!(1642685961032_i64), Some("1642685961")),
        (json!("1642685961032"), Some("1642685961")),
        (json!(0), Some("0")),
        (json!("soon"), None),
        (json!(true), None),
    ];
    for (value, wanted) in table {
        assert_eq!(native(&value).as_deref(), wanted, "{value}");
    }
}
