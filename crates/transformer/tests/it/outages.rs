//! An InMoment that is slow, dead or sends nonsense, and the result of each job (docs/facts/transformer.md#check-33,
//! #check-34,
//! #socket-errors).
//!
//! This differs from rudder-transformer on purpose: every failure of a connection is 500 and tried again, and never
//! aborts an event.

use crate::served::{Served, settings, statuses, update};
use crate::stub::{InMoment, token};
use scripted_server::{Act, Request, reply};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use transformer::Settings;

const REFUSED: &str = "[ECONNREFUSED] :: Connection refused";
const RESET: &str = "[ECONNRESET] :: Connection reset by peer";
const TIMED_OUT: &str = "[ECONNABORTED] :: Connection aborted";
const NO_NAME: &str = "[ENOTFOUND] :: DNS lookup failed";
const OTHER: &str = "[EPROTO]";

/// The product's own time-outs; these tests do not wait for anything else.
fn hasty(base_url: &str) -> Settings {
    Settings { call_timeout: Duration::from_millis(200), ..settings(base_url) }
}

/// The error element of a call without a reply.
fn check(element: &Value, what: &str, said: &str) {
    assert_eq!(element["statusCode"], 500, "{element}");
    assert_eq!(
        element["error"],
        format!(
            r#"{{"message":"{what} due to \"{said}\"","destinationResponse":{{"response":"{said}","status":500}}}}"#
        )
    );
    assert_eq!(element["statTags"]["errorCategory"], "network");
    assert_eq!(element["statTags"]["errorType"], "retryable");
}

const TOKEN: &str = "Access token could not be generated";
const LOOK_UP: &str = "Unable to retrieve userId";

/// A port at which a server expects plain HTTP.
async fn without_tls() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.read_u8().await.unwrap();
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        }
    });
    port
}

#[tokio::test]
async fn without_a_connection_jobs_are_tried_again() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let plain = without_tls().await;
    for (base_url, said) in [
        (format!("http://127.0.0.1:{port}"), REFUSED),
        ("http://nowhere.invalid".to_owned(), NO_NAME),
        (format!("https://127.0.0.1:{plain}"), OTHER),
    ] {
        let served =
            Served::start(Settings { call_timeout: Duration::from_secs(30), ..hasty(&base_url) }).await;
        let output = served.messages([update(), json!({ "type": "page" }), update()]).await;
        check(&output[0], TOKEN, said);
        check(&output[2], TOKEN, said);
        assert_eq!(statuses(&output), [500, 400, 500], "{base_url}");
    }
}

