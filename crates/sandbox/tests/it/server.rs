use std::net::SocketAddr;

use sandbox::{Options, Server, StartError};

use crate::client::{Client, start, stopped_clock};

#[tokio::test]
async fn control_listens_on_loopback_only() {
    let control = SocketAddr::from(([0, 0, 0, 0], 0));
    let options = Options { control, ..Options::default() };
    let refused = Server::start(options, SocketAddr::from(([127, 0, 0, 1], 0)), stopped_clock()).await;
    assert!(matches!(refused.err(), Some(StartError::ControlNotLoopback(addr)) if addr == control));
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let running = start(Options::default()).await;
    let refused = Server::start(Options::default(), running.addr(), stopped_clock()).await;
    let text = refused.err().expect("in use").to_string();
    assert!(text.contains(&running.addr().to_string()), "{text}");
}

#[tokio::test]
async fn what_is_too_large_or_no_http_is_refused() {
    let running = start(Options::default()).await;
    let mut client = Client::signed_in(running.addr()).await;
    let huge = "a".repeat((1 << 20) + 1);
    assert_eq!(client.call("POST", "/v1/end_users", &huge).await.expect("a reply").status, 413);
    for (bytes, status) in [
        (&b"nonsense\r\n\r\n"[..], 400),
        (b"GET /v1/segments HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", 400),
        (b"GET /v1/segments HTTP/1.1\r\nHost: x\r\n\r\n", 401),
    ] {
        let mut client = Client::connect(running.addr()).await;
        client.send_raw(bytes).await.expect("sent");
        assert_eq!(client.receive().await.expect("a reply").status, status);
    }
}

#[tokio::test]
async fn shutting_down_ends_connections_and_frees_the_ports() {
    let running = start(Options::default()).await;
    let (addr, control) = (running.addr(), running.control_addr());
    let mut client = Client::signed_in(addr).await;
    running.shutdown().await;
    assert!(client.call("GET", "/v1/segments", "").await.is_err());
    let again = Server::start(Options { control, ..Options::default() }, addr, stopped_clock()).await;
    assert!(again.is_ok(), "{:?}", again.err());
}

#[tokio::test]
async fn the_state_file_carries_everything_over_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("state.json");
    let options = Options { state_file: Some(path.clone()), ..Options::default() };
    let running = start(options.clone()).await;
    let mut client = Client::signed_in(running.addr()).await;
    let user = client.call("POST", "/v1/end_users", "email=a@x").await.expect("a reply").json();
    running.shutdown().await;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path).expect("written").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "it holds tokens");
    }

    let running = start(options.clone()).await;
    client.reconnect(running.addr()).await;
    let found = client.call("GET", "/v1/end_users/a@x?lookup_by_email=true", "").await.expect("a reply");
    assert_eq!((found.status, found.json()), (200, user), "the old token opens the same record");
    running.shutdown().await;

    std::fs::write(&path, "{").expect("writable");
    let refused = Server::start(options, SocketAddr::from(([127, 0, 0, 1], 0)), stopped_clock()).await;
    assert!(matches!(refused.err(), Some(StartError::State { .. })));
}

#[tokio::test]
async fn the_state_file_is_written_while_things_change() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("state.json");
    let running = start(Options { state_file: Some(path.clone()), ..Options::default() }).await;
    let mut client = Client::signed_in(running.addr()).await;
    // Each request wakes the writer, which suffices for the first write.
    let written = async {
        while !path.exists() {
            assert_eq!(client.call("GET", "/v1/segments", "").await.expect("a reply").status, 200);
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), written).await.expect("written in time");
    let text = std::fs::read_to_string(&path).expect("readable");
    assert!(sandbox::Sandbox::restore(Options::default(), &text).is_ok());
}
