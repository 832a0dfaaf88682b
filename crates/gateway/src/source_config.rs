//! The configuration that SDKs ask for when they start: one reply that satisfies all of them (docs/facts/sdks.md#source-config).
//!
//! * `destinations` is always empty: whatever is listed there reaches browsers, and one entry that is not a cloud
//!   destination makes the web SDK try to load all of them (docs/facts/sdks.md#web-destinations).
//! * `dataplanes` is empty: an entry would override the address the application was given (docs/facts/sdks.md#former-dataplanes, #android).
//! * Every key that Kotlin requires is there, `enabled` always, because without it legacy Android deletes its events.

use crate::settings::{SourceSettings, WriteKey};
use bytes::Bytes;
use event::Millis;
use serde_json::json;

/// The answer for one source to somebody who asks with this key of its: the same key comes back. A replaced key must
/// not tell the new one to whoever still has it.
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
