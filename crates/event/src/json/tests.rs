use super::*;
use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

fn is_valid(text: &str) -> bool {
    let mut scanner = Scanner::new(text);
    scanner.skip().and_then(|()| scanner.end()).is_ok()
}

#[test]
fn grammar() {
    for good in [
        "0",
        "-0",
        "1e400",
        "-12.50E+3",
        "\"\"",
        " [ ] ",
        "{ }",
        "[1,[2,{\"a\":[]}]]",
        "\"\\u12aF\\/\"",
        "null",
        "\u{feff}{}",
        "\u{feff}\u{feff}{}",
        "\u{feff} [1]",
        "NaN",
        "-Infinity",
        "[NaN,Infinity,-Infinity,nan,-nan,inf,-inf,+Infinity,INF]",
        "{\"a\":NaN,\"b\":[Infinity]}",
    ] {
        assert!(is_valid(good), "{good}");
    }
    let bad = [
        "",
        " ",
        "01",
        "+1",
        ".5",
        "1.",
        "1e",
        "1e+",
        "-",
        "tru",
        "truex",
        "nul",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "[1}",
        "{\"a\":1]",
        "[",
        "{",
        "\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\u12\"",
        "\"\n\"",
        "\"\\",
        "1 2",
        "{}{}",
        "[[]",
        "]",
        "{}\u{feff}",
        "'a'",
        "NaN1",
        "nanny",
        "-",
        "+",
        "--NaN",
        "1.NaN",
        "1Infinity",
        "Infini",
        "na",
        "nul",
        "undefined",
    ];
    for text in bad {
        assert!(!is_valid(text), "{text:?}");
    }
}

#[test]
fn every_control_character_ends_a_string_wherever_it_stands() {
    for before in 0..20 {
        for byte in 0u8..0x80 {
            let text = format!("\"{}{}{}\"", "x".repeat(before), char::from(byte), "y".repeat(9));
            assert_eq!(is_valid(&text), serde_json::from_str::<String>(&text).is_ok(), "{text:?}");
        }
    }
}

