//! Rules that people make: by which events are skipped, what they would do, and how they are undone.

use crate::client::{Client, PASSWORD};
use crate::harness::{Harness, TOKEN};
use crate::past::Past;
use axum::body::Body;
use event::Millis;
use journal::{Change, DeliveryStore, Fate, NewDeadLetter, Position};
use registry::Destination;
use serde_json::{Value, json};

fn rules(settings: &console::Settings, name: &str) -> Vec<(String, String)> {
    let destinations: Vec<Destination> = settings.directory.destinations();
    let one = destinations.into_iter().find(|one| one.name == name).unwrap();
    one.rules.into_iter().map(|rule| (rule.name, rule.scope.event.unwrap_or_default())).collect()
}

/// Somebody signs in once more.
async fn again(harness: &Harness, name: &str) -> Client {
    let mut client = Client::browser(harness);
    assert_eq!(client.sign_in(name, PASSWORD).await.status, 200);
    client
}

/// Tracks of these names arrive for destination one, and become dead letters of this code, or are delivered.
async fn tracks(past: &Past, code: Option<&str>, names: &[Value]) {
    let texts: Vec<String> =
        names.iter().map(|name| json!({"type": "track", "userId": "u", "event": name}).to_string()).collect();
    let request = past.arrive(0, false, &texts.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for index in 0..u32::try_from(names.len()).unwrap() {
        let position = Position { request, index };
        let letter = |code: &str| NewDeadLetter {
            position,
            code: code.to_owned(),
            reason: "planted".to_owned(),
            message_id: format!("m{request}.{index}"),
            kind: "track".to_owned(),
            user: None,
            died_at: Millis(1),
        };
        let changes = match code {
            Some(code) => vec![Change::Fate(position, Fate::Dead), Change::DeadLetter(letter(code))],
            None => vec![Change::Fate(position, Fate::Delivered)],
        };
        past.journal.commit(past.one, changes).await.unwrap();
    }
}

#[tokio::test]
async fn the_names_of_a_groups_events_are_told_and_what_a_rule_would_do_to_them() {
    let past = Past::empty();
    let clicks = json!(" Button Clicked ");
    let names = [
        clicks.clone(),
        json!("button clicked"),
        json!("Button Clicked"),
        json!("Survey"),
        json!(7),
        json!(null),
    ];
    tracks(&past, Some("event_type_missing"), &names).await;
    tracks(&past, Some("score_missing"), &[clicks.clone(), json!("Survey"), json!("")]).await;
    tracks(&past, None, &[clicks, json!("Survey"), json!("Survey")]).await;

    let named = past.ok("dead-letters/event-names?destination=one&code=event_type_missing").await;
    assert_eq!(
        named,
        json!({"items": [
            {"name": "Button Clicked", "count": 2}, {"name": "Survey", "count": 1}, {"name": "button clicked", "count": 1},
        ], "unnamed": 2, "looked_at": 6})
    );
    let all = past.ok("dead-letters/event-names").await;
    assert_eq!(
        (&all["items"][0], &all["unnamed"], &all["looked_at"]),
        (&json!({"name": "Button Clicked", "count": 3}), &json!(3), &json!(9))
    );
    assert_eq!(past.ok("dead-letters/event-names?destination=two").await["looked_at"], 0);

    // Everything stored can be found.
    past.ok("events").await;
    let (status, preview) =
        past.post("destinations/one/rules/preview", r#"{"event":"BUTTON CLICKED"}"#).await;
    assert_eq!(status, 200, "{preview}");
    assert_eq!((&preview["skipped_by"], &preview["dead_letters"]), (&Value::Null, &json!(4)));
    assert_eq!((&preview["ids"], &preview["dead_letters_looked_at"]), (&json!([1, 2, 3, 7]), &json!(9)));
    assert_eq!(
        preview["lately"],
        json!({"delivered": 1, "skipped": 0, "dead": 4, "pending": 0, "looked_at": 12})
    );
    assert!(rules(&past.settings, "one").is_empty(), "looking changes nothing");
    let (status, made) =
        past.post("destinations/one/rules", r#"{"name":"clicks","event":"Button Clicked"}"#).await;
    assert_eq!(status, 201, "{made}");
    let (_, preview) = past.post("destinations/one/rules/preview", r#"{"event":"button clicked"}"#).await;
    assert_eq!(preview["skipped_by"], "clicks");
}

#[tokio::test]
async fn a_rule_holds_is_audited_outlives_the_server_and_is_undone() {
    let harness = Harness::new();
    let mut root = harness.person("root", "administrator").await;
    let login = json!({
        "name": "shop", "username": "ada@example.com", "password": "right-password",
        "account_token": "NPS-EU-planted-shop-0001", "sources": ["website"],
    });
    assert_eq!(root.post("/api/v1/destinations", login).await.status, 201);
    let mut olivia = harness.person("olivia", "operator").await;
    // One of the configuration file's has rules of the console's as well.
    for name in ["shop", "one"] {
        let made = olivia
            .post(
                &format!("/api/v1/destinations/{name}/rules"),
                json!({"name": "clicks", "event": " Button Clicked "}),
            )
            .await;
        assert_eq!(made.status, 201, "{}", made.body);
        assert_eq!(
            (&made.body["event"], &made.body["managed_by"]),
            (&json!("Button Clicked"), &json!("console"))
        );
        assert_eq!(rules(&harness.settings, name), [("clicks".to_owned(), "Button Clicked".to_owned())]);
        let shown = root.get(&format!("/api/v1/destinations/{name}")).await.body;
        assert_eq!(shown["rules"], json!([made.body]));
    }
    assert!(rules(&harness.settings, "two").is_empty());
    let audit = root.get("/api/v1/audit?action=rule.create").await.body;
    let entry = &audit["items"][0];
    assert_eq!((&entry["who"], &entry["subject"]), (&json!("olivia"), &json!("one")));
    assert_eq!(entry["detail"], json!({"rule": "clicks", "event": "Button Clicked", "source": null}));

    drop((root, olivia));
    let harness = harness.restart();
    assert_eq!(rules(&harness.settings, "one").len(), 1);
    assert_eq!(rules(&harness.settings, "shop").len(), 1);
    let mut olivia = again(&harness, "olivia").await;
    assert_eq!(olivia.delete("/api/v1/destinations/one/rules/clicks").await.status, 204);
    assert!(rules(&harness.settings, "one").is_empty());
    let gone = olivia.delete("/api/v1/destinations/one/rules/clicks").await;
    assert_eq!(gone.code(), (404, "unknown_rule"));
    let mut root = again(&harness, "root").await;
    let audit = root.get("/api/v1/audit?action=rule.remove").await.body;
    assert_eq!(
        audit["items"][0]["detail"],
        json!({"rule": "clicks", "event": "Button Clicked", "source": null})
    );
    // Whoever makes the destination anew does not find the rules of the one before.
    assert_eq!(root.delete("/api/v1/destinations/shop?backlog=keep").await.status, 200);
    assert!(harness.documents("skip_rules").iter().all(|(name, _)| name != "shop"));
}

#[tokio::test]
async fn what_is_no_rule_is_refused_and_nothing_is_changed() {
    let harness = Harness::new();
    let ok =
        harness.post("/api/v1/destinations/one/rules", r#"{"name":"clicks","event":"Button Clicked"}"#).await;
    assert_eq!(ok.0, 201);
    for (path, body, status, code, field) in [
        ("one", r#"{"name":"clicks","event":"Other"}"#.to_owned(), 409, "conflict", Some("name")),
        ("one", r#"{"name":"more","event":"button CLICKED "}"#.to_owned(), 409, "conflict", Some("event")),
        ("one", r#"{"name":"a b","event":"x"}"#.to_owned(), 422, "invalid_request", Some("name")),
        ("one", r#"{"name":"x","event":"  "}"#.to_owned(), 422, "invalid_request", Some("event")),
        (
            "one",
            json!({"name": "x", "event": "e".repeat(201)}).to_string(),
            422,
            "invalid_request",
            Some("event"),
        ),
        ("one", r#"{"name":"x"}"#.to_owned(), 422, "invalid_request", Some("event")),
        (
            "one",
            r#"{"name":"x","event":null,"source":null}"#.to_owned(),
            422,
            "invalid_request",
            Some("event"),
        ),
        ("one", r#"{"name":"x","source":"nowhere"}"#.to_owned(), 422, "invalid_request", Some("source")),
        ("one", r#"{"name":"x","source":7}"#.to_owned(), 400, "invalid_request", Some("source")),
        // It is among the events that are skipped from everywhere.
        (
            "one",
            r#"{"name":"x","event":"button clicked","source":"website"}"#.to_owned(),
            409,
            "conflict",
            Some("event"),
        ),
        ("none", r#"{"name":"x","event":"x"}"#.to_owned(), 404, "unknown_destination", None),
    ] {
        let (found, answer) = harness.post(&format!("/api/v1/destinations/{path}/rules"), &body).await;
        assert_eq!(
            (found, answer["code"].as_str(), answer["field"].as_str()),
            (status, Some(code), field),
            "{body} {answer}"
        );
    }
    let (status, answer) = harness.post("/api/v1/destinations/none/rules/preview", r#"{"event":"x"}"#).await;
    assert_eq!((status, answer["code"].as_str()), (404, Some("unknown_destination")));
    assert_eq!(rules(&harness.settings, "one").len(), 1);
    for nth in 1..100 {
        let body = json!({"name": format!("r{nth}"), "event": format!("e{nth}")}).to_string();
        assert_eq!(harness.post("/api/v1/destinations/one/rules", &body).await.0, 201);
    }
    let (status, answer) =
        harness.post("/api/v1/destinations/one/rules", r#"{"name":"x","event":"x"}"#).await;
    assert_eq!((status, answer["code"].as_str()), (422, Some("invalid_request")));
}

#[tokio::test]
async fn a_rule_of_the_file_is_shown_and_stays() {
    let harness = Harness::with_rule_in_the_file("of-the-file", "Page Loaded");
    let made =
        harness.post("/api/v1/destinations/one/rules", r#"{"name":"clicks","event":"Button Clicked"}"#).await;
    assert_eq!(made.0, 201);
    let (_, shown) = harness.get("/api/v1/destinations/one").await;
    let told: Vec<_> =
        shown["rules"].as_array().unwrap().iter().map(|rule| (&rule["name"], &rule["managed_by"])).collect();
    assert_eq!(told, [(&json!("of-the-file"), &json!("config")), (&json!("clicks"), &json!("console"))]);
    assert_eq!(shown["rules"][0]["created_at"], Value::Null);
    let auth = format!("Bearer {TOKEN}");
    let (status, answer) =
        harness.ask("DELETE", "/api/v1/destinations/one/rules/of-the-file", Body::empty(), Some(&auth)).await;
    assert_eq!((status, answer["code"].as_str()), (409, Some("read_only")));
    let (status, answer) =
        harness.post("/api/v1/destinations/one/rules", r#"{"name":"of-the-file","event":"x"}"#).await;
    assert_eq!((status, answer["code"].as_str()), (409, Some("conflict")));
}

#[tokio::test]
async fn a_rule_about_a_source_is_previewed_holds_is_told_by_explain_and_is_undone() {
    let past = Past::empty();
    let clicks = json!("Button Clicked");
    tracks(&past, Some("event_type_missing"), &[clicks.clone(), json!("Survey"), json!(null)]).await;
    tracks(&past, None, &[clicks]).await;
    past.ok("events").await;
    let (status, made) = past.post("sources", r#"{"name":"app","kind":"mobile"}"#).await;
    assert_eq!(status, 201, "{made}");
    let looked_at = |preview: &Value| {
        let lately = &preview["lately"];
        json!([
            preview["dead_letters"],
            preview["ids"],
            lately["delivered"],
            lately["dead"],
            lately["looked_at"]
        ])
    };
    for (scope, wanted) in [
        (json!({"source": "website"}), json!([3, [1, 2, 3], 1, 3, 4])),
        (json!({"source": "website", "event": "button clicked"}), json!([1, [1], 1, 1, 4])),
        (json!({"event": "button clicked"}), json!([1, [1], 1, 1, 4])),
        // Nothing came from it yet.
        (json!({"source": "app"}), json!([0, [], 0, 0, 0])),
    ] {
        let (status, preview) = past.post("destinations/one/rules/preview", &scope.to_string()).await;
        assert_eq!((status, looked_at(&preview)), (200, wanted), "{scope} {preview}");
    }
    let (status, refused) = past.post("destinations/one/rules/preview", r#"{"source":"nowhere"}"#).await;
    assert_eq!((status, &refused["field"]), (422, &json!("source")));
    assert_eq!(past.post("destinations/one/rules/preview", "{}").await.0, 422);

    let (status, made) = past.post("destinations/one/rules", r#"{"name":"no-web","source":"website"}"#).await;
    assert_eq!((status, &made["event"], &made["source"]), (201, &Value::Null, &json!("website")));
    let answer = r#"{"type":"identify","userId":"u","traits":{"email":"a@example.com"}}"#;
    for (source, outcome) in
        [(json!("website"), "skipped"), (json!("app"), "delivered"), (json!(null), "delivered")]
    {
        let question = json!({"event": answer, "source": source, "destination": "one"});
        let (_, told) = past.post("explain", &question.to_string()).await;
        for item in told["items"].as_array().unwrap() {
            let explained = &item["explanation"];
            let notes = explained["notes"].to_string();
            let says = notes.contains("skips all events from the source");
            assert_eq!(says, outcome == "skipped", "{source} {told}");
        }
    }
    let unknown = json!({"event": answer, "source": "nowhere"}).to_string();
    assert_eq!(past.post("explain", &unknown).await.0, 404);
    let (_, preview) =
        past.post("destinations/one/rules/preview", r#"{"source":"website","event":"Survey"}"#).await;
    assert_eq!(preview["skipped_by"], "no-web");
}

#[tokio::test]
async fn rules_about_a_source_go_with_it() {
    let harness = Harness::new();
    let mut root = harness.person("root", "administrator").await;
    let made = root.post("/api/v1/sources", json!({"name": "kiosk", "kind": "web"})).await;
    assert_eq!(made.status, 201, "{}", made.body);
    for rule in [
        json!({"name": "kiosk", "source": "kiosk"}),
        json!({"name": "clicks", "event": "Button Clicked"}),
        json!({"name": "web", "event": "Other", "source": "website"}),
    ] {
        assert_eq!(root.post("/api/v1/destinations/one/rules", rule).await.status, 201);
    }
    let audit = root.get("/api/v1/audit?action=rule.create").await.body;
    assert_eq!(audit["items"][2]["detail"], json!({"rule": "kiosk", "event": null, "source": "kiosk"}));
    assert_eq!(root.delete("/api/v1/sources/kiosk").await.status, 204);
    let names = |harness: &Harness| {
        rules(&harness.settings, "one").into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    assert_eq!(names(&harness), ["clicks", "web"]);
    drop(root);
    let harness = harness.restart();
    assert_eq!(names(&harness), ["clicks", "web"], "and it is written");
}
