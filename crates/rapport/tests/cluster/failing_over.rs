//! A node goes, in order or not, and another one goes on.

use crate::nodes::{Node, Site, leader, until};
use kafka_broker::{Cluster, Port};
use reqwest::StatusCode;

/// What a client does: it sends again until the event is taken.
async fn sends(node: &Node, user: &str) {
    until("the event is taken", async || {
        node.identify(user).await.is_ok_and(|status| status == StatusCode::OK)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_leader_is_killed_another_node_delivers_what_it_has_acknowledged() {
    let site = Site::new("killed").await;
    let mut nodes = vec![site.node("one").await, site.node("two").await];
    let leads = leader(&nodes).await;
    let killed = nodes.remove(leads);
    for number in 0..20 {
        killed.takes(&format!("user-{number:02}")).await;
    }
    killed.kill();
    for number in 20..40 {
        sends(&nodes[0], &format!("user-{number:02}")).await;
    }
    assert_eq!(leader(&nodes).await, 0);
    until("everything is delivered", async || nodes[0].status().await["delivered"] == 40).await;
    let wanted: Vec<String> = (0..40).map(|number| format!("user-{number:02}@example.com")).collect();
    assert_eq!(site.emails(), wanted);
    // It comes back, and learns what happened without it.
    let back = site.node("one").await;
    let again = if nodes[0].name == "one" { site.node("two").await } else { back };
    assert_eq!(again.status().await["delivered"], 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_is_told_to_stop_hands_over() {
    let site = Site::new("stopped").await;
    let mut nodes = vec![site.node("one").await, site.node("two").await];
    let leads = leader(&nodes).await;
    let stopped = nodes.remove(leads);
    stopped.takes("ada").await;
    let log = stopped.stop().await;
    assert!(log.contains("leads the cluster no longer"), "{log}");
    assert_eq!(leader(&nodes).await, 0);
    nodes[0].takes("bob").await;
    until("both are delivered", async || nodes[0].status().await["delivered"] == 2).await;
    assert_eq!(site.emails(), ["ada@example.com", "bob@example.com"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_slept_too_long_finds_that_another_one_leads() {
    let site = Site::new("slept").await;
    let nodes = vec![site.node("one").await, site.node("two").await];
    let leads = leader(&nodes).await;
    let (sleeper, other) = (&nodes[leads], &nodes[1 - leads]);
    sleeper.takes("ada").await;
    // Else its call may be under way, and the other one waits until it cannot be any more.
    until("it is delivered", async || sleeper.status().await["delivered"] == 1).await;
    sleeper.signal("-STOP");
    until("the other one delivers", async || other.state().await == "running").await;
    other.takes("bob").await;
    until("it is delivered", async || other.status().await["delivered"] == 2).await;
    sleeper.signal("-CONT");
    until("the sleeper knows it", async || sleeper.state().await == "elsewhere").await;
    sleeper.takes("cleo").await;
    until("all is delivered", async || sleeper.status().await["delivered"] == 3).await;
    assert_eq!(site.emails(), ["ada", "bob", "cleo"].map(|user| format!("{user}@example.com")));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_broker_nothing_is_acknowledged_and_it_goes_on_by_itself() {
    let mut brokers = tokio::task::spawn_blocking(|| Cluster::start(1).unwrap()).await.unwrap();
    let site = Site::with("outage", brokers.addresses(Port::Plain)).await;
    let node = site.node("one").await;
    leader(std::slice::from_ref(&node)).await;
    node.takes("ada").await;
    brokers.kill(0).unwrap();
    until("the node is not ready", async || !node.ready().await).await;
    assert_eq!(node.identify("bob").await.unwrap(), StatusCode::SERVICE_UNAVAILABLE);
    let brokers = tokio::task::spawn_blocking(move || {
        brokers.start_again(0).unwrap();
        brokers
    });
    let brokers = brokers.await.unwrap();
    sends(&node, "bob").await;
    until("both are delivered", async || node.status().await["delivered"] == 2).await;
    assert_eq!(site.emails(), ["ada@example.com", "bob@example.com"]);
    drop(node);
    drop(brokers);
}
