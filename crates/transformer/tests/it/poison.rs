//! A fault of one job does not affect another (this differs from rudder-transformer on purpose,
//! docs/facts/transformer.md#defect-b23).

use crate::served::{Served, destination, job, send};
use crate::stub::InMoment;
use event::raw;
use serde_json::{Value, json};
use std::collections::HashMap;

const JOBS: usize = 1_000;

/// Job `number` of the request: it is for one of three destinations and about one of a few end users, and may be of any
/// type.
fn good(number: usize) -> Value {
    let user = ["E", "N", "new", "Z", "A"][number % 5];
    let answer = |kind: &str| {
        json!({
            "type": "track", "userId": user, "integrations": { "Wootric": { "eventType": kind } },
            "properties": { "feedbackScore": number % 11 }, "request_ip": "1.2.3.4",
            "context": { "page": { "url": "u" } },
        })
    };
    let message = match number % 4 {
        0 => answer("create response"),
        1 => answer("create decline"),
        2 => json!({ "type": "page", "userId": user }),
        _ => json!({ "type": "identify", "userId": user, "traits": { "email": "a@b.c", "n": number } }),
    };
    job(u64::try_from(number).unwrap(), ["d0", "d1", "d2"][number % 3], message)
}

fn body(elements: &[String]) -> String {
    format!(r#"{{"input":[{}],"destType":"wootric"}}"#, elements.join(","))
}

/// The elements of a reply by job, and those without one. They are cut as texts, because some nest deeper than a reader
/// permits.
async fn answered(served: &Served, elements: &[String]) -> (HashMap<u64, String>, Vec<String>) {
    let answer = send(served.post("/routerTransform", body(elements))).await;
    assert_eq!(answer.status, 200, "{}", &answer.text[..answer.text.len().min(300)]);
    let members = raw::members(&answer.text).unwrap();
    let mut by_job = HashMap::new();
    let mut without = Vec::new();
    for element in raw::elements(raw::find(&members, "output").unwrap()).unwrap() {
        let members = raw::members(element).unwrap();
        let metadata = raw::elements(raw::find(&members, "metadata").unwrap()).unwrap()[0];
        let ids = raw::members(metadata).unwrap_or_default();
        match raw::find(&ids, "jobId").map(|id| id.parse().unwrap()) {
            Some(id) => assert_eq!(by_job.insert(id, element.to_owned()), None, "job {id} twice"),
            None => without.push(element.to_owned()),
        }
    }
    (by_job, without)
}

/// The same element with one part replaced by a text.
fn part(number: usize, key: &str, text: &str) -> String {
    let mut element = good(number);
    element[key] = json!("PART");
    element.to_string().replace("\"PART\"", text)
}

/// The name, element number 500, its status, and whether its job can be recognised.
fn poisons() -> Vec<(&'static str, String, u64, bool)> {
    let at = JOBS / 2;
    let deep = format!("{}1{}", r#"{"a":"#.repeat(10_000), "}".repeat(10_000));
    let lists = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let mut nowhere = good(at);
    nowhere.as_object_mut().unwrap().remove("destination");
    let mut untold = good(at);
    untold.as_object_mut().unwrap().remove("metadata");
    let config = |rest: Value| {
        let mut changed = destination("d2");
        changed.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        changed.to_string()
    };
    let mut bare = destination("d2");
    bare.as_object_mut().unwrap().remove("Config");
    let good_event = r#""type":"identify","userId":"E""#;
    let meta = |inside: &str| format!(r#"{{"jobId":{at},"destinationId":"d2","workspaceId":"w",{inside}}}"#);
    vec![
        ("null", "null".to_owned(), 500, false),
        ("a number", "5".to_owned(), 500, false),
        ("a text", "\"x\"".to_owned(), 500, false),
        ("a list", "[{}]".to_owned(), 500, false),
        ("nothing in it", "{}".to_owned(), 500, false),
        ("no metadata", untold.to_string(), 200, false),
        ("no destination", nowhere.to_string(), 500, true),
        ("destination null", part(at, "destination", "null"), 500, true),
        ("destination a text", part(at, "destination", "\"x\""), 500, true),
        ("destination without Config", part(at, "destination", &bare.to_string()), 500, true),
        ("Config null", part(at, "destination", &config(json!({ "Config": null }))), 500, true),
        ("ID null", part(at, "destination", &config(json!({ "ID": null }))), 500, true),
        ("ID an object", part(at, "destination", &config(json!({ "ID": {} }))), 500, true),
        ("a deep message", part(at, "message", &format!(r#"{{{good_event},"traits":{deep}}}"#)), 400, true),
        ("a deep list", part(at, "message", &format!(r#"{{{good_event},"properties":{lists}}}"#)), 400, true),
        (
            "depth that nobody reads",
            part(at, "message", &format!(r#"{{{good_event},"x":{lists}}}"#)),
            200,
            true,
        ),
        ("deep metadata", part(at, "metadata", &meta(&format!(r#""x":{lists}"#))), 200, true),
        (
            "a deep destination",
            part(at, "destination", &format!(r#"{{"ID":"d2","Config":{{"a":1}},"x":{deep}}}"#)),
            200,
            true,
        ),
        (
            "a deep Config",
            part(at, "destination", &format!(r#"{{"ID":"d2","Config":{{"a":{deep}}}}}"#)),
            200,
            true,
        ),
        (
            "__proto__",
            part(
                at,
                "message",
                &format!(r#"{{{good_event},"__proto__":{{"x":1}},"traits":{{"__proto__":1}}}}"#),
            ),
            200,
            true,
        ),
        ("__proto__ in metadata", part(at, "metadata", &meta(r#""__proto__":{"jobId":3}"#)), 200, true),
        (
            "a lone surrogate",
            part(at, "message", &format!(r#"{{{good_event},"traits":{{"a":"\ud800","\udc00":1}}}}"#)),
            200,
            true,
        ),
        (
            "a lone surrogate as id",
            part(at, "message", r#"{"type":"identify","userId":"\ud800","traits":{"email":"a@b.c"}}"#),
            200,
            true,
        ),
        (
            "equal keys",
            part(at, "message", r#"{"type":"page","type":"identify","userId":"x","userId":"E"}"#),
            200,
            true,
        ),
        ("a message list", part(at, "message", "[1]"), 400, true),
        ("message null", part(at, "message", "null"), 400, true),
        (
            "numbers without end",
            part(at, "message", &format!(r#"{{{good_event},"traits":{{"n":1e400,"m":-1e999}}}}"#)),
            200,
            true,
        ),
    ]
}

#[tokio::test]
async fn one_bad_job_costs_no_other() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let mut elements: Vec<String> = (0..JOBS).map(|number| good(number).to_string()).collect();
    let (mut wanted, without) = answered(&served, &elements).await;
    assert_eq!((wanted.len(), without.len()), (JOBS, 0));
    let at = u64::try_from(JOBS / 2).unwrap();
    wanted.remove(&at);
    for (name, element, status, has_job) in poisons() {
        elements[JOBS / 2] = element;
        let (mut is, mut without) = answered(&served, &elements).await;
        let its = if has_job { is.remove(&at) } else { without.pop() };
        let its = its.unwrap_or_else(|| panic!("{name}: not answered"));
        assert!(without.is_empty(), "{name}");
        let members = raw::members(&its).unwrap();
        assert_eq!(
            raw::find(&members, "statusCode"),
            Some(status.to_string().as_str()),
            "{name}: {}",
            &its[..its.len().min(400)]
        );
        assert_eq!(is.len(), JOBS - 1, "{name}");
        for (number, element) in &is {
            assert_eq!(element, &wanted[number], "{name}");
        }
        assert!(served.is_healthy().await, "{name}");
    }
}

/// The same in the compacted shape and at the processor stage: as many answers as elements.
#[tokio::test]
async fn other_shapes_keep_their_jobs_apart_too() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    for (name, element, _, _) in poisons() {
        let elements = [good(1).to_string(), element, good(2).to_string()];
        let answer = send(served.post("/v0/destinations/wootric", format!("[{}]", elements.join(",")))).await;
        assert_eq!(answer.status, 200, "{name}");
        assert_eq!(raw::elements(&answer.text).unwrap().len(), 3, "{name}");
        let destinations = json!({ "d1": destination("d1"), "d2": destination("d2") });
        let body = format!(
            r#"{{"input":[{}],"destType":"wootric","destinations":{destinations}}}"#,
            elements.join(",")
        );
        let request = served.post("/routerTransform", body).header("x-content-format", "json+compactedv1");
        let answer = send(request).await;
        assert_eq!(answer.status, 200, "{name}");
        let members = raw::members(&answer.text).unwrap();
        assert_eq!(raw::elements(raw::find(&members, "output").unwrap()).unwrap().len(), 3, "{name}");
    }
}

/// `__proto__` is an ordinary key.
#[tokio::test]
async fn odd_keys_and_texts_go_where_they_belong() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let message = r#"{"type":"identify","userId":"new","traits":{"email":"a@b.c","__proto__":"p","s":"\ud83d\ude00 \ud800","n":12345678901234567890}}"#;
    let body = body(&[part(1, "message", message)]);
    let answer = send(served.post("/routerTransform", body)).await;
    let form = &answer.json()["output"][0]["batchedRequest"]["body"]["FORM"];
    assert_eq!(form["properties[__proto__]"], "p");
    assert_eq!(form["properties[s]"], "\u{1f600} \u{fffd}");
    assert_eq!(form["properties[n]"], "12345678901234567000");
}
