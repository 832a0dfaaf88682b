use proptest::prelude::*;
use reqwest::Url;
use serde_json::{Value, json};

use crate::{
    Call, EndUserWrite, Executed, FailureClass, FeedbackWrite, HttpRequest, Lookup, PropertyValue,
    ResponseWrite,
};

fn text(key: &str, value: &str) -> (String, PropertyValue) {
    (key.to_owned(), PropertyValue::Text(value.to_owned()))
}

fn stored(key: &str, json_text: &str) -> (String, PropertyValue) {
    (key.to_owned(), PropertyValue::Stored(serde_json::from_str(json_text).unwrap()))
}

fn pairs(request: &HttpRequest) -> Vec<(String, String)> {
    form_urlencoded::parse(request.form.as_deref().unwrap().as_bytes()).into_owned().collect()
}

fn expect_pairs(call: &Call, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    assert_eq!(pairs(&call.request()), expected);
}

fn some(value: &str) -> Option<String> {
    Some(value.to_owned())
}

#[test]
fn reads_name_the_resource_and_nothing_else() {
    let id = || "700100200".to_owned();
    let list = "per_page=50&sort_order=desc&sort_key=created_at";
    let rows = [
        (Call::GetEndUser(Lookup::Id(id())), "/v1/end_users/700100200".to_owned()),
        (
            Call::GetEndUser(Lookup::ExternalId("cust 42/é".to_owned())),
            "/v1/end_users/cust%2042%2F%C3%A9?lookup_by_external_id=true".to_owned(),
        ),
        (
            Call::GetEndUser(Lookup::Email("ada+1@example.com".to_owned())),
            "/v1/end_users/ada%2B1%40example.com?lookup_by_email=true".to_owned(),
        ),
        (
            Call::GetEndUser(Lookup::Phone("+1 415/5".to_owned())),
            "/v1/end_users/phone_number/%2B1%20415%2F5".to_owned(),
        ),
        (
            Call::ListResponses { end_user_id: id(), page: 1 },
            format!("/v1/end_users/700100200/responses?page=1&{list}"),
        ),
        (
            Call::ListDeclines { end_user_id: id(), page: 30 },
            format!("/v1/end_users/700100200/declines?page=30&{list}"),
        ),
    ];
    for (call, path) in rows {
        assert_eq!(call.request().path, path);
        assert_eq!((call.request().method, call.request().form), ("GET", None), "{call:?}");
        assert!(!call.writes());
    }
}

#[test]
fn an_end_user_is_a_flat_form() {
    let write = EndUserWrite {
        email: some("ada@example.com"),
        phone_number: some("+12025550100"),
        last_surveyed: some("1700000000"),
        external_created_at: some("1600000000"),
        external_id: some("cust-42"),
        properties: Some(vec![text("revenue amount", "5 000"), text("plan", "")]),
    };
    let create = Call::CreateEndUser(write.clone());
    let request = create.request();
    assert_eq!((request.method, request.path.as_str()), ("POST", "/v1/end_users"));
    assert!(request.form.as_deref().unwrap().contains("phone_number=%2B12025550100&"), "{:?}", request.form);
    assert!(request.form.as_deref().unwrap().contains("properties%5Brevenue+amount%5D=5+000"));
    let expected = [
        ("email", "ada@example.com"),
        ("phone_number", "+12025550100"),
        ("last_surveyed", "1700000000"),
        ("external_created_at", "1600000000"),
        ("external_id", "cust-42"),
        ("properties[revenue amount]", "5 000"),
        ("properties[plan]", ""),
    ];
    expect_pairs(&create, &expected);

    let update = Call::UpdateEndUser { end_user_id: "7".to_owned(), write };
    let request = update.request();
    assert_eq!((request.method, request.path.as_str()), ("PUT", "/v1/end_users/7"));
    expect_pairs(&update, &expected);
}

#[test]
fn absent_fields_are_not_sent() {
    expect_pairs(&Call::CreateEndUser(EndUserWrite::default()), &[]);
    let bare = ResponseWrite { score: "9".to_owned(), ..ResponseWrite::default() };
    expect_pairs(&Call::CreateResponse { end_user_id: "7".to_owned(), write: bare }, &[("score", "9")]);
}

