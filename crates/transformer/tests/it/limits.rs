//! Look-ups: their number, how many run at once, and none that InMoment would refuse (docs of `allowance`).

use crate::served::{Served, job, job_ids, settings, statuses, update};
use crate::stub::{InMoment, user};
use scripted_server::{Act, Request, reply};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;
use transformer::Settings;

fn identify(user: &str) -> Value {
    json!({ "type": "identify", "userId": user, "traits": { "email": "a@b.c" } })
}

#[tokio::test]
async fn an_end_user_is_looked_up_once_for_a_request() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let output = served.messages((0..100).map(|at| identify(&format!("u{}", at % 10)))).await;
    assert_eq!(statuses(&output), [200; 100]);
    assert_eq!(job_ids(&output), (1..=100).collect::<Vec<u64>>());
    let look_ups = inmoment.look_ups();
    assert_eq!((look_ups.len(), look_ups.iter().collect::<BTreeSet<_>>().len()), (10, 10));
    assert_eq!((served.transformer.counts().look_ups, served.transformer.counts().look_ups_shared), (10, 90));
    // Each destination has its own end users.
    served.router(&[job(1, "d1", identify("u1")), job(2, "d2", identify("u1"))]).await;
    assert_eq!(inmoment.look_ups().len(), 12);
    // Look-ups by InMoment's id and by the caller's id are different.
    let external = json!({ "externalId": [{ "type": "wootricEndUserId", "id": "u1" }] });
    let mut by_id = identify("u1");
    by_id["context"] = external;
    served.messages([by_id, identify("u1")]).await;
    assert_eq!(inmoment.look_ups().len(), 14);
}

#[tokio::test]
async fn no_more_look_ups_at_once_than_the_setting_says() {
    let inmoment =
        InMoment::scripted(|request, _| (request.method == "GET").then(|| Act::Gated(user("7", "{}")))).await;
    let served = Served::start(Settings { concurrency: 3, ..settings(&inmoment.url()) }).await;
    let work = served.messages((0..13).map(|at| identify(&format!("u{at}"))));
    let gates = async {
        // The token, and the first look-up, which is made alone as long as the limit is unknown.
        inmoment.server.received(2).await;
        assert!(served.is_healthy().await);
        assert_eq!(inmoment.look_ups().len(), 1);
        inmoment.server.open_gate(1);
        for so_many in 5..=14 {
            inmoment.server.received(so_many).await;
            assert!(served.is_healthy().await);
            assert_eq!(inmoment.server.requests().len(), so_many, "three wait");
            inmoment.server.open_gate(1);
        }
        inmoment.server.open_gate(2);
    };
    let (output, ()) = tokio::join!(work, gates);
    assert_eq!(statuses(&output), [200; 13]);
    assert_eq!(inmoment.server.most_at_once(), 3);
}

