//! Dead letters: grouped, filtered, counted, edited.

use crate::past::{EventFacts, Past, texts};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Destination, code and event of every dead letter there is, in the order in which they died.
fn letters(past: &Past) -> Vec<(&'static str, String, &EventFacts)> {
    let of = |told| {
        move |(name, outcome, code): &(&'static str, &'static str, Option<String>)| {
            (*outcome == "dead").then(|| (*name, code.clone().unwrap(), told))
        }
    };
    past.told.iter().flat_map(|told: &EventFacts| told.fates.iter().filter_map(of(told))).collect()
}

#[tokio::test]
async fn groups_count_what_is_there() {
    let past = Past::filled(150).await;
    let letters = letters(&past);
    let check = |groups: &Value, is: &dyn Fn(&str, &str, &EventFacts) -> bool| {
        let mut wanted: BTreeMap<(&str, &str), Vec<&EventFacts>> = BTreeMap::new();
        for (name, code, told) in letters.iter().filter(|(name, code, told)| is(name, code, told)) {
            wanted.entry((name, code)).or_default().push(told);
        }
        let groups = groups["items"].as_array().unwrap();
        assert_eq!(groups.len(), wanted.len(), "{groups:?}");
        for (group, ((name, code), told)) in groups.iter().zip(wanted) {
            assert_eq!((group["destination"].as_str(), group["code"].as_str()), (Some(name), Some(code)));
            assert_eq!(group["count"], told.len());
            let users: BTreeSet<_> = told.iter().filter_map(|told| told.users.first()).collect();
            assert_eq!(group["users"], users.len(), "{name} {code}");
            let (first, last) = (told.first().unwrap(), told.last().unwrap());
            assert_eq!(group["sample"]["message_id"], last.message_id, "the sample is the newest");
            assert!(group["sample"].get("event").is_none());
            assert!(group["first"].as_str() <= group["last"].as_str());
            assert_eq!(group["first"] == group["last"], first.received_at == last.received_at);
            for words in ["title", "means", "what_to_do"] {
                assert!(group[words].as_str().unwrap().len() > 10, "{group}");
            }
        }
    };
    check(&past.ok("dead-letters/groups").await, &|_, _, _| true);
    check(&past.ok("dead-letters/groups?destination=two").await, &|name, _, _| name == "two");
    check(&past.ok("dead-letters/groups?code=rejected").await, &|_, code, _| code == "rejected");
    check(&past.ok("dead-letters/groups?source=billing").await, &|_, _, told| told.source == "billing");
    check(&past.ok("dead-letters/groups?user=u4").await, &|_, _, told| {
        told.users.first().is_some_and(|user| user == "u4")
    });
    check(&past.ok("dead-letters/groups?user=nobody").await, &|_, _, _| false);
}

#[tokio::test]
async fn lists_and_counts_agree_with_what_is_there() {
    let mut past = Past::filled(150).await;
    type Is = fn(&str, &str, &EventFacts) -> bool;
    let cases: [(&str, Value, Is); 8] = [
        ("", json!({"all": true}), |_, _, _| true),
        ("destination=two", json!({"destination": "two"}), |name, _, _| name == "two"),
        ("code=end_user_unknown", json!({"code": "end_user_unknown"}), |_, code, _| {
            code == "end_user_unknown"
        }),
        ("user=u3", json!({"user": "u3"}), |_, _, told| told.users.first().is_some_and(|user| user == "u3")),
        ("user=u3&destination=one", json!({"user": "u3", "destination": "one"}), |name, _, told| {
            name == "one" && told.users.first().is_some_and(|user| user == "u3")
        }),
        ("source=billing", json!({"source": "billing"}), |_, _, told| told.source == "billing"),
        (
            "source=billing&code=rejected",
            json!({"source": "billing", "code": "rejected"}),
            |_, code, told| told.source == "billing" && code == "rejected",
        ),
        ("code=none", json!({"code": "none"}), |_, _, _| false),
    ];
    for (query, selection, is) in cases {
        let wanted: Vec<String> = letters(&past)
            .iter()
            .filter(|(name, code, told)| is(name, code, told))
            .map(|(_, _, told)| told.message_id.clone())
            .collect();
        let found = past.pages(&format!("dead-letters?{query}"), 4, false).await;
        assert_eq!(texts(&found, "message_id"), wanted, "{query}");
        let (_, counted) = past.post("dead-letters/count", &selection.to_string()).await;
        let highest = found.iter().filter_map(|letter| letter["id"].as_u64()).max();
        assert_eq!(counted, json!({"count": wanted.len(), "up_to": highest}), "{selection}");
    }
    let message = letters(&past)[3].2.message_id.clone();
    let wanted = letters(&past).iter().filter(|(_, _, told)| told.message_id == message).count();
    let found = past.pages(&format!("dead-letters?message_id={message}"), 9, false).await;
    assert_eq!(found.len(), wanted);
    let (_, third) = past.get("dead-letters?limit=3").await;
    let died = third["items"][2]["died_at"].as_str().unwrap();
    let until = past.pages(&format!("dead-letters?to={died}"), 9, false).await;
    let since = past.pages(&format!("dead-letters?from={died}"), 9, false).await;
    assert_eq!(until.len() + since.len(), letters(&past).len());
    assert!(!until.is_empty() && since.iter().all(|letter| letter["died_at"].as_str() >= Some(died)));
    for (selection, wanted) in [
        (json!({"message_id": message}), wanted),
        (json!({"from": died}), since.len()),
        (json!({"to": died}), until.len()),
    ] {
        let (_, counted) = past.post("dead-letters/count", &selection.to_string()).await;
        assert_eq!(counted["count"], wanted, "{selection}");
    }
}