type Mishap = (fn() -> Act, &'static str);

/// InMoment's reaction instead of a reply, and the answer to the job.
fn mishaps() -> Vec<Mishap> {
    vec![
        (|| Act::Reset, RESET),
        (|| Act::Last(String::new()), RESET),
        (|| Act::Last("HTTP/1.1 200 X\r\ncontent-length: 400\r\n\r\n{\"id\":".to_owned()), RESET),
        (
            || Act::Last("HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"id\"\r\n".to_owned()),
            RESET,
        ),
        (|| Act::Stall(String::new()), TIMED_OUT),
        (|| Act::Last("SSH-2.0-OpenSSH_9.9\r\n\r\n".to_owned()), RESET),
    ]
}

#[tokio::test]
async fn a_look_up_that_is_not_answered_is_made_again_later() {
    for (nth, (act, said)) in mishaps().into_iter().enumerate() {
        let inmoment = InMoment::scripted(move |request, before| {
            (request.method == "GET" && before == 0 && request.target.contains("/E?")).then(act)
        })
        .await;
        let served = Served::start(hasty(&inmoment.url())).await;
        let other = json!({ "type": "identify", "userId": "N" });
        let output = served.messages([update(), other, update()]).await;
        check(&output[0], LOOK_UP, said);
        check(&output[2], LOOK_UP, said);
        assert_eq!(output[1]["statusCode"], 200, "one end user's trouble is not another's: {nth}");
        assert_eq!(statuses(&served.messages([update()]).await), [200]);
    }
}

#[tokio::test]
async fn a_token_call_that_is_not_answered_is_made_again_later() {
    for (act, said) in mishaps().into_iter().filter(|(_, said)| *said == TIMED_OUT || *said == RESET) {
        let inmoment =
            InMoment::scripted(move |request, before| (request.is_token() && before == 0).then(act)).await;
        let served = Served::start(hasty(&inmoment.url())).await;
        let element = served.message(update()).await;
        assert_eq!(element["statusCode"], 500, "{said}: {element}");
        assert_eq!(element["statTags"]["errorType"], "retryable");
        assert!(
            element["error"].as_str().unwrap().starts_with(r#"{"message":"Access token could not"#),
            "{element}"
        );
        assert_eq!(inmoment.look_ups().len(), 0);
        assert_eq!(statuses(&served.messages([update()]).await), [200]);
    }
}

/// A reply whose body stalls does not count as a reply.
#[tokio::test]
async fn a_body_that_does_not_end_is_not_waited_for() {
    let inmoment = InMoment::scripted(|request, _| {
        let stalled = || Act::Stall("HTTP/1.1 200 X\r\ncontent-length: 400\r\n\r\n{\"id\":7".to_owned());
        (request.method == "GET").then(stalled)
    })
    .await;
    let served = Served::start(hasty(&inmoment.url())).await;
    assert_eq!(served.message(update()).await["statusCode"], 500);
}

#[tokio::test]
async fn an_inmoment_in_trouble_is_asked_again_later() {
    for (status, told, kind) in [
        (500, 500, "retryable"),
        (502, 502, "retryable"),
        (503, 503, "retryable"),
        (408, 408, "aborted"),
        (301, 429, "throttled"),
    ] {
        let inmoment = InMoment::scripted(move |request: &Request, before| {
            let away = [("location", "http://127.0.0.1:1/")];
            (request.method == "GET" && before == 0).then(|| Act::Answer(reply(status, &away, "oops")))
        })
        .await;
        let served = Served::before(&inmoment).await;
        let element = served.message(update()).await;
        assert_eq!((&element["statusCode"], &element["statTags"]["errorType"]), (&json!(told), &json!(kind)));
        assert_eq!(inmoment.look_ups().len(), 1);
        assert_eq!(served.message(update()).await["statusCode"], 200);
    }
}

/// The proxy has the same texts.
#[tokio::test]
async fn a_delivery_that_is_not_answered_is_made_again_later() {
    for (act, said) in
        mishaps().into_iter().filter(|(act, _)| !matches!(act(), Act::Last(text) if text.contains("200 X")))
    {
        let inmoment = InMoment::scripted(move |_, _| Some(act())).await;
        let served = Served::start(hasty(&inmoment.url())).await;
        let body = json!({
            "method": "POST", "endpoint": format!("{}/v1/end_users", inmoment.url()), "body": { "FORM": { "a": "b" } },
            "metadata": [{ "jobId": 1 }],
        });
        let answer =
            crate::served::send(served.post("/v1/destinations/wootric/proxy", body.to_string())).await;
        let response = &answer.json()["output"]["response"][0];
        assert_eq!(response["statusCode"], 500);
        assert_eq!(response["error"], Value::from(said).to_string());
        assert_eq!(inmoment.server.requests().len(), 1, "sent once, since it may have been carried out");
    }
}

/// A slow account does not hold up others.
#[tokio::test]
async fn one_account_does_not_wait_for_another() {
    let inmoment = InMoment::scripted(|request, _| {
        let is_slow = request.is_token() && request.target.contains("NPS-slow");
        is_slow.then(|| Act::Gated(token("planted-slow")))
    })
    .await;
    let served = Served::before(&inmoment).await;
    let mut slow = crate::served::job(1, "slow", update());
    slow["destination"]["Config"]["accountToken"] = json!("NPS-slow");
    let slow = [slow];
    let waiting = served.router(&slow);
    let meanwhile = async {
        inmoment.server.received(1).await;
        assert_eq!(served.message(update()).await["statusCode"], 200);
        inmoment.server.open_gate(1);
    };
    let (output, ()) = tokio::join!(waiting, meanwhile);
    assert_eq!(statuses(&output), [200]);
}
