use super::*;
use scripted_server::{Act, Server};

/// The result of sending a message when the webhook answers with `answer`.
async fn send(webhooks: &Webhooks, host: &str, answer: &str) -> Result<(), String> {
    let server = Server::in_turn([Act::Last(answer.to_owned())]).await;
    let address = format!("{}/hook", server.url().replace("127.0.0.1", host));
    webhooks.send(&SecretString::from(address), "planted").await
}

#[tokio::test]
async fn only_addresses_that_are_allowed_are_told_and_no_redirect_is_followed() {
    let webhooks = Webhooks::new(&AddressPolicy::default()).unwrap();
    let taken = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(send(&webhooks, "localhost", taken).await, Ok(()));
    let moved = "HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(send(&webhooks, "127.0.0.1", moved).await, Err("the webhook answered 302".to_owned()));
    for address in
        ["https://10.0.0.1/hook", "https://169.254.169.254/hook", "https://metadata.google.internal/"]
    {
        let refused = webhooks.send(&SecretString::from(address), "planted").await.unwrap_err();
        assert!(refused.contains("admin.allowed_networks"), "{address}: {refused}");
    }
}

#[test]
fn waits_double_up_to_ten_minutes() {
    assert_eq!([1, 2, 3, 6, 7, 8, 100].map(wait_ms).map(|ms| ms / 1_000), [10, 20, 40, 320, 600, 600, 600]);
}
