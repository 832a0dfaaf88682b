use super::*;
use crate::vault::VaultKey;
use secrecy::ExposeSecret;

fn vault() -> Vault {
    Vault::new(VaultKey::generate().unwrap().0, Vec::new())
}

fn form(kind: AlertKind) -> AlertForm {
    AlertForm {
        kind: Some(kind),
        webhook: Some("https://hooks.example.com/planted".to_owned()),
        ..AlertForm::default()
    }
}

#[test]
fn an_alert_comes_back_and_shows_of_its_webhook_the_host_alone() {
    let vault = vault();
    let record = AlertRecord::new("a", form(AlertKind::Halted), &vault).unwrap();
    let text = serde_json::to_string(&record).unwrap();
    assert!(!text.contains("planted") && text.contains("hooks.example.com"), "{text}");
    let kept: AlertRecord = serde_json::from_str(&text).unwrap();
    assert_eq!(kept.webhook("a", &vault).unwrap().expose_secret(), "https://hooks.example.com/planted");
    assert!(kept.webhook("b", &vault).is_err());
}

#[test]
fn what_does_not_do_is_refused_by_its_field() {
    let vault = vault();
    let field = |form| match AlertRecord::new("a", form, &vault) {
        Err(AlertError::Refused(refused)) => refused.field,
        other => panic!("{other:?}"),
    };
    let webhook = |text: &str| AlertForm { webhook: Some(text.to_owned()), ..form(AlertKind::Halted) };
    assert_eq!(field(AlertForm { kind: None, ..form(AlertKind::Halted) }), "kind");
    for wrong in ["", "x", "ftp://a/b", "file:///etc/passwd", "http://hooks.example.com/x"] {
        assert_eq!(field(webhook(wrong)), "webhook", "{wrong}");
    }
    assert!(AlertRecord::new("a", webhook("http://127.0.0.1:9/x"), &vault).is_ok());
    assert_eq!(field(form(AlertKind::OldestPending)), "older_than");
    assert_eq!(field(AlertForm { above: Some(0), ..form(AlertKind::Disk) }), "above");
    assert_eq!(AlertRecord::new("a", form(AlertKind::Disk), &vault).unwrap().above, DEFAULT_DISK_PERCENT);
}

#[test]
fn a_change_keeps_what_it_does_not_name() {
    let vault = vault();
    let record = AlertRecord::new("a", form(AlertKind::DeadLetters), &vault).unwrap();
    let change = AlertForm { above: Some(7), code: Some("email_taken".to_owned()), ..AlertForm::default() };
    let changed = record.changed("a", change, &vault).unwrap();
    assert_eq!((changed.above, changed.code.as_deref(), changed.enabled), (7, Some("email_taken"), true));
    let all = AlertForm { code: Some(String::new()), ..AlertForm::default() };
    assert_eq!(changed.changed("a", all, &vault).unwrap().code, None);
}
