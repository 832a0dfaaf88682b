use super::*;
use crate::vault::VaultKey;
use secrecy::ExposeSecret;

const NOW: Millis = Millis(1_000_000);

fn vault() -> Vault {
    Vault::new(VaultKey::generate().unwrap().0, Vec::new())
}

fn form() -> DestinationForm {
    DestinationForm {
        username: Some("ada@example.com".to_owned()),
        password: Some("planted-password".to_owned()),
        account_token: Some("NPS-EU-planted".to_owned()),
        sources: Some(vec!["website".to_owned()]),
        ..DestinationForm::default()
    }
}

#[test]
fn a_destination_comes_back_from_its_record_and_the_record_shows_no_secret() {
    let vault = vault();
    let record =
        DestinationRecord::new("inmoment", form(), &vault, &DeliverySettings::default(), NOW).unwrap();
    let text = serde_json::to_string(&record).unwrap();
    assert!(!text.contains("planted") && !text.contains("ada@"), "{text}");
    let kept: DestinationRecord = serde_json::from_str(&text).unwrap();
    let destination = kept.open("inmoment", &vault, &DeliverySettings::default()).unwrap();
    assert_eq!(destination.password.expose_secret(), "planted-password");
    assert_eq!(destination.effective_region(), Region::Eu);
    assert_eq!(destination.effective_base_url(), "https://api.wootric.eu");
    assert_eq!(destination.sources, ["website"]);
    // A record cannot be opened under another name, so a copied record does not reveal a login.
    assert!(matches!(kept.open("other", &vault, &DeliverySettings::default()), Err(RecordError::Secret(..))));
}

#[test]
fn a_change_keeps_what_it_does_not_name() {
    let vault = vault();
    let defaults = DeliverySettings::default();
    let record = DestinationRecord::new("d", form(), &vault, &defaults, NOW).unwrap();
    let change = DestinationForm {
        password: Some("another".to_owned()),
        mode: Some("shadow".to_owned()),
        ..DestinationForm::default()
    };
    let changed = record.clone().changed("d", change, &vault, &defaults).unwrap();
    let destination = changed.open("d", &vault, &defaults).unwrap();
    assert_eq!(destination.password.expose_secret(), "another");
    assert_eq!(destination.username.expose_secret(), "ada@example.com");
    assert_eq!(destination.mode, delivery::Mode::Shadow);
    assert_eq!(destination.effective_region(), Region::Eu);
    // Another region needs the whole login.
    let moved = |form: DestinationForm| {
        record.clone().changed(
            "d",
            DestinationForm { region: Some("au".to_owned()), ..form },
            &vault,
            &defaults,
        )
    };
    assert!(matches!(moved(DestinationForm::default()), Err(FormError::Refused(_))));
    let whole = DestinationForm { name: None, sources: None, ..form() };
    assert_eq!(moved(whole).unwrap().open("d", &vault, &defaults).unwrap().effective_region(), Region::Au);
    let empty = DestinationForm { password: Some(" ".to_owned()), ..DestinationForm::default() };
    assert!(record.changed("d", empty, &vault, &defaults).is_err());
}

#[test]
fn a_missing_or_wrong_field_is_named() {
    let vault = vault();
    let make = |form| match DestinationRecord::new("d", form, &vault, &DeliverySettings::default(), NOW) {
        Err(FormError::Refused(refused)) => refused.field,
        other => panic!("{other:?}"),
    };
    assert_eq!(make(DestinationForm { username: None, ..form() }), "username");
    assert_eq!(make(DestinationForm { password: Some(String::new()), ..form() }), "password");
    assert_eq!(make(DestinationForm { account_token: None, ..form() }), "account_token");
    assert_eq!(make(DestinationForm { mode: Some("off".to_owned()), ..form() }), "mode");
    let delivery = DeliveryForm { concurrency: Some(0), ..DeliveryForm::default() };
    assert_eq!(make(DestinationForm { delivery: Some(delivery), ..form() }), "concurrency");
}