#[tokio::test]
async fn what_was_given_up_after_it_was_counted_is_not_taken() {
    let mut past = Past::filled(60).await;
    let all = past.pages("dead-letters", 9, false).await;
    let third = &all[2]["id"];
    // As if the others had come after the count.
    let (_, counted) =
        past.post("dead-letters/count", &json!({"all": true, "up_to": third}).to_string()).await;
    assert_eq!(counted, json!({"count": 3, "up_to": third}));
    let selection = json!({"all": true, "up_to": counted["up_to"]}).to_string();
    assert_eq!(past.post("dead-letters/discard", &selection).await.1, json!({"count": 3}));
    assert_eq!(past.pages("dead-letters", 9, false).await, all[3..]);
    assert_eq!(past.post("dead-letters/requeue", &selection).await.1, json!({"count": 0}));
}

#[tokio::test]
async fn an_edited_letter_enters_the_log_and_its_story_tells_of_it() {
    let past = Past::filled(40).await;
    let (_, page) = past.get("dead-letters?destination=one").await;
    let letter = &page["items"][0];
    let id = letter["id"].as_u64().unwrap();
    let before = past.ok(&format!("dead-letters/{id}")).await["event"].clone();
    let edited = json!({"type": "identify", "userId": "corrected", "messageId": "m", "traits": {"email": "c@example.com"}});
    let (status, entered) = past
        .post(&format!("dead-letters/{id}/edit"), &json!({"event": edited.to_string()}).to_string())
        .await;
    assert_eq!(status, 200, "{entered}");
    let story = past.ok(&format!("events/{}", entered["id"].as_str().unwrap())).await;
    assert_eq!((&story["event"], &story["requeued"]), (&edited, &json!(true)));
    assert_eq!(
        story["fates"],
        json!([{"destination": "one", "outcome": "pending", "code": null, "dead_letter": null}])
    );
    let original = &story["original"];
    assert_eq!(
        (&original["event"], &original["code"], &original["reason"]),
        (&before, &letter["code"], &letter["reason"])
    );
    assert_eq!(original["edited_by"], "admin token");
    assert!(original["at"].as_str().unwrap().ends_with('Z'));
    let (status, gone) = past.get(&format!("dead-letters/{id}")).await;
    assert_eq!((status, gone["code"].as_str()), (404, Some("unknown_dead_letter")));
    let (status, gone) = past.post(&format!("dead-letters/{id}/edit"), r#"{"event":"{}"}"#).await;
    assert_eq!((status, gone["code"].as_str()), (404, Some("unknown_dead_letter")));
}

#[tokio::test]
async fn an_edit_that_is_no_event_changes_nothing() {
    let past = Past::filled(40).await;
    let (_, page) = past.get("dead-letters").await;
    let id = &page["items"][0]["id"];
    for text in ["", "[]", "{", "{} {}", "nothing", "\u{0}", "<script>"] {
        let (status, answer) =
            past.post(&format!("dead-letters/{id}/edit"), &json!({"event": text}).to_string()).await;
        assert_eq!((status, answer["field"].as_str()), (422, Some("event")), "{text:?}: {answer}");
    }
    for (path, body, field) in
        [("x/edit", "{}", "id"), ("1/edit", "{}", "event"), ("1/edit", r#"{"event":1}"#, "event")]
    {
        let (status, answer) = past.post(&format!("dead-letters/{path}"), body).await;
        assert_eq!((status, answer["field"].as_str()), (400, Some(field)), "{answer}");
    }
    let (_, after) = past.get("dead-letters").await;
    assert_eq!(page, after);
    let large = json!({"userId": "u".repeat(3_000_000)}).to_string();
    let (status, _) =
        past.post(&format!("dead-letters/{id}/edit"), &json!({"event": large}).to_string()).await;
    assert_eq!(status, 200, "as large as the gateway takes");
}
