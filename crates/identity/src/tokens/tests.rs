use super::*;

#[test]
fn a_token_is_found_by_its_hash_only() {
    let (token, kept) = make().unwrap();
    let text = token.expose_secret();
    assert!(text.starts_with("rpt_") && text.len() == 47, "{}", text.len());
    assert_eq!(key(text).as_deref(), Some(&*kept));
    assert!(!kept.contains(&text[4..]));
    assert_eq!(id(&kept).len(), 16);
    for wrong in
        ["", "rpt_", "x", &text[4..], &text[..46], &format!("{text}x"), &format!("RPT_{}", &text[4..])]
    {
        assert_eq!(key(wrong), None, "{wrong:?}");
    }
}

#[test]
fn a_token_ends_when_it_says_and_is_noted_once_a_minute() {
    let mut token = Token {
        name: "ci".to_owned(),
        role: Role::Viewer,
        created_at: 0,
        created_by: "ann".to_owned(),
        last_used_at: None,
        expires_at: None,
    };
    let at =
        |now: i64| move |stamp, after: Duration| now - stamp >= i64::try_from(after.as_millis()).unwrap();
    assert!(!token.is_over(&at(i64::MAX)) && token.wants_note(Millis(0)));
    token.expires_at = Some(10);
    token.last_used_at = Some(5);
    assert!(!token.is_over(&at(9)) && token.is_over(&at(10)));
    assert!(!token.wants_note(Millis(60_004)) && token.wants_note(Millis(60_005)));
}
