use super::*;
use form_urlencoded::Serializer;
use serde_json::json;

/// The form as the client writes it.
fn written(text: &str) -> usize {
    form_urlencoded::byte_serialize(text.as_bytes()).map(str::len).sum()
}

#[test]
fn a_texts_length_is_the_one_it_has_in_a_form() {
    for text in ["", "plan", "a b*-._~", "ä€😀", "\u{1}%&=[]", "\n"] {
        assert_eq!(encoded(text), written(text), "{text:?}");
    }
}

#[test]
fn a_form_holds_so_many_parameters_and_so_many_bytes() {
    let text = json!("v");
    let mut room = FormRoom::default();
    let taken = (0..5_000).filter(|nth| room.takes(&format!("k{nth}"), &text)).count();
    assert_eq!(taken, PROPERTIES);
    room.frees("k0", &text);
    assert!(room.takes("again", &text) && !room.takes("more", &text));
    let mut room = FormRoom::default();
    assert!(!room.takes("long", &json!("x".repeat(BYTES))));
    assert!(room.takes("short", &json!("x")), "what has no place takes none");
}

/// The pairs of a value, as in the form of an answer, in which the properties of the end user have the longer name.
fn pairs(name: &str, value: &Value, into: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::String(text) => into.push((name.to_owned(), text.clone())),
        Value::Bool(_) | Value::Number(_) => into.push((name.to_owned(), value.to_string())),
        Value::Array(items) => items.iter().for_each(|item| pairs(&format!("{name}[]"), item, into)),
        Value::Object(members) => {
            members.iter().for_each(|(sub, member)| pairs(&format!("{name}[{sub}]"), member, into));
        }
    }
}

#[test]
fn a_list_or_object_takes_the_place_of_all_its_members() {
    for value in [
        json!("text"),
        json!(1.5),
        json!(true),
        json!(null),
        json!([1, null, "zwei", [3, 4]]),
        json!({"a b": "ä", "c": {"d": [1, {"e": 2}]}, "": false}),
        json!([]),
        json!({}),
    ] {
        let mut found = Vec::new();
        pairs("end_user[properties][k e]", &value, &mut found);
        let mut form = Serializer::new("before=1".to_owned());
        form.extend_pairs(&found);
        let place = FormSize::of(encoded("k e"), &value, 0);
        assert_eq!(place.parameters, found.len(), "{value}");
        let bytes = form.finish().len() - "before=1".len();
        assert_eq!(place.bytes, bytes, "{value}");
    }
    let mut room = FormRoom::default();
    let list = Value::Array(vec![json!(1); PROPERTIES - 1]);
    assert!(room.takes("list", &list) && room.takes("one", &json!(1)) && !room.takes("more", &json!(1)));
    room.frees("list", &list);
    assert!(room.takes("more", &json!(1)));
}

#[test]
fn what_is_nested_more_deeply_than_a_form_can_say_has_no_room() {
    let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!({ "k": inner }));
    let lists = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    for (value, has_room) in [
        (nested(28), true),
        (nested(29), false),
        (lists(28), true),
        (lists(29), false),
        (json!([nested(27), nested(28)]), false),
    ] {
        assert_eq!(FormRoom::default().takes("deep", &value), has_room, "{value}");
    }
}
