use proptest::prelude::*;
use serde_json::json;

use super::*;

fn form(input: &str) -> Result<Value, Unreadable> {
    read_form(input.as_bytes()).map(Value::Object)
}

#[test]
fn names_nest_as_rails_reads_them() {
    let cases = [
        ("a=1", json!({"a": "1"})),
        ("a=1&a=2", json!({"a": "2"})),
        ("properties[city]=San+Francisco", json!({"properties": {"city": "San Francisco"}})),
        ("properties%5Brevenue%20amount%5D=5", json!({"properties": {"revenue amount": "5"}})),
        ("end_user[properties][plan]=Pro", json!({"end_user": {"properties": {"plan": "Pro"}}})),
        ("properties[e][]=a&properties[e][]=b", json!({"properties": {"e": ["a", "b"]}})),
        ("properties[f][x]=1&properties[f][y]=2", json!({"properties": {"f": {"x": "1", "y": "2"}}})),
        ("emails[]=a@x&emails[]=b@x", json!({"emails": ["a@x", "b@x"]})),
        ("a[][b]=1&a[][c]=2&a[][b]=3", json!({"a": [{"b": "1", "c": "2"}, {"b": "3"}]})),
        ("created[gt]=1&created[lt]=2", json!({"created": {"gt": "1", "lt": "2"}})),
        ("phone_number=%2B1415&bare=+1", json!({"phone_number": "+1415", "bare": " 1"})),
        // No such form: the name stays whole.
        ("a[b=1", json!({"a[b": "1"})),
        ("[a]=1", json!({"[a]": "1"})),
        ("a[b]c=1", json!({"a[b]c": "1"})),
        ("empty=", json!({"empty": ""})),
        ("flag", json!({"flag": ""})),
        ("", json!({})),
    ];
    for (input, expected) in cases {
        assert_eq!(form(input), Ok(expected), "{input}");
    }
}

#[test]
fn names_that_contradict_each_other_are_refused() {
    for input in ["a=1&a[b]=2", "a[]=1&a[b]=2", "a[b]=1&a[]=2", "a[][]=1"] {
        assert_eq!(form(input), Err(Unreadable::Conflict), "{input}");
    }
}

#[test]
fn depth_and_number_are_bounded() {
    assert_eq!(form(&format!("a{}=1", "[b]".repeat(MAX_DEPTH))), Err(Unreadable::TooDeep));
    assert!(form(&format!("a{}=1", "[b]".repeat(MAX_DEPTH - 1))).is_ok());
    assert_eq!(form(&"a=1&".repeat(MAX_PAIRS + 1)), Err(Unreadable::TooMany));
}

#[test]
fn every_encoding_gives_the_same_parameters() {
    let expected = json!({"email": "a@x", "properties": {"plan": "Pro plus"}});
    let multipart = "--XyZ\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\na@x\r\n\
        --XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nignored\r\n\
        --XyZ\r\ncontent-disposition: form-data; name=\"properties[plan]\"\r\n\r\nPro plus\r\n--XyZ--\r\n";
    let cases = [
        ("application/x-www-form-urlencoded", "email=a%40x&properties%5Bplan%5D=Pro+plus"),
        ("application/json; charset=utf-8", r#"{"email":"a@x","properties":{"plan":"Pro plus"}}"#),
        ("multipart/form-data; boundary=XyZ", multipart),
        ("multipart/form-data; boundary=\"XyZ\"", multipart),
    ];
    for (content_type, body) in cases {
        let read =
            Params::read("", Some(content_type), body.as_bytes()).map(|params| Value::Object(params.body));
        assert_eq!(read, Ok(expected.clone()), "{content_type}");
    }
    let query =
        Params::read("email=a%40x&properties[plan]=Pro+plus", None, b"").map(|p| Value::Object(p.query));
    assert_eq!(query, Ok(expected));
}

#[test]
fn broken_bodies_are_refused() {
    let cases = [
        ("application/json", "{", Unreadable::Json),
        ("application/json", "[1]", Unreadable::Json),
        ("multipart/form-data", "--X\r\n", Unreadable::Multipart),
        (
            "multipart/form-data; boundary=X",
            "--X\r\nContent-Disposition: form-data\r\n\r\n",
            Unreadable::Multipart,
        ),
        ("multipart/form-data; boundary=X", "nothing", Unreadable::Multipart),
    ];
    for (content_type, body, error) in cases {
        let read = Params::read("", Some(content_type), body.as_bytes());
        assert_eq!(read.err(), Some(error), "{content_type} {body}");
    }
}

#[test]
fn the_body_goes_before_the_query() {
    let params = Params::read("score=1&text=q", None, b"score=2").expect("readable");
    assert_eq!(params.text("score").as_deref(), Some("2"));
    assert_eq!(params.text("text").as_deref(), Some("q"));
}

proptest! {
    #[test]
    fn pairs_survive_a_form(pairs in proptest::collection::btree_map("[a-z]{1,8}", "\\PC{0,20}", 0..8)) {
        let text: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs.iter().map(|(key, value)| (format!("properties[{key}]"), value)))
            .finish();
        let read = read_form(text.as_bytes()).expect("a form");
        let read = read.get("properties").cloned().unwrap_or(json!({}));
        prop_assert_eq!(read, json!(pairs));
    }

    #[test]
    fn nothing_from_outside_panics(
        kind in "(application/json|multipart/form-data; boundary=X|text/plain)",
        query in "\\PC{0,60}",
        body in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let _ = Params::read(&query, Some(&kind), &body);
    }

    #[test]
    fn any_multipart_text_is_read_or_refused(inner in "(--X|\r\n|a: b|name=\"k\"|Content-Disposition: form-data;|-|x){0,20}") {
        let _ = multipart::fields("multipart/form-data; boundary=X", inner.as_bytes());
    }
}
