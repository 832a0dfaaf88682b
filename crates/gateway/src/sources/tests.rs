use super::*;
use crate::settings::{GatewaySettings, RateLimit, WriteKey};
use event::SourceKind;
use journal::SourceId;
use std::num::NonZeroU32;
use std::time::Duration;

fn source(id: u32, name: &str, keys: &[(&str, Option<i64>)]) -> SourceSettings {
    let until = |(key, until): &(&str, Option<i64>)| WriteKeyUntil {
        key: WriteKey::new(*key),
        replaced: until.map(|until| (Some(Millis(0)), Millis(until))),
    };
    SourceSettings {
        id: SourceId(id),
        name: name.to_owned(),
        kind: SourceKind::Web,
        write_keys: keys.iter().map(until).collect(),
        enabled: true,
        rate_limit: None,
        disk: None,
        destinations: Arc::new([]),
    }
}

fn common() -> Common {
    let terms = GatewaySettings { public_bytes: None, ..GatewaySettings::new(Vec::new()) }.terms();
    Common { terms, memory: 1 << 20 }
}

fn counters() -> Counters {
    Counters::new(port::Door::new("test", port::Limits::new(1)), port::Room::new(1, 1))
}

fn table(settings: Vec<SourceSettings>, now: i64) -> Result<Sources, SettingsError> {
    Sources::new(
        settings,
        &Sources::empty(common().terms),
        &common(),
        (&counters(), Millis(now)),
        &|_, until| until.0 <= now,
    )
}

fn found(sources: &Sources, key: &str, now: i64) -> Option<String> {
    sources.find(key.as_bytes(), |_, until| until.0 <= now).map(|found| found.source.settings.name.clone())
}

#[test]
fn each_key_finds_its_own_source_and_nothing_else_finds_any() {
    let site = source(1, "site", &[("wk_site", None), ("wk_site_old", Some(100))]);
    let sources = table(vec![site, source(2, "app", &[("wk_app", None)])], 0).unwrap();
    assert_eq!(found(&sources, "wk_site", 0).as_deref(), Some("site"));
    assert_eq!(found(&sources, "wk_site_old", 0).as_deref(), Some("site"));
    assert_eq!(found(&sources, "wk_app", 0).as_deref(), Some("app"));
    for guess in ["", "wk_", "wk_sit", "wk_site ", "WK_SITE", "wk_sitf", "wk_site:"] {
        assert_eq!(found(&sources, guess, 0), None, "{guess:?}");
    }
}

#[test]
fn an_old_key_is_known_before_its_end_and_not_at_it() {
    let sources = table(vec![source(1, "site", &[("new", None), ("old", Some(100))])], 0).unwrap();
    for (now, known) in [(0, true), (99, true), (100, false), (101, false), (50, true)] {
        assert_eq!(found(&sources, "old", now).is_some(), known, "at {now}");
        assert!(found(&sources, "new", now).is_some(), "at {now}");
    }
}

#[test]
fn a_key_that_has_ended_is_free_for_another_source() {
    let settings =
        || vec![source(1, "site", &[("new", None), ("old", Some(100))]), source(2, "app", &[("old", None)])];
    assert_eq!(table(settings(), 99).unwrap_err(), SettingsError::SameWriteKey("site".into(), "app".into()));
    assert_eq!(found(&table(settings(), 100).unwrap(), "old", 100).as_deref(), Some("app"));
}

#[test]
fn settings_that_cannot_work_are_refused_without_showing_a_key() {
    let refused = |settings| table(settings, 0).unwrap_err();
    let same =
        refused(vec![source(1, "site", &[("secretkey", None)]), source(2, "app", &[("secretkey", Some(9))])]);
    assert_eq!(same, SettingsError::SameWriteKey("site".into(), "app".into()));
    let colon = refused(vec![source(1, "site", &[("secret:key", None)])]);
    assert_eq!(colon, SettingsError::ColonInWriteKey("site".into()));
    let empty = refused(vec![source(1, "site", &[("good", None), ("", Some(9))])]);
    assert_eq!(empty, SettingsError::EmptyWriteKey("site".into()));
    let none = refused(vec![source(1, "site", &[])]);
    assert_eq!(none, SettingsError::NoWriteKey("site".into()));
    let twice = refused(vec![source(1, "site", &[("secretkey", None), ("secretkey", Some(9))])]);
    assert_eq!(twice, SettingsError::RepeatedWriteKey("site".into()));
    let number =
        refused(vec![source(1, "site", &[("secret1", None)]), source(1, "app", &[("secret2", None)])]);
    assert_eq!(number, SettingsError::SameNumber("site".into(), "app".into()));
    for error in [same, colon, empty, none, twice, number] {
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
}

#[test]
fn what_cannot_work_changes_nothing() {
    let counters = counters();
    let live =
        Live::new(vec![source(1, "site", &[("k", None)])], common(), &counters, Millis(0), &|_, _| false)
            .unwrap();
    let half = vec![source(2, "app", &[("a", None)]), source(3, "shop", &[("a", None)])];
    live.replace(half, None, (&counters, Millis(1)), &|_, _| false).unwrap_err();
    assert_eq!(found(&live.now(), "k", 1).as_deref(), Some("site"));
    assert_eq!(found(&live.now(), "a", 1), None);
    assert_eq!(counters.read().sources.len(), 1, "nothing is counted for what never was");
}

#[test]
fn the_time_of_a_change_is_told_when_something_told_has_changed() {
    let counters = counters();
    let live =
        Live::new(vec![source(1, "site", &[("k", None)])], common(), &counters, Millis(0), &|_, _| false)
            .unwrap();
    let year = |live: &Live| {
        let sources = live.now();
        let config = sources.find(b"k", |_, _| false).unwrap().config.clone();
        let answer: serde_json::Value = serde_json::from_slice(&config).unwrap();
        answer["updatedAt"].as_str().unwrap()[..4].to_owned()
    };
    let later = Millis(1_700_000_000_000);
    let rerouted = SourceSettings {
        rate_limit: Some(RateLimit { events: NonZeroU32::MIN, per: Duration::from_secs(1) }),
        ..source(1, "site", &[("k", None), ("older", Some(i64::MAX))])
    };
    live.replace(vec![rerouted], None, (&counters, later), &|_, _| false).unwrap();
    assert_eq!(year(&live), "1970");
    let disabled = SourceSettings { enabled: false, ..source(1, "site", &[("k", None)]) };
    live.replace(vec![disabled], None, (&counters, later), &|_, _| false).unwrap();
    assert_eq!(year(&live), "2023");
}

#[test]
fn debug_output_shows_no_key() {
    let settings = source(1, "site", &[("secretkey", None)]);
    let shown = format!("{settings:?}");
    assert!(shown.contains("site") && !shown.contains("secretkey"), "{shown}");
}
