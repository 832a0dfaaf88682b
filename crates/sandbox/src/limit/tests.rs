use super::*;

#[test]
fn a_window_ends_on_the_clocks_minute() {
    let mut limits = Limits::new(Some(2), LimitScope::Account);
    let standings: Vec<_> = [119_000, 119_500, 119_999, 120_000]
        .map(|now| limits.take(0, "a", now).expect("limited"))
        .map(|standing| (standing.remaining, standing.reset, standing.allowed))
        .into();
    assert_eq!(standings, [(1, 120, true), (0, 120, true), (0, 120, false), (1, 180, true)]);
}

#[test]
fn the_scope_decides_what_counts_together() {
    let mut limits = Limits::new(Some(1), LimitScope::Account);
    assert!(limits.take(0, "a", 0).expect("limited").allowed);
    assert!(!limits.take(0, "b", 0).expect("limited").allowed);
    assert!(limits.take(1, "b", 0).expect("limited").allowed, "another account");
    limits.set(Some(1), LimitScope::Endpoint);
    assert!(limits.take(0, "a", 0).expect("limited").allowed);
    assert!(limits.take(0, "b", 0).expect("limited").allowed);
    assert!(!limits.take(0, "b", 0).expect("limited").allowed);
}

#[test]
fn a_changed_limit_counts_on() {
    let mut limits = Limits::new(Some(1), LimitScope::Account);
    limits.take(0, "a", 0);
    limits.set(Some(3), LimitScope::Account);
    assert_eq!(limits.take(0, "a", 0).expect("limited").remaining, 1);
    limits.set(None, LimitScope::Account);
    assert_eq!(limits.take(0, "a", 0), None);
}
