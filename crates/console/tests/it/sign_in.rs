use crate::client::{Client, PASSWORD};
use crate::harness::Harness;
use console::Reach;
use serde_json::json;

const HOUR: i64 = 3_600;

#[tokio::test]
async fn a_session_is_a_cookie_that_no_script_reads() {
    let harness = Harness::new();
    let mut ann = harness.person("Ann", "viewer").await;
    let reply = ann.sign_in("aNN", PASSWORD).await;
    let cookie = reply.set_cookie().unwrap();
    assert!(cookie.starts_with("rapport_session="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict"), "{cookie}");
    let me = ann.get("/api/v1/me").await.body;
    let session =
        json!({ "idle_expires_at": "2026-11-18T23:06:40.000Z", "expires_at": "2026-11-25T11:06:40.000Z" });
    assert_eq!(me, json!({ "name": "Ann", "role": "viewer", "kind": "person", "session": session }));
    for reach in [Reach { tls: true, ..Reach::default() }, Reach { behind_proxy: true, ..Reach::default() }] {
        let harness = Harness::reached(reach);
        let mut ann = harness.person("ann", "viewer").await;
        let reply = ann.sign_in("ann", PASSWORD).await;
        assert!(reply.set_cookie().unwrap().ends_with("; Secure"), "{reach:?}");
    }
}

#[tokio::test]
async fn what_the_journal_keeps_opens_nothing() {
    let harness = Harness::new();
    let ann = harness.person("ann", "viewer").await;
    let token = ann.cookie.clone().unwrap().split_once('=').unwrap().1.to_owned();
    let kept = harness.documents("session");
    assert_eq!(kept.len(), 1);
    assert!(!format!("{kept:?}").contains(&token));
    let mut thief = Client::browser(&harness);
    for key in [kept[0].0.clone(), format!("{:A<43}", &kept[0].0[..40])] {
        thief.cookie = Some(format!("rapport_session={key}"));
        assert_eq!(thief.get("/api/v1/me").await.status, 401);
        thief.bearer = Some(key);
        assert_eq!(thief.get("/api/v1/me").await.code(), (401, "unauthorized"));
        thief.bearer = None;
    }
}

#[tokio::test]
async fn a_wrong_name_is_answered_like_a_wrong_password() {
    let harness = Harness::new();
    let mut ann = harness.person("ann", "viewer").await;
    let reply = Client::program(&harness, crate::harness::TOKEN)
        .put("/api/v1/people/ann", json!({ "disabled": true }))
        .await;
    assert_eq!(reply.status, 200);
    harness.person("bob", "viewer").await;
    let mut bodies = Vec::new();
    let long = "x".repeat(10_240);
    for (name, password) in [
        ("bob", "wrong password!"),
        ("bob", ""),
        ("bob", &*long),
        ("nobody", PASSWORD),
        ("ann", PASSWORD),
        ("", PASSWORD),
        ("bob\0", PASSWORD),
        ("bob\r\nSet-Cookie: x=y", PASSWORD),
        ("../bob", PASSWORD),
        ("'; drop table documents; --", PASSWORD),
        (&*long, PASSWORD),
        ("böb\u{202e}", PASSWORD),
    ] {
        let reply = ann.sign_in(name, password).await;
        assert_eq!(reply.code(), (401, "login_refused"), "{name:.40}");
        assert!(reply.set_cookie().is_none());
        bodies.push(reply.body.to_string());
        harness.pass(HOUR);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "nothing tells them apart: {bodies:?}");
}

#[tokio::test]
async fn a_clock_that_is_set_by_years_ends_no_session_and_keeps_none_alive() {
    let year = 365 * 24 * HOUR;
    for set in [2 * year, -2 * year] {
        let harness = Harness::new();
        let cookie = harness.person("ann", "viewer").await.cookie;
        let ann = || Client { cookie: cookie.clone(), ..Client::browser(&harness) };
        harness.set_clock(set);
        assert_eq!(ann().get("/api/v1/status").await.status, 200, "{set}");
        harness.person("bob", "viewer").await;
        assert_eq!(ann().get("/api/v1/status").await.status, 200, "{set}: another sign-in removes none");
        harness.pass(11 * HOUR);
        assert_eq!(ann().get("/api/v1/status").await.status, 200, "{set}: it was used");
        harness.set_clock(0);
        harness.pass(11 * HOUR);
        assert_eq!(ann().get("/api/v1/status").await.status, 200, "{set}: it was used");
        harness.set_clock(set);
        harness.pass(13 * HOUR);
        assert_eq!(ann().get("/api/v1/status").await.code(), (401, "session_expired"), "{set}");
    }
}

#[tokio::test]
async fn a_session_outlives_a_restart_and_ends_unused_old_or_signed_out() {
    let harness = Harness::new();
    let cookie = harness.person("ann", "viewer").await.cookie;
    let harness = harness.restart();
    let mut ann = Client { cookie, ..Client::browser(&harness) };
    assert_eq!(ann.get("/api/v1/status").await.status, 200);
    // Used every ten hours, it lasts for seven days and no longer.
    for hours in (10..168).step_by(10) {
        harness.pass(10 * HOUR);
        assert_eq!(ann.get("/api/v1/status").await.status, 200, "after {hours} h");
    }
    harness.pass(8 * HOUR);
    assert_eq!(ann.get("/api/v1/status").await.code(), (401, "session_expired"));
    assert_eq!(ann.sign_in("ann", PASSWORD).await.status, 200);
    harness.pass(12 * HOUR - 1);
    assert_eq!(ann.get("/api/v1/status").await.status, 200);
    harness.pass(12 * HOUR);
    assert_eq!(ann.get("/api/v1/status").await.code(), (401, "session_expired"));
    assert_eq!(ann.sign_in("ann", PASSWORD).await.status, 200);
    let kept = ann.cookie.clone();
    let reply = ann.delete("/api/v1/session").await;
    assert_eq!((reply.status, ann.cookie.clone()), (204, None));
    assert_eq!(ann.get("/api/v1/status").await.code(), (401, "unauthorized"));
    ann.cookie = kept;
    assert_eq!(ann.get("/api/v1/status").await.code(), (401, "session_expired"));
    assert_eq!(harness.documents("session").len(), 0);
    assert_eq!(harness.audited().await.last().unwrap(), "ann session.end ann");
}

#[tokio::test]
async fn use_is_written_down_once_a_minute() {
    let harness = Harness::new();
    let mut ann = harness.person("ann", "viewer").await;
    let kept = harness.documents("session");
    harness.pass(59);
    ann.get("/api/v1/status").await;
    assert_eq!(harness.documents("session"), kept);
    harness.pass(1);
    ann.get("/api/v1/status").await;
    assert_ne!(harness.documents("session"), kept);
}

#[tokio::test]
async fn a_session_that_is_used_while_it_ends_stays_ended() {
    let harness = Harness::new();
    let mut ann = harness.person("ann", "viewer").await;
    for _ in 0..20 {
        harness.pass(60);
        let others = [ann.clone(), ann.clone(), ann.clone()];
        let looks = others.map(|mut other| tokio::spawn(async move { other.get("/api/v1/me").await.status }));
        assert_eq!(ann.delete("/api/v1/session").await.status, 204);
        for look in looks {
            look.await.unwrap();
        }
        assert_eq!(harness.documents("session").len(), 0);
        assert_eq!(ann.sign_in("ann", PASSWORD).await.status, 200);
    }
}

#[tokio::test]
async fn signing_in_again_leaves_no_session_behind() {
    let harness = Harness::new();
    let mut ann = harness.person("ann", "viewer").await;
    let former = ann.clone();
    assert_eq!(ann.sign_in("ann", PASSWORD).await.status, 200);
    assert_ne!(ann.cookie, former.cookie, "a token that was known before is not used");
    assert_eq!(former.clone().get("/api/v1/me").await.code(), (401, "session_expired"));
    for _ in 0..22 {
        assert_eq!(Client::browser(&harness).sign_in("ann", PASSWORD).await.status, 200);
        harness.pass(1);
    }
    assert_eq!(harness.documents("session").len(), 20);
    assert_eq!(ann.get("/api/v1/me").await.code(), (401, "session_expired"), "the least used made way");
}

#[tokio::test]
async fn guessing_is_slow_and_the_right_password_waits_too() {
    let harness = Harness::new();
    let mut ann = harness.person("ann", "viewer").await;
    for _ in 0..5 {
        assert_eq!(ann.sign_in("ann", "wrong password").await.code(), (401, "login_refused"));
    }
    let reply = ann.sign_in("ANN", PASSWORD).await;
    assert_eq!(reply.code(), (429, "throttled"));
    assert_eq!(reply.headers["retry-after"], "1");
    // From elsewhere too; but a session goes on, and so do others.
    let mut elsewhere = Client { peer: ([198, 51, 100, 1], 1).into(), ..Client::browser(&harness) };
    assert_eq!(elsewhere.sign_in("ann", PASSWORD).await.status, 429);
    assert_eq!(ann.get("/api/v1/me").await.status, 200);
    harness.person("bob", "viewer").await;
    harness.pass(1);
    assert_eq!(ann.sign_in("ann", PASSWORD).await.status, 200);
    assert_eq!(ann.sign_in("ann", "wrong password").await.status, 401, "five are free again");
}

#[tokio::test]
async fn an_address_that_tries_names_waits_behind_a_proxy_only_as_the_proxy_says() {
    for behind_proxy in [false, true] {
        let harness = Harness::reached(Reach { behind_proxy, ..Reach::default() });
        let mut browser = Client::browser(&harness);
        let mut refused = 0;
        for n in 0..30 {
            // Whatever the client claims stands before what the proxy adds.
            browser = browser.with(&[("x-forwarded-for", &format!("10.0.0.{n}, 203.0.113.5"))]);
            let reply = browser.sign_in(&format!("name-{n}"), PASSWORD).await;
            refused += u32::from(reply.status == 429);
        }
        assert_eq!(refused, 10, "{behind_proxy}");
        let mut other = browser.with(&[("x-forwarded-for", "203.0.113.5, 203.0.113.6")]);
        let wanted = if behind_proxy { 401 } else { 429 };
        assert_eq!(other.sign_in("fresh", PASSWORD).await.status, wanted);
    }
}

#[tokio::test]
async fn nobody_signs_in_with_a_book() {
    let harness = Harness::new();
    let mut browser = Client::browser(&harness);
    for path in ["/api/v1/session", "/api/v1/setup"] {
        let reply = browser.post(path, json!({ "name": "x".repeat(16 * 1024), "password": PASSWORD })).await;
        assert_eq!(reply.code(), (400, "invalid_request"), "{path}");
        assert!(reply.body["message"].as_str().unwrap().contains("too large"), "{}", reply.body);
    }
}

#[tokio::test]
async fn another_sites_page_signs_nobody_in() {
    let harness = Harness::new();
    harness.person("ann", "viewer").await;
    let browser = Client::browser(&harness);
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", ""), ("origin", "http://localhost:3000")],
        &[("sec-fetch-site", ""), ("origin", "null")],
    ] {
        let reply = browser.with(headers).sign_in("ann", PASSWORD).await;
        assert_eq!(reply.code(), (403, "csrf"), "{headers:?}");
    }
    let plain = [("sec-fetch-site", ""), ("origin", ""), ("x-rapport-csrf", "")];
    assert_eq!(browser.with(&plain).sign_in("ann", PASSWORD).await.status, 200, "a program may");
}
