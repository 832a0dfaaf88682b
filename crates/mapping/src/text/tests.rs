use super::*;
use serde_json::json;

#[test]
fn fields() {
    let table = [
        (json!(" a "), Some(" a "), Some(" a "), Some(" a ")),
        (json!("  "), None, None, Some("  ")),
        (json!("\u{200b}"), None, None, Some("\u{200b}")),
        (json!(""), None, None, Some("")),
        (json!(12025550146_i64), Some("12025550146"), Some("12025550146"), Some("12025550146")),
        (json!(9.0), Some("9"), Some("9"), Some("9")),
        (json!(false), None, Some("false"), Some("false")),
        (json!(null), None, None, None),
        (json!([1]), None, None, None),
        (json!({}), None, None, None),
    ];
    for (value, as_scalar, as_words, as_property) in table {
        assert_eq!(scalar(&value).as_deref(), as_scalar, "{value}");
        assert_eq!(words(&value).as_deref(), as_words, "{value}");
        assert_eq!(property(&value).as_deref(), as_property, "{value}");
    }
}

/// docs/facts/inmoment-api.md#property-types: what was sent as text comes back as an integer under some keys.
#[test]
fn comparing_with_what_is_stored() {
    let table = [
        (json!("gold"), "gold", true),
        (json!("gold"), "Gold", false),
        (json!("5000"), "5000", true),
        (json!("5000"), "5000.0", false),
        (json!(1494569021), "1494569021", true),
        (json!(10000), "10000.0", true),
        (json!(10000), "10001", false),
        (json!(21.5), "21.50", true),
        (json!(0), "", false),
        (json!(0), "x", false),
        (json!(true), "true", true),
        (json!(false), "true", false),
        (json!(null), "", false),
        (json!(null), "null", false),
        (json!([1]), "1", false),
        (json!({}), "{}", false),
    ];
    for (stored, text, wanted) in table {
        assert_eq!(same_as_stored(&stored, text), wanted, "{stored} {text}");
    }
    let large = serde_json::from_str("12345678901234567891").unwrap();
    assert!(same_as_stored(&large, "12345678901234567891"));
    assert!(!same_as_stored(&large, "12345678901234567892"));
}

#[test]
fn sending_back() {
    let table = [
        (json!("x"), "x"),
        (json!(5), "5"),
        (json!(true), "true"),
        (json!(null), ""),
        (json!({ "a": 1 }), "{\"a\":1}"),
    ];
    for (stored, wanted) in table {
        assert_eq!(stored_text(&stored), wanted);
    }
}

#[test]
fn letter_case_makes_no_difference_in_any_script() {
    for (one, other) in [
        ("Click", "cLICK"),
        ("ÄÖ", "äö"),
        ("ΟΔΟΣ", "οδος"),
        ("οδοσ", "οδος"),
        ("ΟΔΌΣ Α", "οδός α"),
        ("Я", "я"),
        ("", ""),
    ] {
        assert!(is_same_in_any_case(one, other) && is_same_in_any_case(other, one), "{one} {other}");
    }
    for (one, other) in [("a", "b"), ("ab", "a"), ("ä", "a"), ("ı", "i"), ("σ", "o"), ("İ", "i")] {
        assert!(!is_same_in_any_case(one, other) && !is_same_in_any_case(other, one), "{one} {other}");
    }
}