#[test]
fn escapes() {
    let table = [
        (r#"a\"b\\c\/d"#, "a\"b\\c/d"),
        (r"\b\f\n\r\t", "\u{8}\u{c}\n\r\t"),
        (r"\u00e9\u20AC", "é€"),
        (r"\ud83d\ude00!", "😀!"),
        (r"\ud83d", "\u{fffd}"),
        (r"\ude00x", "\u{fffd}x"),
        (r"\ud83dx\ude00", "\u{fffd}x\u{fffd}"),
        (r"\ud83d\ud83d\ude00", "\u{fffd}😀"),
        (r"\ud83d\n", "\u{fffd}\n"),
        (r"\u0000", "\0"),
        ("é\\u0041é", "éAé"),
    ];
    for (raw, meaning) in table {
        assert_eq!(decode(Quoted { raw, escaped: true }), meaning, "{raw}");
    }
}

#[test]
fn depth() {
    let nested = |levels: usize| format!("{}{}", "{\"a\":".repeat(levels - 1) + "{}", "}".repeat(levels - 1));
    assert!(object(&nested(128), 128).is_ok());
    assert_eq!(object(&nested(129), 128), Err(ValueError::TooDeep));
    assert_eq!(object(&nested(100_000), 128), Err(ValueError::TooDeep));
    let arrays = format!("{{\"a\":{}{}}}", "[".repeat(128), "]".repeat(128));
    assert_eq!(object(&arrays, 128), Err(ValueError::TooDeep));
    assert!(is_valid(&nested(100_000)));
    assert!(!is_valid(&"[{\"a\":".repeat(100_000)));
}

#[test]
fn objects_only() {
    for text in ["[]", "5", "\"x\"", "null", " [1] "] {
        assert_eq!(object(text, 9), Err(ValueError::NotAnObject), "{text}");
    }
    for text in ["", "[", "{} {}", "5 5", "{"] {
        assert_eq!(object(text, 9), Err(ValueError::Invalid), "{text}");
    }
}

#[test]
fn equal_keys_numbers_and_reserved_words() {
    let map = object(r#"{"a":1,"b":2,"\u0061":3,"n":1e400,"i":12345678901234567890123}"#, 9).unwrap();
    assert_eq!(map.keys().collect::<Vec<_>>(), ["a", "b", "n", "i"]);
    assert_eq!(map["a"], json!(3));
    assert_eq!(map["n"].to_string(), "1e+400");
    assert_eq!(map["i"].to_string(), "12345678901234567890123");
    let text =
        r#"{"x":{"$serde_json::private::Number":"no number"},"y":{"$serde_json::private::RawValue":"["}}"#;
    let map = object(text, 9).unwrap();
    assert_eq!(map["x"]["$serde_json::private::Number"], "no number");
    assert_eq!(map["y"]["$serde_json::private::RawValue"], "[");
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(|n| json!(n)),
        any::<f64>().prop_map(|n| json!(n)),
        ".{0,20}".prop_map(Value::String),
    ];
    leaf.prop_recursive(5, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::Array),
            prop::collection::vec((".{0,12}", inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A value in which some nulls are written as words for no number, with or without a byte order mark in front.
fn with_words() -> impl Strategy<Value = (Value, String)> {
    let words = prop::sample::select(vec!["NaN", "Infinity", "-Infinity", "nan", "-inf", "null"]);
    (json_value(), prop::collection::vec(words, 1..4), any::<bool>()).prop_map(|(value, words, marked)| {
        let text = value.to_string();
        let mut scanner = Scanner::new(&text);
        let mut written = if marked { "\u{feff}".to_owned() } else { String::new() };
        let mut nth = 0;
        while let Some(byte) = scanner.byte() {
            let start = scanner.position();
            match byte {
                b'"' => drop(scanner.string().unwrap()),
                b'n' => {
                    scanner.word("null").unwrap();
                    written.push_str(words[nth % words.len()]);
                    nth += 1;
                    continue;
                }
                _ => scanner.at += text[start..].chars().next().map_or(1, char::len_utf8),
            }
            written.push_str(&text[start..scanner.position()]);
        }
        (value, written)
    })
}

proptest! {
    /// Every word for no number is read as null, in every position, and the values beside it are unchanged.
    #[test]
    fn what_is_no_number_is_null((value, text) in with_words()) {
        prop_assert_eq!(&anything(&text, 128).unwrap(), &value, "{}", text);
        prop_assert_eq!(&serde_json::from_str::<Value>(&plain(&text)).unwrap(), &value, "{}", text);
        prop_assert!(is_valid(&text));
    }

    /// For every change of a valid text, both readers agree about its grammar. `serde_json` skips values without
    /// checking surrogates, as this reader does.
    #[test]
    fn agrees_with_serde_json_on_damaged_texts(value in json_value(), cut in any::<prop::sample::Index>(),
        with in prop::sample::select(vec!["", "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "-", "e", "\u{1}", "tru", " "]), drop in 0usize..3) {
        let text = value.to_string();
        let chars: Vec<char> = text.chars().collect();
        let at = cut.index(chars.len() + 1);
        let damaged: String = chars[..at].iter().copied()
            .chain(with.chars())
            .chain(chars[at..].iter().copied().skip(drop))
            .collect();
        prop_assert_eq!(is_valid(&damaged), serde_json::from_str::<IgnoredAny>(&damaged).is_ok(), "{}", damaged);
    }

    #[test]
    fn reads_what_serde_json_writes(value in json_value()) {
        let wrapped = json!({ "v": value });
        for text in [wrapped.to_string(), serde_json::to_string_pretty(&wrapped).unwrap()] {
            prop_assert_eq!(Value::Object(object(&text, 128).unwrap()), wrapped.clone());
        }
    }

    #[test]
    fn never_panics(text in "[\\[\\]{}:,\"\\\\u0-9a-ftrn .eE+\u{e9}\u{1f600}-]{0,40}") {
        let plain = plain(&text);
        prop_assert_eq!(is_valid(&text), serde_json::from_str::<IgnoredAny>(&plain).is_ok(), "{}", text);
        let _ = object(&text, 3);
    }
}
