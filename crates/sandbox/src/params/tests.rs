use proptest::prelude::*;
use serde_json::json;

use super::*;

fn form(input: &str) -> Result<Value, Unreadable> {
    form::read(input.as_bytes()).map(Value::Object)
}

/// The first of each pair is what Rack's own tests send (`test/spec_utils.rb`, "parse nested query strings correctly"),
/// the second what they expect.
#[test]
fn names_nest_as_rack_reads_them() {
    let cases = [
        ("foo", json!({"foo": null})),
        ("foo=", json!({"foo": ""})),
        ("foo=\"bar\"", json!({"foo": "\"bar\""})),
        ("foo=bar&foo=quux", json!({"foo": "quux"})),
        ("foo&foo=", json!({"foo": ""})),
        ("&foo=1&&bar=2", json!({"foo": "1", "bar": "2"})),
        ("foo&bar=", json!({"foo": null, "bar": ""})),
        ("my+weird+field=q1%212%22%27w%245%267%2Fz8%29%3F", json!({"my weird field": "q1!2\"'w$5&7/z8)?"})),
        ("a=b&pid%3D1234=1023", json!({"pid=1234": "1023", "a": "b"})),
        ("foo[]", json!({"foo": [null]})),
        ("foo[]=", json!({"foo": [""]})),
        ("foo[]=bar&foo", json!({"foo": null})),
        ("foo[]=bar&foo[", json!({"foo": ["bar"], "foo[": null})),
        ("foo[]=bar&foo[=baz", json!({"foo": ["bar"], "foo[": "baz"})),
        ("foo[]=bar&foo[]", json!({"foo": ["bar", null]})),
        ("foo[]=1&foo[]=2", json!({"foo": ["1", "2"]})),
        ("foo=bar&baz[]=1&baz[]=2&baz[]=3", json!({"foo": "bar", "baz": ["1", "2", "3"]})),
        ("x[y][z]", json!({"x": {"y": {"z": null}}})),
        ("x[y][z]=1&x[y][z]=2", json!({"x": {"y": {"z": "2"}}})),
        ("x[y][z][]=1&x[y][z][]=2", json!({"x": {"y": {"z": ["1", "2"]}}})),
        ("x[y][][z]=1", json!({"x": {"y": [{"z": "1"}]}})),
        ("x[y][][z][]=1", json!({"x": {"y": [{"z": ["1"]}]}})),
        ("x[y][][z]=1&x[y][][w]=2", json!({"x": {"y": [{"z": "1", "w": "2"}]}})),
        ("x[y][][v][w]=1", json!({"x": {"y": [{"v": {"w": "1"}}]}})),
        ("x[y][][z]=1&x[y][][v][w]=2", json!({"x": {"y": [{"z": "1", "v": {"w": "2"}}]}})),
        ("x[y][][z]=1&x[y][][z]=2", json!({"x": {"y": [{"z": "1"}, {"z": "2"}]}})),
        (
            "x[][y]=1&x[][z][w]=a&x[][y]=2&x[][z][w]=b",
            json!({"x": [{"y": "1", "z": {"w": "a"}}, {"y": "2", "z": {"w": "b"}}]}),
        ),
        (
            "x[][z][w]=a&x[][y]=1&x[][z][w]=b&x[][y]=2",
            json!({"x": [{"z": {"w": "a"}, "y": "1"}, {"z": {"w": "b"}, "y": "2"}]}),
        ),
        (
            "data[books][][data][page]=1&data[books][][data][page]=2",
            json!({"data": {"books": [{"data": {"page": "1"}}, {"data": {"page": "2"}}]}}),
        ),
        ("x[][y][][z]=1&x[][y][][w]=2", json!({"x": [{"y": [{"z": "1", "w": "2"}]}]})),
        ("[]=1&[a]=2&b[=3&c]=4", json!({"[]": "1", "[a]": "2", "b[": "3", "c]": "4"})),
        ("d[[]=5&e][]=6&f[[]]=7", json!({"d": {"[": "5"}, "e]": ["6"], "f": {"[": {"]": "7"}}})),
        ("g[h]i=8&j[k]l[m]=9", json!({"g": {"h": {"i": "8"}}, "j": {"k": {"l[m]": "9"}}})),
        ("l[[[[[[[[]]]]]]]=10", json!({"l": {"[[[[[[[": {"]]]]]]": "10"}}})),
        // Written for these rules.
        ("foo[]=1&foo[][]=2", json!({"foo": ["1", ["2"]]})),
        ("a[][]=1&a[][]=2", json!({"a": [["1"], ["2"]]})),
        ("a[][b]=1&a[][]=2", json!({"a": [{"b": "1"}]})),
        ("a[b][=1", json!({"a": {"[b][": "1"}})),
        ("a[b=1", json!({"a": {"[b": "1"}})),
        ("a[b]=1&a=2", json!({"a": "2"})),
        ("a&a[b]=1", json!({"a": {"b": "1"}})),
        ("=1&=&a=1", json!({"a": "1"})),
        ("a=1&   b=2& ", json!({"a": "1", "b": "2"})),
        (" a=1", json!({" a": "1"})),
        ("a=1;b=2", json!({"a": "1;b=2"})),
        ("a==&b=c=d", json!({"a": "=", "b": "c=d"})),
        ("properties[city]=San+Francisco", json!({"properties": {"city": "San Francisco"}})),
        ("properties%5Brevenue%20amount%5D=5", json!({"properties": {"revenue amount": "5"}})),
        ("end_user[properties][plan]=Pro", json!({"end_user": {"properties": {"plan": "Pro"}}})),
        ("emails[]=a@x&emails[]=b@x", json!({"emails": ["a@x", "b@x"]})),
        ("created[gt]=1&created[lt]=2", json!({"created": {"gt": "1", "lt": "2"}})),
        ("phone_number=%2B1415&bare=+1", json!({"phone_number": "+1415", "bare": " 1"})),
        ("\u{e9}[\u{e9}]=\u{e9}&%C3%A9[b]", json!({"\u{e9}": {"\u{e9}": "\u{e9}", "b": null}})),
        ("", json!({})),
    ];
    for (input, expected) in cases {
        assert_eq!(form(input), Ok(expected), "{input}");
    }
}

