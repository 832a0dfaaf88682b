use serde_json::json;

use super::*;

#[test]
fn digits_under_amount_and_date_keys_become_integers() {
    let cases = [
        ("revenue_amount", json!("10000"), json!(10000)),
        ("purchase_date", json!("1494569021"), json!(1_494_569_021)),
        ("debt_amount", json!("-5"), json!(-5)),
        ("price_amount", json!("21.5"), json!("21.5")),
        ("renewal_date", json!("2024-01-01"), json!("2024-01-01")),
        ("big_amount", json!("99999999999999999999"), json!("99999999999999999999")),
        // Suffixes are case-sensitive, and count only at the end of a key.
        ("revenue_Amount", json!("1"), json!("1")),
        ("revenue amount", json!("5000"), json!("5000")),
        ("amounts", json!("5"), json!("5")),
        ("seats_amount", json!(12), json!(12)),
        ("tags_array", json!("a,b"), json!("a,b")),
        ("e", json!(["a", "b"]), json!(["a", "b"])),
        ("f", json!({"x": "1"}), json!({"x": "1"})),
    ];
    for (key, given, stored) in cases {
        let map = Map::from_iter([(key.to_owned(), given)]);
        assert_eq!(accept(map), Ok(Map::from_iter([(key.to_owned(), stored)])), "{key}");
    }
}

#[test]
fn forbidden_characters_in_keys_are_refused() {
    for key in ["a.b", "$set", "a.\0"] {
        assert_eq!(
            accept(Map::from_iter([(key.to_owned(), json!("x"))])),
            Err(PropertyRefusal::Key),
            "{key:?}"
        );
    }
    for (key, value) in [("a\0", json!("x")), ("a", json!("\0")), ("a", json!(["x", {"b\0": 1}]))] {
        let map = Map::from_iter([(key.to_owned(), value.clone())]);
        assert_eq!(accept(map), Err(PropertyRefusal::Unstorable), "{key:?} {value}");
    }
}

#[test]
fn data_types_follow_the_suffix() {
    assert_eq!(data_type("seats_amount"), "integer");
    assert_eq!(data_type("renewal_date"), "date");
    assert_eq!(data_type("plan"), "string");
    assert_eq!(data_type("tags_array"), "string");
}
