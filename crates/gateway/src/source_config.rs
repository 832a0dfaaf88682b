//! The configuration that SDKs request when they start: one reply for all of them (docs/facts/sdks.md#source-config).
//!
//! * `destinations` is always empty: its entries would be public in browsers, and one entry that is not a cloud
//!   destination makes the web SDK try to load all of them (docs/facts/sdks.md#web-destinations).
//! * `dataplanes` is empty: an entry would override the address that the application was given
//!   (docs/facts/sdks.md#former-dataplanes, #android).
//! * Every key that Kotlin requires is there; `enabled` is always there, because legacy Android deletes its events
//!   without it.

use crate::settings::{SourceSettings, WriteKey};
use bytes::Bytes;
use event::Millis;
use serde_json::json;

/// The reply for one source to a request with this key. It contains the same key, because a holder of a replaced key
/// must not learn the new one.
pub(crate) fn answer(source: &SourceSettings, key: &WriteKey, updated_at: Millis) -> Bytes {
    let updated_at = rfc3339(updated_at);
    let answer = json!({
        "source": {
            "id": format!("src_{}", source.id.0),
            "name": source.name,
            "writeKey": key.expose(),
            "enabled": source.enabled,
            "workspaceId": "rapport",
            "updatedAt": updated_at,
            "config": {"statsCollection": {"errors": {"enabled": false}, "metrics": {"enabled": false}}},
            "destinations": [],
            "dataplanes": {},
        },
        "updatedAt": updated_at,
        "consentManagementMetadata": {"providers": []},
    });
    Bytes::from(answer.to_string())
}

/// An instant as RudderStack writes it: UTC, three decimals (docs/facts/gateway.md#received-at).
pub(crate) fn rfc3339(instant: Millis) -> String {
    let instant = jiff::Timestamp::from_millisecond(instant.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    format!("{instant:.3}")
}