#[test]
fn names_that_contradict_each_other_are_refused_in_racks_words() {
    let cases = [
        ("x[y]=1&x[y]z=2", "expected Hash (got String) for param `y'"),
        ("x[y]=1&x[]=1", "expected Array (got Rack::QueryParser::Params) for param `x'"),
        ("x[y]=1&x[y][][w]=2", "expected Array (got String) for param `y'"),
        ("a=1&a[b]=2", "expected Hash (got String) for param `a'"),
        ("a=&a[b]=2", "expected Hash (got String) for param `a'"),
        ("a[]=1&a[b]=2", "expected Hash (got Array) for param `a'"),
        ("a[b][]=1&a[b][c][]=2", "expected Hash (got Array) for param `b'"),
        ("a=1&a[]=2", "expected Array (got String) for param `a'"),
        ("a]b=1&a]b[c]=2", "expected Hash (got String) for param `a]b'"),
        ("a=%", "invalid %-encoding"),
        ("a=%4", "invalid %-encoding"),
        ("%zz=1", "invalid %-encoding"),
        ("a=%%41", "invalid %-encoding"),
        ("a=%FF", "Invalid encoding for parameter"),
        ("%C3=1", "Invalid encoding for parameter"),
        ("a=%ED%A0%80", "Invalid encoding for parameter"),
    ];
    for (input, words) in cases {
        assert_eq!(form(input).map_err(|error| error.to_string()), Err(words.to_owned()), "{input}");
    }
    assert_eq!(form::read(b"a=\xff"), Err(Unreadable::Encoding));
}

