use super::*;
use crate::settings::Profile;
use event::{Envelope, Millis, SourceKind};
use serde_json::json;

fn event(integrations: Option<Value>) -> Event {
    let mut body = Map::new();
    if let Some(integrations) = integrations {
        body.insert("integrations".to_owned(), integrations);
    }
    let envelope = Envelope {
        source: None,
        source_kind: SourceKind::Web,
        received_at: Millis(0),
        request_ip: None,
        forced: None,
        request_id: [0; 16],
        index: 0,
    };
    Event::from_body(body, &envelope)
}

/// docs/facts/mapping.md#integrations, docs/facts/gateway.md#integrations.
#[test]
fn for_inmoment_or_not() {
    let sent = [
        json!(null),
        json!({}),
        json!({ "All": true }),
        json!({ "All": true, "Other": false }),
        json!({ "All": false, "InMoment(formerly Wootric)": true }),
        json!({ "All": false, "InMoment": {} }),
        json!({ "All": false, "wOOTRIC": { "eventType": "create response" } }),
        json!({ "All": "yes", "inmoment": true }),
        json!({ "Wootric": "text" }),
        json!({ "Wootric": null, "All": true }),
    ];
    for integrations in sent {
        assert_eq!(opted_out(&event(Some(integrations.clone()))), None, "{integrations}");
    }
    assert_eq!(opted_out(&event(None)), None);
    let not = [
        json!("x"),
        json!([]),
        json!(true),
        json!({ "All": false }),
        json!({ "All": null }),
        json!({ "All": 1 }),
        json!({ "All": "true" }),
        json!({ "all": true, "All": false }),
        json!({ "All": true, "Wootric": false }),
        json!({ "INMOMENT": false }),
        json!({ "inmoment(FORMERLY wootric)": false }),
        json!({ "Wootric": false, "InMoment": true }),
        json!({ "InMoment": true, "Wootric": false }),
        json!({ "All": false, "Wootric": "text" }),
        json!({ "All": false, "Other": true }),
    ];
    for integrations in not {
        assert!(opted_out(&event(Some(integrations.clone()))).is_some(), "{integrations}");
    }
}

fn asks(integrations: Value, profile: Profile) -> Result<(SurveyEvent, String), String> {
    survey_event(&event(Some(integrations)), profile.switches()).map_err(|refusal| refusal.reason)
}

/// docs/facts/mapping.md#event-type.
#[test]
fn what_a_track_asks_for() {
    let response = |name: &str| Ok((SurveyEvent::Response, format!("integrations.{name}.eventType")));
    let table = [
        (json!({ "Wootric": { "eventType": "create response" } }), response("Wootric")),
        (json!({ "wootric": { "eventType": " Create_Response " } }), response("wootric")),
        (json!({ "INMOMENT": { "eventType": "create-response" } }), response("INMOMENT")),
        (json!({ "Wootric": { "eventType": "\u{feff}create response\u{a0}\u{200b}" } }), response("Wootric")),
        (
            json!({ "InMoment": { "eventType": "\u{200b}" }, "Wootric": { "eventType": "create response" } }),
            response("Wootric"),
        ),
        (
            json!({ "Wootric": { "eventType": "create decline" }, "InMoment": { "eventType": "CREATE RESPONSE" } }),
            response("InMoment"),
        ),
        (json!({ "InMoment": true, "Wootric": { "eventType": "create response" } }), response("Wootric")),
        (
            json!({ "InMoment": { "eventType": "" }, "Wootric": { "eventType": "create response" } }),
            response("Wootric"),
        ),
        (
            json!({ "InMoment": { "eventType": null }, "Wootric": { "eventType": "create response" } }),
            response("Wootric"),
        ),
    ];
    for (integrations, wanted) in table {
        assert_eq!(asks(integrations.clone(), Profile::Native), wanted, "{integrations}");
    }
    let decline = asks(json!({ "Wootric": { "eventType": "CREATE_decline" } }), Profile::Native);
    assert_eq!(decline.map(|(wanted, _)| wanted), Ok(SurveyEvent::Decline));
    for wanted in [json!("delete response"), json!(5), json!(["create response"]), json!("create  response")]
    {
        let asked = asks(json!({ "Wootric": { "eventType": wanted } }), Profile::Native);
        assert_eq!(asked, Err("Event Type not supported".to_owned()), "{wanted}");
    }
    for integrations in [
        json!(null),
        json!({}),
        json!({ "Wootric": true }),
        json!({ "Wootric": {} }),
        json!({ "Other": { "eventType": "create response" } }),
    ] {
        let asked = asks(integrations.clone(), Profile::Native);
        assert_eq!(asked, Err("Event Type is missing from Integration object".to_owned()), "{integrations}");
    }
}

/// docs/facts/transformer.md#integration-names, #case-76..80.
#[test]
fn what_rudder_transformer_takes_it_to_ask_for() {
    let missing = "Event Type is missing from Integration object";
    let unsupported = "Event Type not supported";
    let no_function = "integrationsObj.eventType.toLowerCase is not a function";
    let good = json!({ "eventType": "create response" });
    let table = [
        (json!({ "Wootric": good }), Ok("Wootric")),
        (json!({ "WOOTRIC": { "eventType": "CREATE RESPONSE" } }), Ok("WOOTRIC")),
        (json!({ "wootric": false, "Wootric": good }), Ok("Wootric")),
        (json!({ "wootric": true, "Wootric": good }), Err(missing)),
        (json!({ "InMoment": good }), Err(missing)),
        (json!({ "wOOtric": good }), Err(missing)),
        (json!({ "Wootric": { "eventType": 0 } }), Err(missing)),
        (json!({ "Wootric": { "eventType": " create response" } }), Err(unsupported)),
        (json!({ "Wootric": { "eventType": "create_response" } }), Err(unsupported)),
        (json!({ "Wootric": { "eventType": 5 } }), Err(no_function)),
        (json!({ "Wootric": { "eventType": {} } }), Err(no_function)),
    ];
    for (integrations, wanted) in table {
        let wanted = wanted
            .map(|name| (SurveyEvent::Response, format!("integrations.{name}.eventType")))
            .map_err(str::to_owned);
        assert_eq!(asks(integrations.clone(), Profile::Rudderstack), wanted, "{integrations}");
    }
}
