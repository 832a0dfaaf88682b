//! `/livez` and `/readyz` on both ports, while all is well and while the server stops.

use crate::harness::{Ended, Harness, Served, WRITE_KEY, rapport, run};
use delivery::SystemClock;
use rapport::config::Config;
use rapport::server::Server;
use serde_json::{Value, json};
use std::sync::Arc;
use supervise::{Restart, Supervisor};
use tokio::runtime::Runtime;

async fn get(address: &str, path: &str) -> Option<(u16, String)> {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.get(format!("http://{address}{path}")).send().await.ok()?;
    Some((answer.status().as_u16(), answer.text().await.ok()?))
}

async fn send(served: &Served) -> Option<u16> {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let event = json!({"userId": "u1", "context": {"traits": {"email": "a@example.com"}}}).to_string();
    let url = format!("http://{}/v1/identify", served.public);
    let answer = client.post(url).basic_auth(WRITE_KEY, Some("")).body(event).send().await.ok()?;
    Some(answer.status().as_u16())
}

/// What `rapport health` says of both ports, with its exit code: of the admin port, found by the configuration, and of the
/// public one.
fn health(served: &Served) -> ((i32, String), (i32, String)) {
    let at_admin = served.run(&["health"]);
    let at_public = run(&["health", "--url", &format!("http://{}/", served.public)]);
    ((at_admin.code, at_admin.out), (at_public.code, at_public.out))
}

#[test]
fn a_server_that_is_not_there_is_not_healthy_and_neither_is_another_program() {
    let harness = Harness::new();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    // As in a container: the environment alone says where the server is.
    let asked = rapport()
        .current_dir(harness.folder.path())
        .env("RAPPORT_ADMIN__LISTEN", nobody.to_string())
        .arg("health")
        .output()
        .unwrap();
    let ended = Ended::of(asked);
    assert_eq!((ended.code, ended.out.as_str()), (3, ""), "{ended:?}");
    assert!(ended.err.contains("[server_unreachable]"), "{}", ended.err);
    assert!(ended.err.contains(&format!("http://{nobody}")), "{}", ended.err);
    let ended = run(&["health", "--url", &format!("http://{}", harness.inmoment.addr())]);
    assert_eq!((ended.code, ended.out.as_str()), (3, ""), "{ended:?}");
    assert!(ended.err.contains("[server_unintelligible]"), "{}", ended.err);
}

#[test]
fn a_server_that_stops_says_so_first_and_serves_whoever_comes_meanwhile() {
    let harness = Harness::new();
    let text = std::fs::read_to_string(harness.ordinary()).unwrap();
    // Longer than the test takes: the second signal ends it.
    let file =
        harness.write("rapport.toml", &text.replace("[gateway]\n", "[gateway]\ndrain_delay = \"5 min\"\n"));
    let served = harness.serve(&file);
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        for address in [&served.public, &served.admin] {
            for path in ["/livez", "/readyz", "/health"] {
                assert_eq!(get(address, path).await.unwrap().0, 200, "{address}{path}");
            }
        }
        let ready: Value = serde_json::from_str(&get(&served.admin, "/readyz").await.unwrap().1).unwrap();
        assert_eq!(ready, json!({"ready": true, "reasons": []}));
        let (at_admin, at_public) = health(&served);
        assert_eq!((at_admin, at_public), ((0, "ready\n".to_owned()), (0, "ready\n".to_owned())));
        served.signal("-TERM");
        while get(&served.public, "/readyz").await.unwrap().0 == 200 {}
        let (status, text) = get(&served.public, "/readyz").await.unwrap();
        assert_eq!((status, text.as_str()), (503, "not ready: the server is stopping\n"));
        let (status, text) = get(&served.admin, "/readyz").await.unwrap();
        let unready: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((status, &unready["reasons"][0]["code"]), (503, &json!("stopping")), "{text}");
        let (at_admin, at_public) = health(&served);
        assert_eq!(at_admin, (4, "not ready: the server is stopping [stopping]\n".to_owned()));
        assert_eq!(at_public, (4, "not ready: the server is stopping\n".to_owned()));
        for address in [&served.public, &served.admin] {
            assert_eq!(get(address, "/livez").await.unwrap().0, 200, "it lives");
        }
        assert_eq!(send(&served).await, Some(200), "whoever comes is served");
    });
    let (code, _) = served.stop("-TERM");
    assert_eq!(code, Some(0));
}

/// Both ports go by one rule, and it knows the parts by the names that they have.
#[test]
fn a_part_that_is_down_counts_at_both_ports_or_at_none() {
    let harness = Harness::new();
    let config = Config::load(Some(&harness.ordinary())).unwrap();
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let supervisor = Supervisor::new();
        let server =
            Server::start(config, Arc::new(SystemClock::default()), supervisor.clone()).await.unwrap();
        let names: Vec<_> = supervisor.snapshot().into_iter().map(|part| part.name).collect();
        for part in gateway::PARTS {
            assert!(names.iter().any(|name| **name == *part), "{part} is no part of {names:?}");
        }
        let (public, admin) = (server.gateway_addr().to_string(), server.admin_addr().to_string());
        let part = |name: &'static str| {
            supervisor.task(name, Restart::ALWAYS, |_| async { Err::<(), _>("planted") })
        };
        let is_down =
            |name: &str| supervisor.snapshot().iter().any(|it| &*it.name == name && it.is_trouble());
        let both =
            || async { (get(&public, "/readyz").await.unwrap(), get(&admin, "/readyz").await.unwrap()) };
        let search = part("journal-search");
        while get(&admin, "/health").await.unwrap().0 == 200 {}
        let ((at_public, _), (at_admin, text)) = both().await;
        assert_eq!((at_public, at_admin), (200, 200), "{text}");
        search.shutdown(std::time::Duration::from_secs(5)).await;

        let writer = part("journal-writer");
        // It comes and goes, with pauses that grow: what is said must be seen while it is down.
        let (at_public, at_admin) = loop {
            while !is_down("journal-writer") {
                tokio::task::yield_now().await;
            }
            let said = both().await;
            if said.0.0 == 503 && said.1.0 == 503 {
                break said;
            }
        };
        assert_eq!(at_public.1, "not ready: the part \"journal-writer\" of the server is restarting\n");
        let unready: Value = serde_json::from_str(&at_admin.1).unwrap();
        assert_eq!(unready["reasons"][0]["code"], json!("part_down"), "{unready}");
        writer.shutdown(std::time::Duration::from_secs(5)).await;
        server.shutdown().await;
    });
}