#[test]
fn depth_and_number_are_bounded() {
    assert_eq!(form(&format!("a{}=1", "[b]".repeat(limits::MAX_DEPTH))), Err(Unreadable::TooDeep));
    assert!(form(&format!("a{}=1", "[b]".repeat(limits::MAX_DEPTH - 1))).is_ok());
    let (most, more) = ("a=1&".repeat(limits::MAX_PAIRS - 1), "a=1&".repeat(limits::MAX_PAIRS));
    assert!(form(&most).is_ok());
    assert_eq!(form(&more), Err(Unreadable::TooMany(limits::MAX_PAIRS + 1)));
}

#[test]
fn every_encoding_gives_the_same_parameters() {
    let expected = json!({"email": "a@x", "properties": {"plan": "Pro plus"}});
    let multipart = "--XyZ\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\na@x\r\n\
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
        ("text/plain; charset=utf-8", "a=1", Unreadable::MediaType("text/plain".into())),
        ("application/octet-stream", "a=1", Unreadable::MediaType("application/octet-stream".into())),
    ];
    for (content_type, body, error) in cases {
        let read = Params::read("", Some(content_type), body.as_bytes());
        assert_eq!(read.err(), Some(error), "{content_type} {body}");
    }
}

#[test]
fn the_parts_of_a_multipart_body_are_read_with_their_quotes() {
    let part = |disposition: &str, value: &str| {
        format!("--X\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{value}\r\n--X--\r\n")
    };
    let cases = [
        ("name=\"properties[a;b=c]\"", "v", json!({"properties": {"a;b=c": "v"}})),
        (r#"name="properties[a\"b\\c\d]""#, "v", json!({"properties": {"a\"b\\c\\d": "v"}})),
        ("name=plain", "v", json!({"plain": "v"})),
        ("filename=\"f;name=x\"; name=\"email\"", "v", json!({"email": {"filename": "f;name=x"}})),
        ("name=\"a[]\"", "100%+1", json!({"a": ["100%+1"]})),
        // No file was chosen in a browser's field.
        ("name=\"properties[a]\"; filename=\"\"", "", json!({})),
        ("filename=\"f.csv\"", "v", json!({"f.csv": {"filename": "f.csv"}})),
        ("other=1", "v", json!({"text/plain": ["v"]})),
    ];
    for (disposition, value, expected) in cases {
        let body = part(disposition, value);
        let read = Params::read("", Some("multipart/form-data; boundary=X"), body.as_bytes());
        assert_eq!(read.map(|params| Value::Object(params.body)), Ok(expected), "{disposition}");
    }
    let broken = part("name=\"a", "v");
    let read = Params::read("", Some("multipart/form-data; boundary=X"), broken.as_bytes());
    assert_eq!(read.err(), Some(Unreadable::Multipart));
}

#[test]
fn the_body_goes_before_the_query() {
    let params = Params::read("score=1&text=q", None, b"score=2").expect("readable");
    assert_eq!(params.text("score").as_deref(), Some("2"));
    assert_eq!(params.text("text").as_deref(), Some("q"));
}

proptest! {
    #[test]
    /// If a client's keys have no brackets, every value arrives as it was meant.
    #[test]
    fn pairs_survive_a_form(pairs in proptest::collection::btree_map("[^\\[\\]]{1,8}", any::<String>(), 0..8)) {
        let text: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs.iter().map(|(key, value)| (format!("properties[{key}]"), value)))
            .finish();
        let read = form::read(text.as_bytes()).expect("a form");
        let read = read.get("properties").cloned().unwrap_or(json!({}));
        prop_assert_eq!(read, json!(pairs));
    }

    #[test]
    fn any_brackets_are_read_or_refused(input in "[a\\[\\]=&%4 ]{0,40}") {
        let _ = form(&input);
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
