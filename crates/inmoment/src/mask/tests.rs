use proptest::prelude::*;

use super::mask;

#[test]
fn what_was_sent_is_hidden_as_a_word() {
    let rows: &[(&str, &[&str], &str)] = &[
        ("User Ada-42 is gone", &["ada-42"], "User [hidden] is gone"),
        ("id 'cust-42', cust-42", &["cust-42"], "id '[hidden]', [hidden]"),
        ("the email is emaciated", &["ema"], "the email is emaciated"),
        ("Nice Ünï said", &["ünï", "Ünï"], "Nice [hidden] said"),
        ("score is missing", &["is", "", " "], "score is missing"),
        ("a user", &["a user"], "[hidden]"),
    ];
    for (text, sent, expected) in rows {
        assert_eq!(mask(text, sent), *expected);
    }
}

#[test]
fn what_looks_personal_or_secret_is_hidden() {
    let rows = [
        ("Email ada@example.com has already been taken", "Email [hidden] has already been taken"),
        ("(\"ada@example.com\") taken", "[hidden] taken"),
        ("phone +1 (202) 555-0100 is bad", "phone +[hidden] is bad"),
        ("phone 12025550100", "phone [hidden]"),
        ("page 31 of 30, 4xx", "page 31 of 30, 4xx"),
        ("token 0f3a9bcd0f3a9bcd0f3a", "token [hidden]"),
        ("account NPS-ab12cd34!", "account [hidden]"),
        ("lookup_by_external_id is invalid", "lookup_by_external_id is invalid"),
        ("tab\tand\r\nline\u{0}break", "tab and line break"),
    ];
    for (text, expected) in rows {
        assert_eq!(mask(text, &[]), expected);
    }
}

#[test]
fn long_words_are_cut_at_a_character() {
    let masked = mask(&"ü ".repeat(1_000), &[]);
    assert_eq!(masked.chars().count(), 300);
    assert!(masked.ends_with('…'));
    let fitting = "ab ".repeat(100);
    assert_eq!(mask(&fitting, &[]), fitting.trim_end());
}

proptest! {
    #[test]
    fn no_email_or_phone_gets_through(
        before in "[a-zA-Z \"'<(:,]{0,40}", after in "[ \"'>),.;]{0,5}[a-z ]{0,20}",
        name in "[a-z]{1,8}[.+_-]?[a-z0-9]{0,6}", host in "[a-z]{1,8}\\.(com|example)",
        phone in "\\+?[0-9]{2,3}[ .-]?[0-9]{3}[ .-]?[0-9]{4}",
    ) {
        let email = format!("{name}@{host}");
        let masked = mask(&format!("{before}{email}{after}"), &[]);
        prop_assert!(!masked.contains(&email), "{}", masked);
        let masked = mask(&format!("{before}{phone}{after}"), &[]);
        prop_assert!(!masked.contains(phone.trim_start_matches('+')), "{}", masked);
    }

    #[test]
    fn any_text_gives_one_short_line(text in "\\PC{0,600}|[\u{0}-\u{1f}é0-9+ @-]{0,600}", sent in ".{0,12}") {
        let masked = mask(&text, &[&sent]);
        prop_assert!(masked.chars().count() <= 300);
        prop_assert!(!masked.contains(char::is_control));
        prop_assert!(!masked.contains('@'));
    }
}