/// An InMoment with this many of 100 calls left in this minute; each look-up costs one.
async fn counting(left: u32) -> InMoment {
    let left = Mutex::new(left);
    InMoment::scripted(move |request, _| {
        if request.method != "GET" {
            return None;
        }
        let mut left = left.lock().unwrap();
        *left = left.saturating_sub(1);
        Some(Act::Answer(limited(200, *left, r#"{"id":7}"#)))
    })
    .await
}

/// A reply with rate headers: 100 a minute, the minute over in 30 s.
fn limited(status: u16, left: u32, body: &str) -> String {
    let left = left.to_string();
    let headers = [
        ("date", "Thu, 20 Jan 2022 13:39:21 GMT"),
        ("x-rate-limit-limit", "100"),
        ("x-rate-limit-remaining", &left),
        ("x-rate-limit-reset", "1642685991"),
    ];
    reply(status, &headers, body)
}

#[tokio::test]
async fn jobs_beyond_the_limit_are_put_off_without_a_look_up() {
    let inmoment = counting(11).await;
    let served = Served::before(&inmoment).await;
    // The first look-up's reply says that 10 calls are left, one of which is for its own job. Each further job costs
    // two.
    let output = served.messages((0..20).map(|at| identify(&format!("u{at}")))).await;
    let delivered = statuses(&output).iter().filter(|status| **status == 200).count();
    let look_ups = inmoment.look_ups().len();
    assert_eq!(look_ups, delivered);
    assert!(
        look_ups + delivered <= 11 && delivered >= 5,
        "{look_ups} look-ups and {delivered} deliveries of 11 calls"
    );
    assert_eq!(statuses(&output)[..delivered], vec![200; delivered], "the first jobs go first");
    let put_off = &output[delivered];
    assert_eq!(put_off["statusCode"], 429);
    assert_eq!(put_off["statTags"]["errorType"], "throttled");
    assert_eq!(
        put_off["error"],
        "InMoment's limit of calls is used up for another 31 s: the end user was not looked up, try again"
    );
    // Nothing more until the minute is over; other destinations are other accounts.
    let again = served.messages([identify("u19")]).await;
    assert_eq!((statuses(&again), inmoment.look_ups().len()), (vec![429], look_ups));
    later(32).await;
    let again = served.messages([identify("u19")]).await;
    assert_eq!((statuses(&again), inmoment.look_ups().len()), (vec![200], look_ups + 1));
    assert_eq!(inmoment.tokens(), 1);
}

#[tokio::test]
async fn jobs_of_one_end_user_need_calls_of_their_own() {
    let inmoment = counting(6).await;
    let served = Served::before(&inmoment).await;
    served.message(identify("first")).await;
    // Five calls are left, so at most four of these are looked up.
    let output = served.messages((0..10).map(|_| identify("same"))).await;
    let delivered = statuses(&output).iter().filter(|status| **status == 200).count();
    assert!((1..=4).contains(&delivered), "{delivered}");
    assert_eq!(statuses(&output)[..delivered], vec![200; delivered]);
    assert_eq!(inmoment.look_ups().len(), 2);
}

async fn later(secs: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(secs)).await;
    tokio::time::resume();
}

#[tokio::test]
async fn after_a_429_nothing_is_asked_until_the_reset() {
    let inmoment = InMoment::scripted(|request: &Request, before| {
        let is_first = request.method == "GET" && before == 0 && request.target.contains("/E?");
        is_first.then(|| Act::Answer(limited(429, 0, r#"{"error":"slow down"}"#)))
    })
    .await;
    let served = Served::before(&inmoment).await;
    let output = served.messages([update(), identify("N"), identify("Z")]).await;
    assert_eq!(statuses(&output), [429; 3]);
    assert_eq!(
        output[0]["error"],
        r#"{"message":"Unable to retrieve userId due to {\"error\":\"slow down\"}","destinationResponse":{"response":{"error":"slow down"},"status":429}}"#
    );
    assert_eq!(output[1]["statTags"]["errorType"], "throttled");
    assert_eq!(inmoment.look_ups().len(), 1, "the others were not looked up");
    later(29).await;
    assert_eq!(statuses(&served.messages([update()]).await), [429]);
    assert_eq!(inmoment.look_ups().len(), 1);
    later(3).await;
    assert_eq!(statuses(&served.messages([update()]).await), [200]);
    assert_eq!((inmoment.look_ups().len(), inmoment.tokens()), (2, 1), "the token stays");
}

#[tokio::test]
async fn without_a_reset_a_429_counts_for_a_minute() {
    let inmoment = InMoment::scripted(|request: &Request, before| {
        (request.method == "GET" && before == 0).then(|| Act::Answer(reply(429, &[], "")))
    })
    .await;
    let served = Served::before(&inmoment).await;
    assert_eq!(statuses(&served.messages([update()]).await), [429]);
    later(55).await;
    assert_eq!(statuses(&served.messages([update()]).await), [429]);
    later(7).await;
    assert_eq!(statuses(&served.messages([update()]).await), [200]);
    assert_eq!(inmoment.server.requests().iter().filter(|one| one.is_token()).count(), 1);
}

/// The proxy's deliveries count, too: their replies say how many calls are left.
#[tokio::test]
async fn deliveries_through_the_proxy_count() {
    let inmoment = InMoment::scripted(|request, _| {
        (!request.is_token()).then(|| Act::Answer(limited(200, 0, r#"{"id":7}"#)))
    })
    .await;
    let served = Served::before(&inmoment).await;
    let body = json!({
        "method": "POST", "endpoint": format!("{}/v1/end_users", inmoment.url()), "body": { "FORM": { "a": "b" } },
        "metadata": [{ "jobId": 1, "destinationId": "d" }],
        "destinationConfig": crate::served::destination("d")["Config"],
    });
    crate::served::send(served.post("/v1/destinations/wootric/proxy", body.to_string())).await;
    assert_eq!(statuses(&served.messages([update()]).await), [429]);
    assert_eq!(inmoment.look_ups().len(), 0);
}
