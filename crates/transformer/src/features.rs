//! `/features`: the features that rudder-server may use (docs/facts/transformer.md#features).

use event::raw;
use serde_json::{Map, Value, json};

/// The features without another transformer.
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

/// The features in front of another transformer: those of the other one, and the router stage for InMoment. `None` if
/// the other's features are not a JSON object.
pub(crate) fn merged(upstream: &str) -> Option<Value> {
    let mut features = raw::object(upstream).ok()?;
    let router = features.entry("routerTransform").or_insert_with(|| Value::Object(Map::new()));
    if !router.is_object() {
        *router = Value::Object(Map::new());
    }
    router["WOOTRIC"] = Value::Bool(true);
    Some(Value::Object(features))
}
