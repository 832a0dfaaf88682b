use super::*;
use proptest::prelude::*;
use serde_json::json;

/// docs/facts/gateway.md#cleaned-ids.
#[test]
fn rudder_ids() {
    let table = [
        ("u1", "", "5eff0fc3-0944-48fa-9c04-38f62e3890ca"),
        ("", "a1", "b09c6e0b-7298-4c66-88e1-7af047315456"),
        ("u1", "a1", "f81ebcce-dafc-4607-b906-29e68e64b35f"),
        ("456", "", "6b576099-fa8f-43ad-b62b-59b95fc082c8"),
        ("", "", "853ae90f-0351-424b-973e-a615e6487517"),
    ];
    for (user_id, anonymous_id, wanted) in table {
        assert_eq!(rudder_id(user_id, anonymous_id), wanted);
    }
}

#[test]
fn cleaning() {
    let table = [
        (" u 1 ", "u 1"),
        ("\u{200b}abc\u{feff} ", "abc"),
        ("a\tb\nc\0d", "abcd"),
        ("\u{a0}x\u{3000}", "x"),
        ("so\u{ad}ft", "soft"),
        ("\u{3164}\u{115f}\u{2800} \u{ffa0}\u{1160}\u{34f}", ""),
        ("\u{e000}\u{2028}\u{202e}", ""),
        ("e\u{301}é", "e\u{301}é"),
        ("\u{301}", "\u{301}"),
        ("it's \"q\" \\", "it's \"q\" \\"),
        ("Übung 日本 😀", "Übung 日本 😀"),
        ("\u{fffd}", "\u{fffd}"),
        ("  ", ""),
    ];
    for (text, wanted) in table {
        assert_eq!(clean(text), wanted, "{text:?}");
    }
}

#[test]
fn ids_as_text() {
    let table = [
        (json!(" u\u{200b} "), "u"),
        (json!(456), "456"),
        (json!({ "id": 1 }), "{\"id\":1}"),
        (json!(true), "true"),
        (json!(null), ""),
    ];
    for (value, wanted) in table {
        assert_eq!(id_text(Some(&value)), wanted);
    }
    assert_eq!(id_text(Some(&serde_json::from_str("12345678901234567890").unwrap())), "12345678901234567890");
    assert_eq!(id_text(None), "");
}

#[test]
fn given_message_ids() {
    let id = message_id([7; 16], 3);
    assert_eq!(id, message_id([7; 16], 3));
    assert_ne!(id, message_id([7; 16], 4));
    assert_ne!(id, message_id([8; 16], 3));
    let parsed: Uuid = id.parse().unwrap();
    assert_eq!(parsed.get_version(), Some(uuid::Version::Random));
    assert_eq!(parsed.get_variant(), uuid::Variant::RFC4122);
}

#[test]
fn hashes_differ() {
    assert_eq!(message_hash(""), 0xd41d_8cd9_8f00_b204_e980_0998_ecf8_427e);
    assert_ne!(message_hash("a"), message_hash("b"));
}

proptest! {
    #[test]
    fn cleaning_is_done_once_for_all(text in "[ \ta\u{200b}\u{3164}\u{301}é\u{a0}]{0,12}") {
        let once = clean(&text).into_owned();
        prop_assert_eq!(clean(&once), once.as_str());
        prop_assert_eq!(once.is_empty(), is_blank(&text));
        prop_assert!(once.chars().all(|c| text.contains(c)));
    }
}

/// docs/facts/mapping.md#tidied.
#[test]
fn identifiers_are_tidied_at_their_ends_alone() {
    let table = [
        (" ada@example.com ", "ada@example.com"),
        ("\u{feff}ada\u{200b}", "ada"),
        ("\u{a0}\t a b \r\n\u{2003}", "a b"),
        ("\u{202a}+49 170\u{202c}\u{200e}", "+49 170"),
        ("\u{0}a\u{0}b\u{0}", "ab"),
        ("a\u{200d}b", "a\u{200d}b"),
        ("\u{2066}x\u{2069}\u{180e}\u{2060}\u{ad}", "x"),
        ("\u{7f}x\u{85}\u{1b}", "x"),
        (" \u{0} \u{200b}", ""),
        ("\u{0} a \u{0}", "a"),
        ("é", "é"),
        ("e\u{301}", "e\u{301}"),
        ("❤\u{fe0f}", "❤\u{fe0f}"),
    ];
    for (text, wanted) in table {
        assert_eq!(tidy(text), wanted, "{text:?}");
    }
}
