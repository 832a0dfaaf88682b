use super::*;
use event::{Envelope, Event, Millis, ReadError, SourceKind};
use inmoment::{Call, EndUserWrite, FeedbackWrite, Lookup, ResponseWrite};
use serde_json::json;

fn explained(text: &str) -> Value {
    let envelope = Envelope {
        source: None,
        source_kind: SourceKind::Web,
        received_at: Millis(0),
        request_ip: None,
        forced: None,
        request_id: [0; 16],
        index: 0,
    };
    let settings = Settings::default();
    let plan = match Event::read(text, &envelope) {
        Ok(event) => mapping::plan(&event, &settings),
        Err(error) => Plan::unreadable(error),
    };
    serde_json::to_value(Explanation::of(plan, &settings, ["a note".to_owned()])).unwrap()
}

#[test]
fn each_outcome_has_its_words() {
    for (text, outcome, intent, code) in [
        (
            r#"{"type":"identify","userId":"u","traits":{"email":"a@b.c"}}"#,
            "plan",
            json!("UpsertEndUser"),
            json!(null),
        ),
        (r#"{"type":"page","userId":"u"}"#, "skipped", json!(null), json!("unsupported_type")),
        (r#"{"type":"identify"}"#, "refused", json!(null), json!("identity_missing")),
        ("[]", "refused", json!(null), json!("event_not_an_object")),
        (
            r#"{"type":"identify","userId":".","traits":{"email":"a@b.c"}}"#,
            "refused",
            json!(null),
            json!("id_unusable"),
        ),
    ] {
        let told = explained(text);
        assert_eq!(
            (told["outcome"].as_str(), &told["intent"], &told["code"]),
            (Some(outcome), &intent, &code),
            "{told}"
        );
        assert_eq!(told["reason"].is_null(), outcome == "plan", "{told}");
        assert_eq!(told["calls"].as_array().unwrap().is_empty(), outcome != "plan");
        assert_eq!(told["notes"].as_array().unwrap().last(), Some(&json!("a note")));
        assert!(!told["cost"].as_str().unwrap().is_empty());
    }
}

#[test]
fn fields_tell_where_they_come_from() {
    let told = explained(r#"{"type":"identify","userId":"u","context":{"traits":{"email":"a@b.c"}}}"#);
    let field = |name: &str| {
        let mut fields = told["fields"].as_array().unwrap().iter();
        fields.find(|field| field["name"] == name).cloned().unwrap()
    };
    assert_eq!(
        (&field("email")["from"], &field("email")["value"]),
        (&json!("context.traits.email"), &json!("a@b.c"))
    );
    assert_eq!((&field("phone_number")["from"], &field("phone_number")["value"]), (&json!(""), &json!(null)));
}

#[test]
fn calls_are_named_as_inmoment_s_are() {
    let id = || "1".to_owned();
    let known = [
        Call::GetEndUser(Lookup::Id(id())),
        Call::CreateEndUser(EndUserWrite::default()),
        Call::UpdateEndUser { end_user_id: id(), write: EndUserWrite::default() },
        Call::CreateResponse { end_user_id: id(), write: ResponseWrite::default() },
        Call::CreateDecline { end_user_id: id(), write: FeedbackWrite::default() },
        Call::ListResponses { end_user_id: id(), page: 1 },
        Call::ListDeclines { end_user_id: id(), page: 1 },
    ];
    let known: Vec<&str> = known.iter().map(Call::kind).collect();
    let mut told_of = 0;
    let mut check = |told: &Value| {
        for call in told["calls"].as_array().unwrap() {
            assert!(known.contains(&call["kind"].as_str().unwrap()), "{call}");
            told_of += 1;
        }
    };
    let told = explained(r#"{"type":"identify","userId":"u","traits":{"email":"a@b.c"}}"#);
    assert_eq!(
        told["cost"],
        "1 call when the end user is known, none when nothing changes; up to 3 when not"
    );
    check(&told);
    for kind in ["create response", "create decline"] {
        let told = explained(&format!(
            r#"{{"type":"track","userId":"u","event":"x","properties":{{"feedbackScore":1,"ip":"1.2.3.4","url":"http://x"}},"integrations":{{"Wootric":{{"eventType":"{kind}"}}}}}}"#
        ));
        check(&told);
        let calls = told["calls"].as_array().unwrap();
        assert_eq!(calls.last().unwrap()["kind"].as_str().unwrap(), kind.replace(' ', "_"));
    }
    assert_eq!(told_of, 9);
}

#[test]
fn what_cannot_be_read_is_explained_too() {
    let plan = Plan::unreadable(ReadError::TooDeep);
    let told = serde_json::to_value(Explanation::of(plan, &Settings::default(), None)).unwrap();
    assert_eq!(told["code"], "event_too_deep");
}
