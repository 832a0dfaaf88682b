//! `/features`: what rudder-server may ask of us (docs/facts/transformer.md#features).

use event::raw;
use serde_json::{Map, Value, json};

/// Standing alone.
pub(crate) fn own() -> Value {
    json!({
        "routerTransform": { "WOOTRIC": true },
        "regulations": [],
        "supportSourceTransformV1": true,
        "supportTransformerProxyV1": true,
        "upgradedToSourceTransformV2": true,
        "supportDestTransformCompactedPayloadV1": true,
    })
}

/// In front of another transformer: everything that one says of itself, and that we do our destination at the router stage.
/// `None` when what it says is no JSON object.
pub(crate) fn merged(upstream: &str) -> Option<Value> {
    let mut features = raw::object(upstream).ok()?;
    let router = features.entry("routerTransform").or_insert_with(|| Value::Object(Map::new()));
    if !router.is_object() {
        *router = Value::Object(Map::new());
    }
    router["WOOTRIC"] = Value::Bool(true);
    Some(Value::Object(features))
}
