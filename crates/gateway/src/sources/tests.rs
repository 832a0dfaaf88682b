use super::*;
use crate::settings::WriteKey;
use event::SourceKind;
use journal::SourceId;
use std::sync::Arc;

fn source(name: &str, key: &str) -> SourceSettings {
    SourceSettings {
        id: SourceId(1),
        name: name.to_owned(),
        kind: SourceKind::Web,
        write_key: WriteKey::new(key),
        enabled: true,
        rate_limit: None,
        destinations: Arc::new([]),
    }
}

fn found(sources: &Sources, key: &str) -> Option<String> {
    sources.find(key.as_bytes()).map(|source| source.settings.name.clone())
}

#[test]
fn each_key_finds_its_own_source_and_nothing_else_finds_any() {
    let sources = Sources::new(vec![source("site", "wk_site"), source("app", "wk_app")], Millis(0)).unwrap();
    assert_eq!(found(&sources, "wk_site").as_deref(), Some("site"));
    assert_eq!(found(&sources, "wk_app").as_deref(), Some("app"));
    for guess in ["", "wk_", "wk_sit", "wk_site ", "WK_SITE", "wk_sitf", "wk_site:"] {
        assert_eq!(found(&sources, guess), None, "{guess:?}");
    }
}

#[test]
fn settings_that_cannot_work_are_refused_without_showing_a_key() {
    let same =
        Sources::new(vec![source("site", "secretkey"), source("app", "secretkey")], Millis(0)).unwrap_err();
    assert_eq!(same, SettingsError::SameWriteKey("site".into(), "app".into()));
    let colon = Sources::new(vec![source("site", "secret:key")], Millis(0)).unwrap_err();
    assert_eq!(colon, SettingsError::ColonInWriteKey("site".into()));
    let empty = Sources::new(vec![source("site", "")], Millis(0)).unwrap_err();
    assert_eq!(empty, SettingsError::EmptyWriteKey("site".into()));
    for error in [same, colon, empty] {
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
}

#[test]
fn debug_output_shows_no_key() {
    let settings = source("site", "secretkey");
    let shown = format!("{settings:?}");
    assert!(shown.contains("site") && !shown.contains("secretkey"), "{shown}");
}
