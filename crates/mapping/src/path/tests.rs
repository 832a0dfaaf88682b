use super::*;
use serde_json::json;

fn find(
    body: Value,
    path: &str,
    find: for<'a> fn(&'a Map<String, Value>, &str) -> Option<&'a Value>,
) -> Option<Value> {
    find(body.as_object().unwrap(), path).cloned()
}

#[test]
fn plain_paths() {
    let body = || json!({ "a": { "b": { "c": 1 }, "n": null }, "x.y": 2, "l": [{ "b": 3 }] });
    let table = [
        ("a.b.c", Some(json!(1))),
        ("a.b", Some(json!({ "c": 1 }))),
        ("a.n", Some(json!(null))),
        ("a.n.c", None),
        ("x.y", None),
        ("l.0.b", None),
        ("missing", None),
    ];
    for (path, wanted) in table {
        assert_eq!(find(body(), path, plain), wanted, "{path}");
    }
}

/// docs/facts/transformer.md#paths.
#[test]
fn javascript_paths() {
    let table = [
        (json!({ "context": { "traits": { "email": 1 } } }), Some(1)),
        (json!({ "context.traits": { "email": 1 } }), Some(1)),
        (json!({ "context": { "traits.email": 1 } }), Some(1)),
        (json!({ "context.traits.email": 1, "context": { "traits": { "email": 2 } } }), Some(1)),
        (json!({ "context": { "traits": {}, "traits.email": 1 } }), None),
        (json!({ "context": {}, "context.traits": { "email": 1 } }), None),
        (json!({ "context": "text", "context.traits": { "email": 1 } }), None),
        (json!({ "context": { "traits": [1] } }), None),
        (json!({}), None),
    ];
    for (body, wanted) in table {
        assert_eq!(
            find(body.clone(), "context.traits.email", |body, path| javascript(body, path, true)),
            wanted.map(|n| json!(n)),
            "{body}"
        );
    }
}