#[test]
fn a_rotated_key_leaves_the_old_one_for_a_while() {
    let vault = vault();
    let form = SourceForm {
        name: "s".to_owned(),
        kind: SourceKind::Web,
        rate_limit: Some("10/min".to_owned()),
        disk: Some("10 GiB".to_owned()),
    };
    let mut record = SourceRecord::new(&form, &SecretString::from("first"), &vault, NOW).unwrap();
    let later = |ms: i64| Millis(NOW.0 + ms);
    record
        .rotate("s", &SecretString::from("second"), (NOW, later(10)), |_, until| until <= NOW, &vault)
        .unwrap();
    record
        .rotate(
            "s",
            &SecretString::from("third"),
            (later(5), later(20)),
            |_, until| until <= later(5),
            &vault,
        )
        .unwrap();
    let keys = |record: &SourceRecord| {
        let source = record.open("s", &vault).unwrap();
        let old = source.old_keys.iter().map(|old| (old.key.expose_secret().to_owned(), old.until.0 - NOW.0));
        (source.write_key.expose_secret().to_owned(), old.collect::<Vec<_>>())
    };
    assert_eq!(
        keys(&record),
        ("third".to_owned(), vec![("first".to_owned(), 10), ("second".to_owned(), 20)])
    );
    // An overlap of 0 ends the old key at once, and keys whose overlap is over are dropped.
    record
        .rotate(
            "s",
            &SecretString::from("fourth"),
            (later(15), later(15)),
            |_, until| until <= later(15),
            &vault,
        )
        .unwrap();
    assert_eq!(keys(&record), ("fourth".to_owned(), vec![("second".to_owned(), 20)]));
}

#[test]
fn records_are_sealed_anew_with_the_key_in_use() {
    let (old, new) = (VaultKey::generate().unwrap().0, VaultKey::generate().unwrap().0);
    let before = Vault::new(old.clone(), Vec::new());
    let defaults = DeliverySettings::default();
    let record = DestinationRecord::new("d", form(), &before, &defaults, NOW).unwrap();
    let again = record.sealed_anew("d", &Vault::new(new.clone(), vec![old])).unwrap();
    let alone = Vault::new(new, Vec::new());
    assert!(record.open("d", &alone, &defaults).is_err());
    assert_eq!(again.open("d", &alone, &defaults).unwrap().password.expose_secret(), "planted-password");
}

#[test]
fn every_kind_with_secrets_is_sealed_anew_as_text() {
    let (old, new) = (VaultKey::generate().unwrap().0, VaultKey::generate().unwrap().0);
    let before = Vault::new(old.clone(), Vec::new());
    let form = SourceForm { name: "s".to_owned(), kind: SourceKind::Web, rate_limit: None, disk: None };
    let mut source = SourceRecord::new(&form, &SecretString::from("one"), &before, NOW).unwrap();
    source.rotate("s", &SecretString::from("two"), (NOW, Millis(NOW.0 + 1)), |_, _| false, &before).unwrap();
    let alert = crate::AlertForm {
        kind: Some(crate::AlertKind::Halted),
        webhook: Some("https://h/x".to_owned()),
        ..crate::AlertForm::default()
    };
    let records = [
        (SOURCE, serde_json::to_string(&source).unwrap()),
        (
            DESTINATION,
            serde_json::to_string(
                &DestinationRecord::new("s", self::form(), &before, &DeliverySettings::default(), NOW)
                    .unwrap(),
            )
            .unwrap(),
        ),
        (ALERT, serde_json::to_string(&AlertRecord::new("s", alert, &before).unwrap()).unwrap()),
    ];
    assert_eq!(records.clone().map(|(kind, _)| kind), WITH_SECRETS);
    let alone = Vault::new(new.clone(), Vec::new());
    for (kind, record) in records {
        let again = sealed_anew(kind, "s", &record, &Vault::new(new.clone(), vec![old.clone()])).unwrap();
        // No secret of the record needs the old key any more.
        sealed_anew(kind, "s", &again, &alone).unwrap();
        let refused = sealed_anew(kind, "s", &record, &alone).unwrap_err();
        assert!(refused.contains("another key"), "{refused}");
    }
}

#[test]
fn a_replaced_key_of_an_older_version_is_read_and_stays_as_it_is() {
    let vault = vault();
    let form = SourceForm { name: "s".to_owned(), kind: SourceKind::Web, rate_limit: None, disk: None };
    let mut record = SourceRecord::new(&form, &SecretString::from("first"), &vault, NOW).unwrap();
    let until = Millis(NOW.0 + 10);
    record.rotate("s", &SecretString::from("second"), (NOW, until), |_, _| false, &vault).unwrap();
    let mut written = serde_json::to_value(&record).unwrap();
    assert_eq!(written["old_keys"][0][2], NOW.0);
    written["old_keys"][0].as_array_mut().unwrap().pop();
    let older: SourceRecord = serde_json::from_value(written.clone()).unwrap();
    let old = &older.open("s", &vault).unwrap().old_keys[0];
    assert_eq!((old.key.expose_secret(), old.until), ("first", until));
    assert_eq!(serde_json::to_value(&older).unwrap(), written);
}
