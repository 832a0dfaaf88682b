//! `rapport compare`: files of events and of what rudder-server's router asks, through the binary.

use crate::harness::{Ended, run, run_with_input};
use mapping::RULES;
use serde_json::{Value, json};

const T: &str = "2022-01-20T13:39:21.032Z";

fn identify(traits: Value, more: Value) -> Value {
    let mut event =
        json!({"type": "identify", "userId": "u", "originalTimestamp": T, "sentAt": T, "traits": traits});
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

fn response(properties: Value, more: Value) -> Value {
    let mut event = json!({
        "type": "track", "userId": "u", "originalTimestamp": T, "sentAt": T, "properties": properties,
        "context": {"page": {"url": "https://x.example/"}}, "integrations": {"Wootric": {"eventType": "create response"}},
    });
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

fn router(messages: &[Value]) -> Value {
    let element =
        |message: &Value| json!({"message": message, "metadata": {"jobId": 1}, "destination": {"ID": "d"}});
    json!({"input": messages.iter().map(element).collect::<Vec<_>>(), "destType": "wootric"})
}

fn email() -> Value {
    json!({"email": "a@example.com"})
}

fn lines(values: &[Value]) -> String {
    values.iter().map(|value| format!("{value}\n")).collect()
}

fn compared(values: &[Value]) -> Value {
    let ended = run_with_input(&["compare", "-", "--json"], &lines(values));
    assert_eq!(ended.code, 0, "{ended:?}");
    ended.json_lines().remove(0)
}

/// Rule, events, and where the example is, for each effect.
fn told(report: &Value) -> Vec<(String, u64, String)> {
    let rules = report["rules"].as_array().unwrap().iter();
    let effects = rules.flat_map(|rule| {
        let told = |effect: &Value| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (text(&rule["rule"]), effect["events"].as_u64().unwrap(), text(&effect["example"]["place"]))
        };
        rule["effects"].as_array().unwrap().iter().map(told).collect::<Vec<_>>()
    });
    effects.collect()
}

/// One event a rule, in the rules' order.
fn one_a_rule() -> Vec<Value> {
    let integrations = |name: &str, wanted: &str| json!({"integrations": {name: {"eventType": wanted}}});
    let score = || json!({"feedbackScore": 9});
    let both_ids = json!({"context": {"externalId": [{"type": "wootricEndUserId", "id": "7"}]}});
    let mut without_time = identify(email(), json!({"receivedAt": T}));
    without_time.as_object_mut().unwrap().remove("originalTimestamp");
    vec![
        identify(email(), json!({"type": "Identify "})),
        identify(email(), json!({"userId": 17})),
        identify(email(), json!({"context": {"externalId": [{"id": 7}]}, "userId": ""})),
        identify(email(), json!({"userId": " u"})),
        identify(email(), json!({"userId": "undefined"})),
        response(score(), integrations("InMoment", "create response")),
        response(score(), integrations("wootric", "create_response")),
        response(json!({}), json!({"integrations": null})),
        response(json!({"feedbackScore": "7.5"}), json!({})),
        response(json!({"feedbackScore": 7, "createdAt": T}), json!({})),
        identify(json!({}), json!({"context": {"traits": {"email": "a", "createdAt": T, "city": "C"}}})),
        identify(json!({"email": "a", "plan": null}), json!({})),
        identify(json!({"email": "a", "createdAt": 1_642_685_961_032_i64}), json!({})),
        identify(json!({"email": "a", "createdAt": "abc"}), json!({"context": {"traits": {"createdAt": T}}})),
        identify(email(), json!({"channel": "sources", "context": {"timestamp": "2019-01-01"}})),
        router(&[without_time]),
        identify(json!({"email": "a", "createdAt": "-5"}), json!({})),
        identify(email(), json!({"timestamp": "2099-01-01T00:00:00Z"})),
        response(
            score(),
            json!({"context": {"page": {"url": "https://x.example/"}, "traits": {"createdAt": "2020-01-01T00:00:00Z"}}}),
        ),
        identify(email(), both_ids),
        identify(json!({"email": "a", "plan": "pro"}), json!({})),
        identify(json!({"email": true, "phone": "+1"}), json!({})),
    ]
}

#[test]
fn an_event_is_told_by_its_rule() {
    let events = one_a_rule();
    for (rule, event) in RULES.iter().zip(&events) {
        let report = compared(std::slice::from_ref(event));
        let rules = told(&report).into_iter().map(|(rule, ..)| rule);
        // A property of an end user who has none may arrive or not, whatever else there is about the event.
        let rules: Vec<_> =
            rules.filter(|told| told != "properties_over_nothing" || told == rule.name).collect();
        assert_eq!(rules, [rule.name], "{event}\n{report}");
        let effect = &report["rules"][0]["effects"][0];
        assert_eq!((&report["events"], &effect["events"]), (&json!(1), &json!(1)));
        let different = u64::from(!rule.depends_on_inmoment);
        assert_eq!(
            (&report["different"], &report["same"]),
            (&json!(different), &json!(1 - different)),
            "{report}"
        );
    }
    assert_eq!(events.len(), RULES.len());

    let all = compared(&events);
    assert_eq!((&all["events"], &all["different"], &all["same"]), (&json!(22), &json!(19), &json!(3)));
    let places: Vec<_> =
        told(&all).into_iter().filter(|(rule, ..)| rule != "properties_over_nothing").collect();
    for (nth, rule) in RULES.iter().enumerate().filter(|(_, rule)| rule.name != "properties_over_nothing") {
        let line = format!("line {}", nth + 1);
        let place = if rule.name == "corrected_time" { format!("{line}, input 1") } else { line };
        assert!(places.contains(&(rule.name.to_owned(), 1, place)), "{rule:?}: {places:?}");
    }
}

#[test]
fn what_a_router_asks_was_received_when_it_says() {
    let report = compared(&one_a_rule()[15..16]);
    let field = json!({"field": "last_surveyed", "rudderstack": null, "native": "1642685961"});
    assert_eq!(report["rules"][0]["effects"][0]["example"]["fields"], json!([field]), "{report}");
}

#[test]
fn what_a_program_is_told() {
    let report = compared(&[
        identify(email(), json!({"userId": 17, "messageId": "m1"})),
        identify(email(), json!({})),
    ]);
    let rule = &report["rules"][0];
    assert_eq!(rule["rule"], "numeric_ids");
    assert!(rule["native"].as_str().is_some_and(|words| words.contains("as an id")), "{rule}");
    assert_eq!(
        rule["effects"],
        json!([{
            "effect": "only_native_delivers", "depends_on": null, "events": 1,
            "example": {"message_id": "m1", "place": "line 1", "fields": [{
                "field": "outcome", "rudderstack": "dead letter [identity_missing]", "native": "deliver",
            }]},
        }])
    );
    let counts =
        ["events", "same", "different", "unreadable", "passed_over"].map(|key| report[key].as_u64().unwrap());
    assert_eq!(counts, [2, 1, 1, 0, 0]);
    let possible = compared(&[identify(json!({"email": "a", "plan": "pro"}), json!({}))]);
    let effect = &possible["rules"][0]["effects"][0];
    assert_eq!(
        (&effect["effect"], &effect["depends_on"]),
        (&json!("depends_on_inmoment"), &json!("inmoment"))
    );
}

#[test]
fn what_a_person_reads() {
    let events = [
        identify(email(), json!({"userId": 17, "messageId": "m1"})),
        identify(email(), json!({"userId": 18})),
        identify(json!({"email": "a", "pl\u{1b}[2Jan": null, "x": {}}), json!({})),
    ];
    let ended = run_with_input(&["compare", "-"], &lines(&events));
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    let wanted = "\
rule         events  what it means
numeric_ids  2       delivered by native only
flatten      1       delivered by both, with different values

numeric_ids
  rudderstack  does not accept a number as an id
  native       takes a number as an id, with all its digits
  delivered by native only, e.g. m1 (line 1)
    outcome: rudderstack \"dead letter [identity_missing]\", native \"deliver\"

flatten
";
    let squeezed: Vec<String> = ended.out.lines().map(|line| line.trim().to_owned()).collect();
    for line in wanted.lines() {
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(squeezed.iter().any(|found| words(found) == words(line)), "{line} is not in\n{}", ended.out);
    }
    assert!(
        ended
            .out
            .contains("properties[pl\\u{1b}[2Jan]: rudderstack \"null\", native nothing, and 1 field more"),
        "{}",
        ended.out
    );
    assert!(
        ended.out.ends_with("3 events compared: 0 the same in both profiles, 3 different, 0 unreadable\n"),
        "{}",
        ended.out
    );
}

#[test]
fn events_of_sdks_are_taken_as_rudder_server_passes_them_on() {
    // Neither a time nor an address of its own, as SDKs send them: rudder-server adds both.
    let mut event = response(json!({"feedbackScore": 9}), json!({}));
    event.as_object_mut().unwrap().remove("originalTimestamp");
    let mut identify = identify(email(), json!({"originalTimestamp": "2022-01-20T13:00:00Z"}));
    identify["sentAt"] = json!("2022-01-20T13:00:05Z");
    let batch = json!({"batch": [event, identify], "sentAt": T});
    let report = compared(&[batch]);
    assert_eq!((&report["events"], &report["same"]), (&json!(2), &json!(2)), "{report}");
}

#[test]
fn routers_payloads_plain_and_compacted_and_of_other_destinations() {
    let different =
        || identify(email(), json!({"userId": 17, "integrations": {"All": false}, "timestamp": T}));
    let elements = json!([{"message": different(), "metadata": {"destinationId": "d"}}, {"metadata": {}}]);
    let compacted =
        json!({"input": elements, "destType": " WOOTRIC ", "destinations": {"d": {}}, "connections": {}});
    let other = json!({"input": [{"message": different()}, {"message": different()}], "destType": "webhook"});
    let unnamed = json!({"input": [{"message": different()}]});
    let text = lines(&[router(&[different(), different()]), compacted, other, unnamed, different()]);
    let ended = run_with_input(&["compare", "-", "--json"], &text);
    assert_eq!(ended.code, 4, "one element has no message: {ended:?}");
    let report = &ended.json_lines()[0];
    // What rudder-server's filters let pass is compared; what an SDK opts out of is skipped by both.
    let counts =
        ["events", "same", "different", "unreadable", "passed_over"].map(|key| report[key].as_u64().unwrap());
    assert_eq!(counts, [5, 1, 4, 1, 2], "{report}");
    assert_eq!(told(report), [("numeric_ids".to_owned(), 4, "line 1, input 1".to_owned())]);
    assert_eq!(report["unreadable_examples"][0]["place"], "line 2, input 2");
}

#[test]
fn a_line_that_is_no_json_does_not_stop_the_rest() {
    let good = identify(email(), json!({"userId": 17}));
    let deep = format!(
        "{{\"type\":\"identify\",\"userId\":\"u\",\"traits\":{}{}}}",
        "[".repeat(200),
        "]".repeat(200)
    );
    let text =
        format!("{good}\nnope\n{{\"type\":\n{good}\n\n5\n{deep}\n{{\"batch\":[{good},\n7]}}\n{good}\n");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.ndjson");
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let named = |ended: &Ended| -> Vec<(String, String)> {
        let examples = ended.json_lines()[0]["unreadable_examples"].as_array().unwrap().clone();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        examples.iter().map(|one| (text(&one["place"]), text(&one["code"]))).collect()
    };
    let ended = run(&["compare", file, "--json"]);
    assert_eq!(ended.code, 4, "{ended:?}");
    let wanted = [
        ("line 2", "input_not_json"),
        ("line 3", "input_not_json"),
        ("line 6", "event_not_an_object"),
        ("line 7", "event_too_deep"),
        ("line 8, event 2", "event_not_an_object"),
    ];
    assert_eq!(named(&ended), wanted.map(|(place, code)| (place.to_owned(), code.to_owned())));
    let report = &ended.json_lines()[0];
    assert_eq!(
        (&report["events"], &report["different"], &report["unreadable"]),
        (&json!(4), &json!(4), &json!(5))
    );
    let human = run(&["compare", file]);
    assert_eq!(human.code, 4);
    assert!(
        human.out.contains("line 3: this is not JSON, at line 6, character 1 [input_not_json]"),
        "{}",
        human.out
    );

    let missing = run(&["compare", "/no/such/file"]);
    assert!(missing.code == 1 && missing.err.contains("[input_unreadable]"), "{missing:?}");
}

#[test]
fn of_many_bad_lines_only_some_are_named() {
    let ended = run_with_input(&["compare", "-", "--json"], &"nope\n".repeat(1_000));
    let report = &ended.json_lines()[0];
    assert_eq!((ended.code, &report["unreadable"]), (4, &json!(1_000)));
    assert_eq!(report["unreadable_examples"].as_array().unwrap().len(), 100);
}
