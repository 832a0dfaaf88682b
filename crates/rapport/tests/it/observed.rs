//! What an operator sees of a server from outside: its metrics, and the ids by which requests are found in the log.

use crate::harness::{Harness, WRITE_KEY};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

async fn identify(client: &Client, url: &str, key: &str, id: Option<&str>) -> Response {
    let event = json!({"userId": "u1", "context": {"traits": {"email": "planted@example.com"}}});
    let mut request = client.post(url).basic_auth(key, Some("")).body(event.to_string());
    if let Some(id) = id {
        request = request.header("x-request-id", id);
    }
    request.send().await.unwrap()
}

/// The value of a metric without labels, or with these.
fn value(scrape: &str, series: &str) -> f64 {
    let line = scrape.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{series} is not in\n{scrape}")).parse().unwrap()
}

#[test]
fn a_refused_request_is_found_in_the_log_by_the_id_that_its_sender_was_told() {
    let harness = Harness::new();
    let text = std::fs::read_to_string(harness.ordinary()).unwrap();
    let file = harness.write("rapport.toml", &format!("[log]\nlevel = \"info,gateway=debug\"\n{text}"));
    let served = harness.serve(&file);
    let url = format!("http://{}/v1/identify", served.public);
    let client = Client::builder().no_proxy().build().unwrap();
    let ids = Runtime::new().unwrap().block_on(async {
        let id = |reply: &Response| reply.headers()["x-request-id"].to_str().unwrap().to_owned();
        let stored = identify(&client, &url, WRITE_KEY, Some("stored-1")).await;
        assert_eq!((stored.status().as_u16(), id(&stored).as_str()), (200, "stored-1"));
        let told = identify(&client, &url, "planted-key", Some("Root=1-abc.2")).await;
        assert_eq!((told.status().as_u16(), id(&told).as_str()), (401, "Root=1-abc.2"));
        let made = identify(&client, &url, "planted-key", Some("planted@example.com")).await;
        assert_eq!(made.status().as_u16(), 401);
        let metrics = client.get(format!("http://{}/metrics", served.admin)).send().await.unwrap();
        assert_eq!(id(&metrics).len(), 36, "the admin port has them, too");
        [id(&told), id(&made)]
    });
    let (code, log) = served.stop("-TERM");
    assert_eq!(code, Some(0));
    let lines: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    for id in ids {
        let line = lines.iter().find(|line| line["request_id"] == id.as_str());
        let line = line.unwrap_or_else(|| panic!("{id} is not in {log}"));
        assert_eq!((&line["status"], &line["why"]), (&json!(401), &json!("invalid write key")), "{line}");
    }
    assert!(!log.contains("planted") && !log.contains("stored-1"), "{log}");
}

#[test]
fn a_scrape_tells_of_the_process_of_requests_and_of_certificates() {
    let harness = Harness::new();
    harness.certify();
    let tls = "tls = { certificate = \"tls/certificate.pem\", key = \"tls/key.pem\" }";
    let text = std::fs::read_to_string(harness.ordinary()).unwrap();
    let file = harness.write("rapport.toml", &text.replace("[gateway]\n", &format!("[gateway]\n{tls}\n")));
    let served = harness.serve(&file);
    let trusting = port::client(&harness.folder.path().join("tls/certificate.pem")).unwrap();
    let client = Client::builder().no_proxy().tls_backend_preconfigured(trusting).build().unwrap();
    let scrape = Runtime::new().unwrap().block_on(async {
        let url = format!("https://{}/v1/identify", served.public);
        for key in [WRITE_KEY, "nobody's"] {
            identify(&client, &url, key, None).await;
        }
        let plain = Client::builder().no_proxy().build().unwrap();
        let reply = plain.get(format!("http://{}/metrics", served.admin)).send().await.unwrap();
        reply.text().await.unwrap()
    });
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
    assert_eq!(value(&scrape, "rapport_gateway_request_duration_seconds_count"), 2.0);
    assert_eq!(value(&scrape, "rapport_gateway_request_duration_seconds_bucket{le=\"+Inf\"}"), 2.0);
    assert!(value(&scrape, "rapport_gateway_request_duration_seconds_sum") > 0.0);
    let expires = value(&scrape, "rapport_certificate_expires_timestamp_seconds{door=\"gateway\"}");
    assert!(expires > now + 86_400.0, "{expires}");
    assert!(!scrape.contains("_expires_timestamp_seconds{door=\"admin\"}"), "it speaks no TLS");
    let age = now - value(&scrape, "process_start_time_seconds");
    assert!((-2.0..600.0).contains(&age), "it was started {age} s ago");
    assert!(value(&scrape, "process_cpu_seconds_total") > 0.0);
    assert!(value(&scrape, "process_resident_memory_bytes") > 1e6);
    let (open, most) = (value(&scrape, "process_open_fds"), value(&scrape, "process_max_fds"));
    assert!(open > 5.0 && open < most, "{open} of {most}");
}
