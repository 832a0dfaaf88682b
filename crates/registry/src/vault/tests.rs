use super::*;
use proptest::prelude::*;

const PLACE: &str = "destination/inmoment/password";

fn vault() -> Vault {
    Vault::new(VaultKey::generate().unwrap().0, Vec::new())
}

#[test]
fn a_secret_comes_back_and_its_box_never_looks_alike() {
    let vault = vault();
    let secret = SecretString::from("planted-password");
    let (one, other) = (vault.seal(PLACE, &secret).unwrap(), vault.seal(PLACE, &secret).unwrap());
    assert_ne!(one, other);
    for sealed in [one, other] {
        assert!(!serde_json::to_string(&sealed).unwrap().contains("planted"));
        assert_eq!(vault.open(PLACE, &sealed).unwrap().expose_secret(), "planted-password");
    }
}

#[test]
fn a_box_opens_only_where_it_belongs_and_undamaged() {
    let vault = vault();
    let sealed = vault.seal(PLACE, &SecretString::from("x")).unwrap();
    assert_eq!(vault.open("destination/other/password", &sealed).unwrap_err(), VaultError::Damaged);
    let text = sealed.0;
    // The last character of the base64 has spare bits, so a character in the middle of the box is changed.
    for at in [text.len() - 5, text.len() - 20] {
        let mut damaged = text.clone().into_bytes();
        damaged[at] = if damaged[at] == b'A' { b'B' } else { b'A' };
        let damaged = Sealed(String::from_utf8(damaged).unwrap());
        assert_eq!(vault.open(PLACE, &damaged).unwrap_err(), VaultError::Damaged);
    }
    for nonsense in ["", "v1", "v1..", "v2.aa.bb", "v1.a.b.c"] {
        assert!(vault.open(PLACE, &Sealed(nonsense.to_owned())).is_err(), "{nonsense}");
    }
}

#[test]
fn an_earlier_key_opens_and_the_current_one_seals() {
    let (old, new) = (VaultKey::generate().unwrap().0, VaultKey::generate().unwrap().0);
    let before = Vault::new(old.clone(), Vec::new());
    let sealed = before.seal(PLACE, &SecretString::from("x")).unwrap();
    let after = Vault::new(new.clone(), vec![old]);
    let again = after.seal(PLACE, &after.open(PLACE, &sealed).unwrap()).unwrap();
    let alone = Vault::new(new, Vec::new());
    assert!(matches!(alone.open(PLACE, &sealed), Err(VaultError::OtherKey(..))));
    assert!(alone.open(PLACE, &again).is_ok());
    assert!(matches!(before.open(PLACE, &again), Err(VaultError::OtherKey(..))));
}

#[test]
fn a_key_is_64_hexadecimal_digits() {
    let (key, text) = VaultKey::generate().unwrap();
    let padded = SecretString::from(format!(" {}\n", text.expose_secret()));
    assert_eq!(VaultKey::parse(&padded).unwrap().name(), key.name());
    for wrong in ["", "abc", &"g".repeat(64), &"+1".repeat(32), &"ab".repeat(33)] {
        assert!(VaultKey::parse(&SecretString::from(wrong)).is_err(), "{wrong}");
    }
    assert!(!format!("{key:?}").contains(text.expose_secret()));
}

proptest! {
    #[test]
    fn every_text_comes_back(secret in ".*", place in ".*") {
        let vault = vault();
        let sealed = vault.seal(&place, &SecretString::from(secret.clone())).unwrap();
        let opened = vault.open(&place, &sealed).unwrap();
        prop_assert_eq!(opened.expose_secret(), secret.as_str());
    }
}
