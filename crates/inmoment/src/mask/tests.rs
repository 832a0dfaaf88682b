use proptest::prelude::*;

use super::{Secrets, mask};

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

#[test]
fn what_is_kept_holds_everything_but_secrets() {
    let secrets = ["pass word/&", "NPS-1", "short", "tok3n-\"x\""];
    let rows = [
        ("ada@example.com +1 202 555 0100", "ada@example.com +1 202 555 0100"),
        ("a=pass+word%2F%26&b=1", "a=[hidden]&b=1"),
        ("/x/pass%20word%2F%26?y", "/x/[hidden]?y"),
        (
            "{\"said\":\"pass word/&\",\"t\":\"tok3n-\\\"x\\\"\"}",
            "{\"said\":\"[hidden]\",\"t\":\"[hidden]\"}",
        ),
        ("xxpass word/&xx", "xx[hidden]xx"),
        ("Short, shorter, shortly", "[hidden], shorter, shortly"),
        ("of NPS-ab12cd34, NPS-EU-ab12cd34", "of [hidden], [hidden]"),
        ("an NPS-Survey, an NPS-1", "an NPS-Survey, an [hidden]"),
    ];
    for (text, expected) in rows {
        assert_eq!(Secrets::new(&secrets).masked(text.as_bytes()), expected);
    }
}

#[test]
fn secrets_show_themselves_to_nobody() {
    let shown = format!("{:?}", Secrets::new(&["a secret", "NPS-0000"]));
    assert_eq!(shown, "Secrets { .. }");
}

#[test]
fn what_is_kept_is_cut_at_a_character_and_never_within_a_secret() {
    let fitting = "ü".repeat(8 * 1024);
    assert_eq!(Secrets::default().masked(fitting.as_bytes()), fitting);
    let long = Secrets::default().masked("ü".repeat(8 * 1024 + 1).as_bytes());
    assert!(long.len() <= 16 * 1024 && long.len() > 16 * 1024 - 6 && long.ends_with("ü…"), "{}", long.len());
    // A hidden secret is shorter than before, so more of the text fits.
    let secret = "s3".repeat(2_000);
    let repeated = format!("{secret} ").repeat(20);
    for shift in 0..5 {
        let shown =
            Secrets::new(&[&secret]).masked(format!("{}{repeated}", "a".repeat(shift * 777)).as_bytes());
        assert!(shown.contains("[hidden]") && !shown.contains("s3s3"), "{shift}");
    }
}
