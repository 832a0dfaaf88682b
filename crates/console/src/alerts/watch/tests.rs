use super::*;
use registry::{AlertForm, Vault, VaultKey};

fn alert(form: AlertForm) -> AlertRecord {
    let vault = Vault::new(VaultKey::generate().unwrap().0, Vec::new());
    let webhook = Some("https://hooks.example.com/x".to_owned());
    AlertRecord::new("a", AlertForm { webhook, ..form }, &vault).unwrap()
}

fn of(kind: AlertKind) -> AlertForm {
    AlertForm { kind: Some(kind), ..AlertForm::default() }
}

fn view() -> WatchedState {
    let standing = |name: &str, state, why: Option<(i64, &str)>, oldest| WatchedDestination {
        name: name.to_owned(),
        state: Some(state),
        trouble: why.map(|(since, words)| (since, words.to_owned())),
        oldest_pending_ms: oldest,
    };
    let dead = |destination: &str, code: &str, count| Dead {
        destination: destination.to_owned(),
        code: code.to_owned(),
        count,
    };
    WatchedState {
        now: 1_000_000,
        standings: vec![
            standing("one", DestinationState::Halted, Some((0, "wrong password")), Some(7_200_000)),
            standing("two", DestinationState::Running, None, Some(60_000)),
            standing("three", DestinationState::Failing, Some((700_000, "no connection")), None),
            standing("four", DestinationState::Stuck, Some((0, "no call for 5 min")), None),
            standing("five", DestinationState::Broken, None, None),
            standing("six", DestinationState::WaitingForLimit, Some((0, "used up")), None),
        ],
        dead: vec![dead("one", "email_taken", 3), dead("two", "email_taken", 4), dead("two", "rejected", 5)],
        free_percent: Some(9.96),
    }
}

#[test]
fn what_is_wrong_is_said_and_what_is_not_is_not() {
    let two = || Some("two".to_owned());
    let code = || Some("email_taken".to_owned());
    let age = |text: &str| Some(text.to_owned());
    let cases: Vec<(AlertForm, Option<&str>)> = vec![
        (of(AlertKind::Halted), Some("destination one is halted: wrong password")),
        (AlertForm { destination: two(), ..of(AlertKind::Halted) }, None),
        (
            AlertForm { older_than: age("5 min"), ..of(AlertKind::Failing) },
            Some("destination three is failing: no connection. Its events wait, nothing is lost (for 5 min)"),
        ),
        (of(AlertKind::Failing), Some("destination three is failing")),
        (AlertForm { older_than: age("301 s"), ..of(AlertKind::Failing) }, None),
        (AlertForm { destination: two(), ..of(AlertKind::Failing) }, None),
        (of(AlertKind::Stuck), Some("destination four is stuck: no call for 5 min")),
        (of(AlertKind::Broken), Some("destination five is broken. Its events wait")),
        (AlertForm { above: Some(11), ..of(AlertKind::DeadLetters) }, Some("12 dead letters")),
        (AlertForm { above: Some(12), ..of(AlertKind::DeadLetters) }, None),
        (
            AlertForm { code: code(), above: Some(6), ..of(AlertKind::DeadLetters) },
            Some("7 dead letters with code email_taken"),
        ),
        (AlertForm { code: code(), above: Some(7), ..of(AlertKind::DeadLetters) }, None),
        (
            AlertForm { destination: two(), code: code(), above: Some(3), ..of(AlertKind::DeadLetters) },
            Some("4 dead letters with code email_taken at two"),
        ),
        (
            AlertForm { older_than: age("1 h"), ..of(AlertKind::OldestPending) },
            Some("destination one: the oldest event has waited for 2 h"),
        ),
        (AlertForm { older_than: age("2 h"), ..of(AlertKind::OldestPending) }, None),
        (AlertForm { above: Some(10), ..of(AlertKind::Disk) }, Some("10.0 % left")),
        (AlertForm { above: Some(9), ..of(AlertKind::Disk) }, None),
    ];
    for (form, wanted) in cases {
        let found = firing(&alert(form.clone()), &view());
        match wanted {
            Some(text) => {
                assert!(found.as_ref().is_some_and(|found| found.contains(text)), "{form:?}: {found:?}")
            }
            None => assert_eq!(found, None, "{form:?}"),
        }
    }
}

#[test]
fn an_unknown_disk_and_an_empty_world_are_no_alarm() {
    for kind in [AlertKind::Halted, AlertKind::DeadLetters, AlertKind::Disk] {
        assert_eq!(firing(&alert(of(kind)), &WatchedState::default()), None);
    }
}

#[test]
fn only_a_change_is_news() {
    let alert = alert(of(AlertKind::Halted));
    assert_eq!(news("a", &alert, None, false), None);
    assert_eq!(news("a", &alert, Some("x"), true), None);
    assert_eq!(news("a", &alert, Some("x"), false).unwrap(), "Rapport, alert a: x.");
    assert!(news("a", &alert, None, true).unwrap().contains("is over"));
}
