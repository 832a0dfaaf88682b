use super::*;

#[test]
fn words_become_null_and_all_else_stays() {
    let table = [
        (r#"{"a":NaN}"#, r#"{"a":null}"#),
        (r#"[NaN, -NaN,Infinity ,-Infinity,+Infinity]"#, r#"[null, null,null ,null,null]"#),
        (r#"[nan,-nan,inf,-inf,INFINITY,Inf]"#, "[null,null,null,null,null,null]"),
        (
            r#"{"NaN":"Infinity","a\"NaN":[null,true,-1.5e-3,NaN]}"#,
            r#"{"NaN":"Infinity","a\"NaN":[null,true,-1.5e-3,null]}"#,
        ),
        ("\u{feff}{\"a\":1}", r#"{"a":1}"#),
        ("\u{feff}[NaN]", "[null]"),
        ("\u{feff}\u{feff}{\"a\":1}", r#"{"a":1}"#),
        (" \r\n\u{feff} \u{feff}\n[-nan(ind),nan(snan), NaN(0x8000)]", "\n[null,null, null]"),
        ("NaN", "null"),
        (r#"  {"é":NaN}  "#, r#"  {"é":null}  "#),
        // A broken text is not repaired.
        ("\"NaN", "\"NaN"),
        ("", ""),
    ];
    for (text, wanted) in table {
        assert_eq!(plain(text), wanted, "{text}");
        assert_eq!(crate::raw::plain(text), wanted, "{text}");
    }
}

#[test]
fn what_is_plain_is_not_copied() {
    for text in [r#"{"a":"NaN","b":[1,-2,null]}"#, "[]", "null"] {
        assert!(matches!(plain(text), Cow::Borrowed(_)), "{text}");
        assert!(matches!(crate::raw::plain(text), Cow::Borrowed(_)), "{text}");
    }
}
