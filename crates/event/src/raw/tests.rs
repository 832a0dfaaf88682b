use super::*;
use proptest::prelude::*;

#[test]
fn parts_come_back_as_they_were() {
    let text = r#" {"a" : 12345678901234567890.0 , "b\u0041":{"z":1,"a":[ 1,2 ]},"a":"\ud800","c":null} "#;
    let parts = members(text).unwrap();
    let owned: Vec<(&str, &str)> = parts.iter().map(|(key, value)| (key.as_ref(), *value)).collect();
    assert_eq!(
        owned,
        [
            ("a", "12345678901234567890.0"),
            ("bA", r#"{"z":1,"a":[ 1,2 ]}"#),
            ("a", r#""\ud800""#),
            ("c", "null")
        ]
    );
    assert_eq!(find(&parts, "a"), Some(r#""\ud800""#));
    assert_eq!(find(&parts, "d"), None);
    assert_eq!(elements("[1, {} ,[[]],\"x\"]").unwrap(), ["1", "{}", "[[]]", "\"x\""]);
    assert_eq!(elements(" [ ] ").unwrap(), Vec::<&str>::new());
}

#[test]
fn what_is_something_else_is_refused() {
    for text in ["", "[1", "{\"a\":1", "{}{}", "[1]x", "{a:1}", "[01]", "nul", "\"a"] {
        assert_eq!(members(text), Err(NotJson), "{text}");
        assert_eq!(elements(text), Err(NotJson), "{text}");
        assert_eq!(kind(text), Err(NotJson), "{text}");
    }
    assert_eq!(members("[]"), Err(NotJson));
    assert_eq!(elements("{}"), Err(NotJson));
    assert_eq!(object("[]"), Err(ReadError::NotAnObject));
    assert_eq!(value("[1"), Err(ReadError::Unreadable));
}

#[test]
fn depth_costs_nothing_until_it_is_read() {
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let text = format!(r#"{{"deep":{deep},"flat":1}}"#);
    assert_eq!(find(&members(&text).unwrap(), "deep"), Some(deep.as_str()));
    assert_eq!(object(&text), Err(ReadError::TooDeep));
    assert_eq!(value(&deep), Err(ReadError::TooDeep));
    assert_eq!(value("[[1]]").unwrap(), serde_json::json!([[1]]));
}

#[test]
fn a_walk_cuts_several_levels_at_once() {
    let text = r#" {"list":[{"a":[1, 2],"b":{"c":null}},7,[]], "n":"x\u0041"} "#;
    let mut seen = Vec::new();
    let mut cursor = JsonCursor::new(text);
    cursor
        .members(|cursor, key| {
            if key != "list" {
                seen.push((key.into_owned(), cursor.value()?));
                return Ok(());
            }
            cursor.elements(|cursor| match cursor.kind()? {
                JsonKind::Object => cursor.members(|cursor, key| {
                    seen.push((key.into_owned(), cursor.value()?));
                    Ok(())
                }),
                _ => {
                    seen.push((String::new(), cursor.value()?));
                    Ok(())
                }
            })
        })
        .unwrap();
    cursor.end().unwrap();
    let seen: Vec<(&str, &str)> = seen.iter().map(|(key, text)| (key.as_str(), *text)).collect();
    assert_eq!(seen, [("a", "[1, 2]"), ("b", r#"{"c":null}"#), ("", "7"), ("", "[]"), ("n", r#""x\u0041""#)]);
    let walk = |text: &str| {
        let mut cursor = JsonCursor::new(text);
        cursor.elements(|cursor| cursor.value().map(drop)).and_then(|()| cursor.end())
    };
    assert_eq!(walk("[1,2]"), Ok(()));
    for text in ["[1,2", "[1]]", "{}", "[1,]", ""] {
        assert_eq!(walk(text), Err(NotJson), "{text}");
    }
}

#[test]
fn kinds() {
    let table = [
        ("{}", JsonKind::Object),
        (" [1] ", JsonKind::List),
        ("\"\"", JsonKind::Text),
        ("1e5", JsonKind::Scalar),
        ("null", JsonKind::Scalar),
    ];
    for (text, wanted) in table {
        assert_eq!(kind(text), Ok(wanted), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_refused_or_cut_without_loss(text in "\\PC{0,40}") {
        let _ = (members(&text), elements(&text), kind(&text), value(&text));
    }

    #[test]
    fn put_together_again_the_parts_are_the_whole(keys in prop::collection::vec("[a-z]{1,3}", 0..6), values in prop::collection::vec("[0-9]{1,4}|\"[a-z]{0,4}\"|\\[\\]", 6)) {
        let text: Vec<String> = keys.iter().zip(&values).map(|(key, value)| format!("{key:?}:{}", if value.starts_with('0') { "0" } else { value })).collect();
        let text = format!("{{{}}}", text.join(","));
        let again: Vec<String> = members(&text).unwrap().iter().map(|(key, value)| format!("{key:?}:{value}")).collect();
        prop_assert_eq!(format!("{{{}}}", again.join(",")), text);
    }
}
