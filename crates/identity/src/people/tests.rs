use super::*;

#[test]
fn an_administrator_who_is_disabled_is_none() {
    let person = |role, disabled| Person {
        name: "planted".to_owned(),
        role,
        disabled,
        password: "planted".to_owned(),
        created_at: 0,
        last_login_at: None,
    };
    let (operator, disabled) = (person(Role::Operator, false), person(Role::Administrator, true));
    let administrator = person(Role::Administrator, false);
    assert!(have_an_administrator([&operator, &disabled, &administrator]));
    assert!(!have_an_administrator([&operator, &disabled]));
    assert!(!have_an_administrator([]));
    assert!(!format!("{administrator:?}").contains("planted"), "neither name nor hash");
}
