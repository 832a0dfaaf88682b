use super::*;
use serde_json::json;

fn resolved(config: Value, message: Value) -> (Value, Value) {
    let Value::Object(mut message) = message else { panic!("an object") };
    let mut config = config;
    resolve(&mut config, &mut message);
    (config, Value::Object(message))
}

#[test]
fn values_move_from_the_event_into_the_configuration() {
    let (config, message) = resolved(
        json!({ "username": " {{ event.traits.login || \"nobody\" }} ", "list": ["{{message.a.b||1}}", 5], "n": null }),
        json!({ "traits": { "login": "ada", "city": "C" }, "a": { "b": { "c": 1 } } }),
    );
    assert_eq!(config, json!({ "username": "ada", "list": [{ "c": 1 }, 5], "n": null }));
    assert_eq!(message, json!({ "traits": { "city": "C" }, "a": {} }));
}

#[test]
fn what_says_nothing_leaves_the_default() {
    for value in [json!(""), json!(0), json!(false), json!(null)] {
        let (config, message) =
            resolved(json!("{{ event.traits.x || \" d e \" }}"), json!({ "traits": { "x": value } }));
        assert_eq!(config, json!("d e"));
        assert_eq!(message, json!({ "traits": { "x": value } }));
    }
    assert_eq!(resolved(json!("{{ event.a.b || }}"), json!({ "a": 1 })).0, json!(""));
    assert_eq!(resolved(json!("{{ metadata.jobId || d }}"), json!({ "jobId": 1 })).0, json!("d"));
}

#[test]
fn other_texts_stay() {
    let texts = [
        "",
        "{{}}",
        "{{ event.a }}",
        "x{{ event.a.b || d }}",
        "{{ event || d }}",
        "{{ event.1 || d }}",
        "a || b",
    ];
    for text in texts {
        assert_eq!(resolved(json!(text), json!({ "a": { "b": 1 } })).0, json!(text), "{text}");
    }
}
