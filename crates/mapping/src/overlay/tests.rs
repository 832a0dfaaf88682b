use super::*;
use serde_json::json;

fn stored(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn of_event(properties: &[(&str, &str)]) -> Properties {
    properties.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect()
}

fn shown(laid: Vec<(String, Laid)>) -> String {
    let entry = |(key, laid)| match laid {
        Laid::Event(text) => format!("{key}={text}"),
        Laid::Stored(value) => format!("{key}:{value}"),
    };
    laid.into_iter().map(entry).collect::<Vec<_>>().join(" ")
}

/// docs/facts/mapping.md#overlay.
#[test]
fn native() {
    let lay = |a: Value, b: &[(&str, &str)]| shown(overlay(Profile::Native, &stored(a), &of_event(b)));
    assert_eq!(lay(json!({ "a": 1 }), &[("b", "2")]), "a:1 b=2");
    assert_eq!(lay(json!({}), &[("a", "1")]), "a=1");
    assert_eq!(lay(json!({ "a": null, "b": { "x": [1] } }), &[]), r#"a:null b:{"x":[1]}"#);
    assert_eq!(
        lay(json!({ "b": 1, "a": 21.50, "2": "x" }), &[("a", "9"), ("1", "y")]),
        r#"b:1 a=9 2:"x" 1=y"#
    );
}

/// docs/facts/transformer.md#case-52, #case-55, #case-57.
#[test]
fn rudderstack() {
    let lay = |a: Value, b: &[(&str, &str)]| shown(overlay(Profile::Rudderstack, &stored(a), &of_event(b)));
    assert_eq!(
        lay(json!({ "city": "T", "title": "CEO" }), &[("title", "VP"), ("new", "1")]),
        r#"city:"T" title=VP new=1"#
    );
    assert_eq!(lay(json!({}), &[("a", "1")]), "");
    assert_eq!(lay(json!({ "a": 1 }), &[]), "");
    let w = json!({ "a": null, "b": 0, "c": false, "d": "", "e": [1, 2], "f": { "x": 1 } });
    assert_eq!(lay(w, &[("g", "1")]), r#"a:"null" b:"0" c:"false" d:"" e:"1,2" f:"[object Object]" g=1"#);
    assert_eq!(lay(json!({ "x": 1, "2": 1 }), &[("1", "y")]), r#"1=y 2:"1" x:"1""#);
}

#[test]
fn what_the_form_has_no_room_for_is_left_out_and_nothing_stored_is_lost() {
    let stored: Map<String, Value> = (0..3_999).map(|nth| (format!("s{nth}"), json!("v"))).collect();
    let event: Properties = ["s5", "new", "more", "s6"].map(|key| (key.to_owned(), json!("e"))).into();
    for profile in [Profile::Native, Profile::Rudderstack] {
        let laid = overlay(profile, &stored, &event);
        assert_eq!(laid.len(), 4_000, "one more has room");
        let at = |key: &str| laid.iter().find(|(other, _)| other == key).map(|(_, laid)| laid);
        assert!(
            at("s5") == Some(&Laid::Event("e".to_owned())) && at("s6") == at("s5") && at("new") == at("s5")
        );
        assert!(at("more").is_none() && at("s3998").is_some());
        let huge: Properties = vec![("s5".to_owned(), json!("x".repeat(1 << 20)))];
        assert!(overlay(profile, &stored, &huge).iter().all(|(_, laid)| matches!(laid, Laid::Stored(_))));
    }
}

#[test]
fn what_is_cleared_gives_its_room_to_what_is_new() {
    let stored: Map<String, Value> = (0..4_000).map(|nth| (format!("s{nth}"), json!("v"))).collect();
    for event in [[("new", json!("e")), ("s5", Value::Null)], [("s5", Value::Null), ("new", json!("e"))]] {
        let event: Properties = event.map(|(key, value)| (key.to_owned(), value)).into();
        let laid = overlay(Profile::Native, &stored, &event);
        let has = |key: &str| laid.iter().any(|(other, _)| other == key);
        assert_eq!((laid.len(), has("new"), has("s5")), (4_000, true, false));
    }
}
