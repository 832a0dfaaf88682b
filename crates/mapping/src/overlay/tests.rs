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

#[test]
fn a_stored_list_takes_the_room_of_its_members() {
    // 80 lists of 50 are 4,000 parameters: there is no room for more.
    let lists = |many: usize| -> Map<String, Value> {
        (0..many).map(|nth| (format!("l{nth}"), json!(vec![7; 50]))).collect()
    };
    for (many, kept, is_laid) in [(79, 79, true), (80, 80, false), (81, 0, false)] {
        let laid = overlay(Profile::Native, &lists(many), &of_event(&[("new", "e")]));
        assert_eq!(laid.iter().any(|(key, _)| key == "new"), is_laid, "{many}");
        assert_eq!(laid.iter().filter(|(_, laid)| matches!(laid, Laid::Stored(_))).count(), kept);
    }
    // As JavaScript's text, a list is one parameter.
    let laid = overlay(Profile::Rudderstack, &lists(90), &of_event(&[("new", "e")]));
    assert_eq!(laid.len(), 91);
    // A value that replaces a list may use the list's room.
    let laid = overlay(Profile::Native, &lists(80), &of_event(&[("l0", "e"), ("new", "e")]));
    assert_eq!(laid.iter().filter(|(_, laid)| *laid == Laid::Event("e".to_owned())).count(), 2);
}

#[test]
fn where_what_is_stored_has_no_room_nothing_is_laid_over_it() {
    let stored: Map<String, Value> = (0..4_001).map(|nth| (format!("s{nth}"), json!("v"))).collect();
    for profile in [Profile::Native, Profile::Rudderstack] {
        let laid = overlay(profile, &stored, &of_event(&[("s5", "e"), ("new", "e")]));
        assert_eq!(shown(laid), "", "no properties are written");
    }
    // When a property is removed, the others have room.
    let event: Properties = vec![("s5".to_owned(), Value::Null), ("s6".to_owned(), json!("e"))];
    let laid = overlay(Profile::Native, &stored, &event);
    assert_eq!(laid.len(), 4_000);
    assert!(laid.iter().any(|(key, laid)| key == "s6" && *laid == Laid::Event("e".to_owned())));
}

/// docs/facts/mapping.md#stored-keys.
#[test]
fn stored_keys_that_a_form_cannot_say_are_renamed_and_none_takes_anothers_place() {
    let lay = |a: Value, b: &[(&str, &str)]| shown(overlay(Profile::Native, &stored(a), &of_event(b)));
    for (held, event, wanted) in [
        (json!({ "a]b": 1 }), &[][..], "a_b:1"),
        (json!({ "a]b": 1, "a_b": 2 }), &[], "a_b:2"),
        (json!({ "a_b": 2, "a]b": 1 }), &[], "a_b:2"),
        (json!({ "a]]": 1, "a]_": 2, "x": 3 }), &[], "a__:1 x:3"),
        (json!({ "a\0": 1, "a": 2, "": 3, "\0": 4, "[": 5, "]": 6 }), &[], "a:2 [:5 _:6"),
        (json!({ "a]b": 1 }), &[("a_b", "e")], "a_b=e"),
        (json!({ "h": { "a]b": 1, "a_b": 2, "": 3 } }), &[("n", "e")], r#"h:{"a_b":2} n=e"#),
        (json!({ "l": [{ "]": 1, "l": [{ "b]": [] }] }] }), &[], r#"l:[{"_":1,"l":[{"b_":[]}]}]"#),
        (json!({ "a[b": 1, "a[b][c": 2 }), &[], "a[b:1 a[b_[c:2"),
    ] {
        assert_eq!(lay(held.clone(), event), wanted, "{held}");
    }
}

/// docs/facts/mapping.md#null-traits.
#[test]
fn what_is_cleared_last_of_all_becomes_an_empty_text() {
    let clearing = |held: Value, keys: &[&str]| {
        let event = keys.iter().map(|key| ((*key).to_owned(), Value::Null)).collect();
        shown(overlay(Profile::Native, &stored(held), &event))
    };
    assert_eq!(clearing(json!({ "a": 1, "b": 2 }), &["a"]), "b:2");
    assert_eq!(clearing(json!({ "a": 1, "b": { "c": 2 } }), &["b", "x", "a"]), "a= b=");
    assert_eq!(clearing(json!({ "a": "" }), &["a"]), "a=");
    // A form cannot express the other property.
    assert_eq!(clearing(json!({ "a": 1, "b": [] }), &["a"]), "b:[] a=");
    assert_eq!(clearing(json!({ "b": null, "a": 1, "c": { "d": {} } }), &["a"]), r#"b:null c:{"d":{}} a="#);
    assert_eq!(clearing(json!({}), &["a"]), "");
    let event = vec![("a".to_owned(), Value::Null), ("n".to_owned(), json!("e"))];
    assert_eq!(shown(overlay(Profile::Native, &stored(json!({ "a": 1 })), &event)), "n=e");
}
