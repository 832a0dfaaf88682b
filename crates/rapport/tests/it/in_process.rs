//! The server started in the caller's own process, as other tests and the benchmarks start it.

use crate::harness::Harness;
use delivery::SystemClock;
use rapport::config::Config;
use rapport::server::Server;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_shut_down_leaves_nothing_behind() {
    // Made and ended on a thread of its own, because it has a runtime.
    let harness = tokio::task::spawn_blocking(Harness::new).await.unwrap();
    let file = harness.ordinary();
    let mut addresses = Vec::new();
    for _ in 0..2 {
        let config = Config::load(Some(&file)).unwrap();
        let server = Server::start(config, Arc::new(SystemClock::default()), supervise::Supervisor::new())
            .await
            .unwrap();
        addresses.extend([server.gateway_addr(), server.admin_addr()]);
        server.shutdown().await;
    }
    for address in addresses {
        assert!(tokio::net::TcpStream::connect(address).await.is_err(), "{address} still listens");
    }
    tokio::task::spawn_blocking(move || drop(harness)).await.unwrap();
}