#[test]
fn feedback_carries_properties_of_the_end_user() {
    let feedback = FeedbackWrite {
        origin_url: some("https://shop.example.com/?a=1&b=2"),
        created_at: some("1700000000"),
        properties: Some(vec![text("plan", "Pro")]),
    };
    let write = ResponseWrite {
        score: "0".to_owned(),
        ip_address: some("::1"),
        text: some("a+b"),
        feedback: feedback.clone(),
    };
    let response = Call::CreateResponse { end_user_id: "7".to_owned(), write };
    assert_eq!(response.request().path, "/v1/end_users/7/responses");
    let shared = [
        ("origin_url", "https://shop.example.com/?a=1&b=2"),
        ("created_at", "1700000000"),
        ("end_user[properties][plan]", "Pro"),
    ];
    expect_pairs(
        &response,
        &[&[("score", "0"), ("ip_address", "::1"), ("text", "a+b")][..], &shared[..]].concat(),
    );

    let decline = Call::CreateDecline { end_user_id: "7".to_owned(), write: feedback };
    assert_eq!(
        (decline.request().method, decline.request().path.as_str()),
        ("POST", "/v1/end_users/7/declines")
    );
    expect_pairs(&decline, &shared);
}

#[test]
fn stored_values_go_back_exactly() {
    let properties = vec![
        stored("big", "12345678901234567890123.4500"),
        stored("exp", "1e400"),
        stored("flag", "false"),
        stored("none", "null"),
        stored("empty", r#""""#),
        stored("e", r#"["a",1.0,null,{"k":"v"},[2]]"#),
        stored("nothing", "[]"),
        stored("o", r#"{"x":{"y":1,"z":null},"a":[true]}"#),
        stored("k[1]", r#""odd""#),
        stored("", r#""nameless""#),
        stored("[]", r#"{"":1,"]":2,"[":3}"#),
    ];
    let write = EndUserWrite { properties: Some(properties), ..EndUserWrite::default() };
    let expected = [
        ("properties[big]", "12345678901234567890123.4500"),
        ("properties[exp]", "1e+400"),
        ("properties[flag]", "false"),
        ("properties[empty]", ""),
        ("properties[e][]", "a"),
        ("properties[e][]", "1.0"),
        ("properties[e][][k]", "v"),
        ("properties[e][][]", "2"),
        ("properties[o][x][y]", "1"),
        ("properties[o][a][]", "true"),
        ("properties[k[1_]", "odd"),
        ("properties[[_][_]", "2"),
        ("properties[[_][[]", "3"),
    ];
    expect_pairs(&Call::CreateEndUser(write), &expected);
}

#[test]
fn of_keys_that_become_the_same_the_one_that_was_so_wins() {
    let rows = [
        (vec![stored("a_b", "2"), stored("a]b", "1")], vec![("properties[a_b]", "2")]),
        (vec![stored("a]b", "1"), text("a_b", "2")], vec![("properties[a_b]", "2")]),
        (
            vec![text("a]]", "1"), text("a]_", "2"), text("b", "3")],
            vec![("properties[a__]", "1"), ("properties[b]", "3")],
        ),
        (vec![stored("h", r#"{"a]b":1,"a_b":[2],"\u0000":3}"#)], vec![("properties[h][a_b][]", "2")]),
        (vec![text("a\0", "1"), text("a", "2")], vec![("properties[a]", "2")]),
    ];
    for (properties, expected) in rows {
        let write = EndUserWrite { properties: Some(properties), ..EndUserWrite::default() };
        expect_pairs(&Call::CreateEndUser(write), &expected);
    }
}

#[test]
fn properties_that_no_form_can_hold_are_left_out_and_the_rest_arrives() {
    let list = |many: usize| PropertyValue::Stored(json!(vec![1; many]));
    let long = |bytes: usize| PropertyValue::Text("x".repeat(bytes));
    let deep =
        |levels: usize| PropertyValue::Stored((0..levels).fold(json!(1), |inner, _| json!({ "k": inner })));
    // The length of `properties%5Bp%5D=`.
    let most = (768 << 10) - 18;
    for (value, arrives) in [
        (list(4_000), true),
        (list(4_001), false),
        (long(most), true),
        (long(most + 1), false),
        (deep(28), true),
        (deep(29), false),
    ] {
        let properties = vec![("p".to_owned(), value), text("q", "")];
        let properties = if arrives { properties[..1].to_vec() } else { properties };
        let write =
            EndUserWrite { email: some("a@b.c"), properties: Some(properties), ..EndUserWrite::default() };
        let found = pairs(&Call::CreateEndUser(write).request());
        assert_eq!(found[0], ("email".to_owned(), "a@b.c".to_owned()));
        assert_eq!(found.len() > 1, arrives, "{} pairs", found.len());
    }
    // The work is bounded by the size of a form, however large the value is.
    let wide = json!((0..1_000).map(|nth| (nth.to_string(), json!("x"))).collect::<serde_json::Map<_, _>>());
    let huge = (0..20).fold(wide, |inner, _| json!({ "k".repeat(30_000): inner }));
    let write = EndUserWrite {
        properties: Some(vec![("p".to_owned(), PropertyValue::Stored(huge))]),
        ..EndUserWrite::default()
    };
    expect_pairs(&Call::CreateEndUser(write), &[]);
}

#[test]
fn ids_that_no_url_can_name_are_refused_unsent() {
    for id in ["", ".", "..", &"x".repeat(7_681), &"é".repeat(1_500)] {
        let calls = [
            Call::GetEndUser(Lookup::ExternalId(id.to_owned())),
            Call::UpdateEndUser { end_user_id: id.to_owned(), write: EndUserWrite::default() },
            Call::ListDeclines { end_user_id: id.to_owned(), page: 1 },
        ];
        for call in calls {
            let error = call.unaddressable().unwrap();
            assert_eq!(
                (error.class, error.executed, error.code),
                (FailureClass::Reject, Executed::No, "id_unusable")
            );
        }
    }
    for id in ["...", "a/..", "%2e", "%2E%2E", ".%2e", " ", "\u{0}", "a\nb", "\\..\\", &"x".repeat(7_680)] {
        assert_eq!(Call::GetEndUser(Lookup::Id(id.to_owned())).unaddressable(), None, "{id:?}");
    }
    assert_eq!(Call::Authenticate.unaddressable(), None);
}

/// Why `.` and `..` are refused: encoding their dots does not keep the URL library from resolving them.
#[test]
fn the_url_library_resolves_encoded_dots() {
    let url = Url::parse("http://127.0.0.1/v1/end_users/%2E%2E/responses").unwrap();
    assert_eq!(url.path(), "/v1/responses");
}

#[test]
fn debug_shows_no_person() {
    let write = EndUserWrite { email: some("planted@example.com"), ..EndUserWrite::default() };
    let update = Call::UpdateEndUser { end_user_id: "planted-id".to_owned(), write };
    let shown = format!(
        "{update:?} {:?} {:?} {:?}",
        update.request(),
        Lookup::Email("planted@example.com".to_owned()),
        (text("k", "planted").1, stored("k", "\"planted\"").1),
    );
    assert!(!shown.contains("planted"), "{shown}");
}

fn any_id() -> impl Strategy<Value = String> {
    prop_oneof![".{1,30}", "[./?#%& +@:;\\\\\u{0}\n\u{e9}a-e2]{1,12}", "(%2[eEfF]|[.]|/){1,6}",]
}

proptest! {
    /// For every id, the URL library does not change the path, and a server that decodes once sees one segment.
    #[test]
    fn an_id_is_one_segment(id in any_id()) {
        let call = Call::CreateDecline { end_user_id: id.clone(), write: FeedbackWrite::default() };
        if call.unaddressable().is_none() {
            let path = call.request().path;
            let url = Url::parse(&format!("http://127.0.0.1{path}")).unwrap();
            prop_assert_eq!(url.path(), &path);
            let segments: Vec<&str> = url.path_segments().unwrap().collect();
            prop_assert_eq!(segments.len(), 4);
            let decoded = percent_encoding::percent_decode_str(segments[2]).decode_utf8().unwrap();
            prop_assert_eq!(decoded, id);
        }
    }

    #[test]
    fn a_form_is_read_back(values in prop::collection::vec((prop_oneof![".{0,12}", "[a\\]_\u{0}]{0,3}"], ".{0,20}"), 0..6)) {
        let properties = values.iter().map(|(key, value)| text(key, value)).collect();
        let write = EndUserWrite { properties: Some(properties), ..EndUserWrite::default() };
        // A closing bracket would end the key, and an empty key would make a list of everything. If keys become equal,
        // the unchanged key wins, then the first.
        let name = |key: &str| key.replace('\0', "").replace(']', "_");
        let wins = |at: usize| {
            let is_same = |other: &&(String, String)| name(&other.0) == name(&values[at].0);
            values[at].0 == name(&values[at].0)
                || !values[..at].iter().any(|other| is_same(&other))
                    && !values.iter().filter(is_same).any(|other| other.0 == name(&other.0))
        };
        let expected: Vec<_> = (0..values.len())
            .filter(|at| wins(*at))
            .map(|at| (name(&values[at].0), values[at].1.clone()))
            .filter(|(key, _)| !key.is_empty())
            .map(|(key, value)| (format!("properties[{key}]"), value))
            .collect();
        prop_assert_eq!(pairs(&Call::CreateEndUser(write).request()), expected);
    }

    #[test]
    fn stored_integers_keep_their_digits(digits in "-?[1-9][0-9]{0,60}") {
        let value: Value = serde_json::from_str(&digits).unwrap();
        let write = EndUserWrite {
            properties: Some(vec![("n".to_owned(), PropertyValue::Stored(json!([value])))]),
            ..EndUserWrite::default()
        };
        prop_assert_eq!(pairs(&Call::CreateEndUser(write).request()), vec![("properties[n][]".to_owned(), digits)]);
    }
}
