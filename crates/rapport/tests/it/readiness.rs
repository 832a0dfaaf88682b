//! `/livez` and `/readyz` on both ports, while all is well and while the server stops.

use crate::house::{House, Served, WRITE_KEY};
use serde_json::{Value, json};
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

#[test]
fn a_server_that_stops_says_so_first_and_serves_whoever_comes_meanwhile() {
    let house = House::new();
    let text = std::fs::read_to_string(house.ordinary()).unwrap();
    // Longer than the test takes: the second signal ends it.
    let file =
        house.write("rapport.toml", &text.replace("[gateway]\n", "[gateway]\ndrain_delay = \"5 min\"\n"));
    let served = house.serve(&file);
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        for address in [&served.public, &served.admin] {
            for path in ["/livez", "/readyz", "/health"] {
                assert_eq!(get(address, path).await.unwrap().0, 200, "{address}{path}");
            }
        }
        let ready: Value = serde_json::from_str(&get(&served.admin, "/readyz").await.unwrap().1).unwrap();
        assert_eq!(ready, json!({"ready": true, "reasons": []}));
        served.signal("-TERM");
        while get(&served.public, "/readyz").await.unwrap().0 == 200 {}
        let (status, text) = get(&served.public, "/readyz").await.unwrap();
        assert!(status == 503 && text.contains("stopping"), "{text}");
        let (status, text) = get(&served.admin, "/readyz").await.unwrap();
        let unready: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((status, &unready["reasons"][0]["code"]), (503, &json!("stopping")), "{text}");
        for address in [&served.public, &served.admin] {
            assert_eq!(get(address, "/livez").await.unwrap().0, 200, "it lives");
        }
        assert_eq!(send(&served).await, Some(200), "whoever comes is served");
    });
    let (code, _) = served.stop("-TERM");
    assert_eq!(code, Some(0));
}
