use super::*;
use proptest::prelude::*;
use serde_json::json;

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// docs/facts/transformer.md#properties, #javascript.
#[test]
fn template_strings() {
    let table = [
        ("null", "null"),
        ("false", "false"),
        ("0", "0"),
        ("-0", "0"),
        ("1.0", "1"),
        ("1e21", "1e+21"),
        ("123456789012345680000", "123456789012345680000"),
        ("1e-7", "1e-7"),
        ("1.5e-7", "1.5e-7"),
        ("0.000001", "0.000001"),
        ("12345678901234567890", "12345678901234567000"),
        ("-12.5", "-12.5"),
        ("1e400", "Infinity"),
        ("-1e400", "-Infinity"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"),
        ("5e-324", "5e-324"),
        ("\"text\"", "text"),
        ("[1,2]", "1,2"),
        ("[null,1,[2,3]]", ",1,2,3"),
        ("[{},{}]", "[object Object],[object Object]"),
        ("[]", ""),
        ("{}", "[object Object]"),
    ];
    for (value, wanted) in table {
        assert_eq!(text(&parsed(value)).as_deref(), Ok(wanted), "{value}");
    }
    assert_eq!(text(&json!({ "toString": "x" })), Err(TypeError));
    assert_eq!(text(&json!([[{ "toString": null }]])), Err(TypeError));
}

#[test]
fn truth_and_emptiness() {
    let table = [
        ("null", false, false, true),
        ("\"\"", false, false, true),
        ("0", false, true, true),
        ("0.0", false, true, true),
        ("false", false, true, true),
        ("true", true, true, true),
        ("5", true, true, true),
        ("\" \"", true, true, false),
        ("[]", true, true, true),
        ("{}", true, true, true),
        ("[0]", true, true, false),
    ];
    for (value, truthy, usable, empty) in table {
        let value = parsed(value);
        assert_eq!(
            (is_truthy(&value), is_usable(&value), is_empty(&value)),
            (truthy, usable, empty),
            "{value}"
        );
    }
}

#[test]
fn comparing_with_numbers() {
    let table = [
        (json!("9"), 9.0),
        (json!(" 9 "), 9.0),
        (json!("0x5"), 5.0),
        (json!("0B11"), 3.0),
        (json!("0o17"), 15.0),
        (json!("1e1"), 10.0),
        (json!(".5"), 0.5),
        (json!("5."), 5.0),
        (json!("+5"), 5.0),
        (json!(""), 0.0),
        (json!("  "), 0.0),
        (json!("-Infinity"), f64::NEG_INFINITY),
        (json!(null), 0.0),
        (json!(true), 1.0),
        (json!([]), 0.0),
        (json!([5]), 5.0),
    ];
    for (value, wanted) in table {
        assert_eq!(number(&value), Ok(wanted), "{value}");
    }
    for value in [
        json!("abc"),
        json!("1_0"),
        json!("inf"),
        json!("nan"),
        json!("0x"),
        json!("-0x5"),
        json!("1 2"),
        json!({}),
        json!([1, 2]),
    ] {
        assert!(number(&value).unwrap().is_nan(), "{value}");
    }
}

#[test]
fn key_order() {
    let value = json!({ "a.b": 1, "2": 1, "": 1, "1": 1, "01": 1, "4294967294": 1, "4294967295": 1 });
    let keys: Vec<_> = entries(value.as_object().unwrap()).into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["1", "2", "4294967294", "a.b", "", "01", "4294967295"]);
}

#[test]
fn through_javascript_and_back() {
    assert_eq!(
        json(&parsed(r#"{"b":9.0,"1":[12345678901234567890,1e400],"s":"x"}"#)).to_string(),
        r#"{"1":[12345678901234567000,null],"b":9,"s":"x"}"#
    );
}

proptest! {
    #[test]
    fn number_texts_read_back(n in any::<f64>()) {
        prop_assume!(n.is_finite());
        let text = number_text(n);
        prop_assert_eq!(text.parse::<f64>().unwrap(), n);
        prop_assert_eq!(text_number(&text), n);
    }

    #[test]
    fn small_integers_are_plain(n in -1_000_000_000_000_000i64..1_000_000_000_000_000) {
        prop_assert_eq!(text(&json!(n)), Ok(n.to_string()));
    }
}
