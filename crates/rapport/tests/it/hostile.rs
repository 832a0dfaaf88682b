//! Traits that are made to break InMoment's form, from the SDK's port through delivery to the sandbox, which reads forms as Rails
//! does: nothing is refused, and the rest of the traits arrives.

use crate::harness::{Harness, Served, WRITE_KEY};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;

/// Posts a batch as an SDK does, byte for byte.
fn post(served: &Served, body: &str) {
    let mut stream = TcpStream::connect(&served.public).unwrap();
    let head = format!(
        "POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n",
        body.len()
    );
    stream.write_all(format!("{head}Authorization: Basic {}\r\n\r\n", basic()).as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

fn basic() -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(format!("{WRITE_KEY}:"))
}

/// The traits as JSON text: what no JSON library would write is among them.
fn hostile() -> Vec<(&'static str, String)> {
    let long = "k".repeat(5_000);
    let many: Vec<String> = (0..6_000).map(|nth| format!("\"k{nth}\":{nth}")).collect();
    let nested = format!("{}1{}", "{\"deep\":".repeat(100), "}".repeat(100));
    vec![
        ("brackets", r#""a[b]":1,"a":2,"a[]":3,"[]":4,"][":5,"[":6,"]":7,"properties[x]":8"#.to_owned()),
        ("nested", r#""o":{"x]":1,"[y":{"z[]":[{"k[]":"v"}]}},"o[x]":2,"o":{"x":{"":1}}"#.to_owned()),
        ("nul", r#""n\u0000ul":"v\u0000","\u0000":1,"list":["\u0000",{"\u0000":"\u0000"}]"#.to_owned()),
        ("surrogates", r#""\ud800":"\udfff","a\udc00b":1,"a\ud800b":2,"ok\ud83d\ude00":"\ud83d\ude00""#.to_owned()),
        ("controls", r#""a\u0001b":"\u001f","\n":"\r\n","\t tab":1,"del\u007f":"\u009f"," ":2,"":3"#.to_owned()),
        ("long", format!("\"{long}\":1,\"{}\":{{\"{}\":2}}", &long[..900], &long[..900])),
        ("many", many.join(",")),
        ("big", format!("\"text\":\"{}\",\"signs\":\"{}\"", "x".repeat(700_000), "%\\u0001".repeat(60_000))),
        ("same", r#""a.b":1,"a$b":2,"a_b":3,"a":{"b":4},"a.b":5,"A_b":6"#.to_owned()),
        ("form", r#""a=b&c;d":"e=f&g;h","%5Bx%5D":"%00","+ +":"+","end_user[id]":1"#.to_owned()),
        ("marks", r#""\ufeffbom":1,"\u202ertl":"\u202e","\u200b":1,"e\u0301":2,"\ufffe":3,"\uffff":"\uffff""#.to_owned()),
        ("lists", r#""l":[],"m":[[]],"n":[null],"p":[{}],"q":{},"r":{"s":{}},"t":[1,"a",null,true]"#.to_owned()),
        ("numbers", r#""i":1e400,"j":-0.0,"k":123456789012345678901234567890,"a_amount":"12,5","b_date":"soon","n":NaN"#.to_owned()),
        ("deep", format!("\"d\":{nested}")),
        ("own", r#""toString":1,"__proto__":2,"constructor":{"prototype":3},"hasOwnProperty":null"#.to_owned()),
    ]
}

fn event(user: &str, kind: &str, traits: &str) -> String {
    let rest = if kind == "track" {
        r#","event":"Survey","context":{"ip":"192.0.2.1","page":{"url":"https://x.example/"}},"properties":{"feedbackScore":9},"integrations":{"Wootric":{"eventType":"create response"}}"#
    } else {
        ""
    };
    format!(
        r#"{{"type":"{kind}","userId":"{user}","messageId":"{kind}-{user}","traits":{{"email":"{user}@example.com","plan":"pro",{traits}}}{rest}}}"#
    )
}

#[test]
fn hostile_traits_are_refused_nowhere_and_the_rest_of_them_arrives() {
    let harness = Harness::new();
    let served = harness.serve(&harness.ordinary());
    let cases = hostile();
    for (name, traits) in &cases {
        // A new end user; an answer of one who exists, with stored properties; and both once more.
        let bodies = [
            event(name, "identify", traits),
            event(name, "track", traits),
            event(&format!("{name}-2"), "identify", "\"seen\":\"before\",\"a\":\"stored\""),
            event(&format!("{name}-2"), "track", traits),
            event(&format!("{name}-2"), "identify", traits).replace("\"identify-", "\"again-"),
        ];
        for body in bodies {
            post(&served, &format!("{{\"batch\":[{body}]}}"));
        }
    }
    let status = served.settled();
    let letters = served.run(&["dead-letters", "list", "--json"]);
    assert_eq!(status["dead"], 0, "{}", letters.out);
    assert_eq!(status["delivered"], json!(cases.len() * 5), "{status}");
    assert_eq!(harness.records("responses").len(), cases.len() * 2);
    let users = harness.records("end_users");
    assert_eq!(users.len(), cases.len() * 2);
    for user in &users {
        let (properties, id) = (user["properties"].as_object().unwrap(), &user["external_id"]);
        assert_eq!(properties.get("plan"), Some(&json!("pro")), "{id}");
        if id.as_str().unwrap().ends_with("-2") {
            assert_eq!(properties.get("seen"), Some(&json!("before")), "{id}");
        }
        for (key, value) in properties {
            assert!(!key.contains(['[', ']', '\0', '$', '.']) && !key.trim().is_empty(), "{id}: {key:?}");
            assert!(value.is_string() || value.is_number(), "{id}: {key} is {value}");
        }
    }
    refused_nowhere(&harness);
    let of = |id: &str| users.iter().find(|user| user["external_id"] == id).unwrap()["properties"].clone();
    assert_eq!(of("brackets")["a"], "2");
    assert_eq!(of("same"), json!({"a_b": "3", "A_b": "6", "plan": "pro"}));
    assert_eq!(of("many").as_object().unwrap().len(), 4_000);
    assert_eq!(of("many-2").as_object().unwrap().len(), 4_000);
}

/// The sandbox answered every request well, a look-up of somebody who does not exist yet aside.
fn refused_nowhere(harness: &Harness) {
    let sandbox = harness.inmoment.sandbox();
    let sandbox = sandbox.lock().unwrap();
    for request in sandbox.requests(&sandbox::LogFilter::default()) {
        let sandbox::LogEntry { method, path, status, .. } = request;
        let well = matches!((method.as_str(), status), (_, Some(200..=299)) | ("GET", Some(404)));
        assert!(well, "{method} {path} was answered {status:?}: {:?}", request.form);
    }
}
