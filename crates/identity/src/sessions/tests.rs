use super::*;

const HOUR: i64 = 3_600_000;

/// Compares times by a clock that is never set.
fn at(now: i64) -> impl Fn(i64, Duration) -> bool {
    move |stamp, after| now - stamp >= i64::try_from(after.as_millis()).unwrap()
}

#[test]
fn a_session_ends_unused_or_old() {
    let limits = SessionLimits::default();
    let mut session = Session::new("ann", Millis(0));
    assert!(!session.is_over(&at(12 * HOUR - 1), limits));
    assert!(session.is_over(&at(12 * HOUR), limits));
    // A session that is used all the time still ends after seven days.
    session.seen_at = 7 * 24 * HOUR - 1;
    assert_eq!(session.idle_expires_at(limits), session.expires_at(limits));
    assert!(!session.is_over(&at(7 * 24 * HOUR - 1), limits));
    assert!(session.is_over(&at(7 * 24 * HOUR), limits));
}

#[test]
fn use_is_noted_once_a_minute() {
    let session = Session::new("ann", Millis(1_000));
    assert!(!session.wants_note(Millis(60_999)));
    assert!(session.wants_note(Millis(61_000)));
    // When the clock was set back, a stamp of the time that is now is needed.
    assert!(session.wants_note(Millis(-61_000)) && !session.wants_note(Millis(0)));
}

#[test]
fn sessions_that_are_over_make_way_and_so_do_the_least_used() {
    let now = Millis(100 * HOUR);
    let session =
        |person: &str, seen_at| Session { person: person.to_owned(), created_at: 90 * HOUR, seen_at };
    let mut all: Vec<(String, Session)> =
        (0..25).map(|n| (format!("ann-{n}"), session("ann", now.0 - n * 1_000))).collect();
    all.push(("bob-over".to_owned(), session("bob", now.0 - 13 * HOUR)));
    all.push(("bob".to_owned(), session("bob", now.0 - 11 * HOUR)));
    let mut gone = making_way(&all, "ann", &at(now.0), SessionLimits::default());
    gone.sort();
    // 19 stay, so that with the new one there are 20.
    assert_eq!(gone, ["ann-19", "ann-20", "ann-21", "ann-22", "ann-23", "ann-24", "bob-over"]);
}
