//! What several nodes share.

use crate::nodes::{Site, leader, until};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn every_node_takes_events_in_one_delivers_them_and_all_know_it() {
    let site = Site::new("shares").await;
    let nodes = [site.node("one").await, site.node("two").await];
    let leads = leader(&nodes).await;
    let other = &nodes[1 - leads];
    for user in ["ada", "bob"] {
        nodes[0].takes(user).await;
    }
    for user in ["cleo", "dan"] {
        nodes[1].takes(user).await;
    }
    until("both know that all is delivered", async || {
        let (one, two) = (nodes[0].status().await, nodes[1].status().await);
        one["delivered"] == 4 && two["delivered"] == 4
    })
    .await;
    assert_eq!(site.emails(), ["ada", "bob", "cleo", "dan"].map(|user| format!("{user}@example.com")));
    let standing = other.status().await["destinations"][0].clone();
    assert_eq!(
        (&standing["state"], &standing["trouble"]["code"]),
        (&json!("elsewhere"), &json!("delivered_elsewhere"))
    );
    let words = standing["reason"].as_str().unwrap();
    assert!(words.contains(&nodes[leads].name), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_on_one_node_serves_on_all() {
    let site = Site::new("made").await;
    let nodes = [site.node("one").await, site.node("two").await];
    leader(&nodes).await;
    let source = nodes[0].api("sources", Some(&json!({ "name": "shop", "kind": "server" }))).await;
    let key = source["write_key"].as_str().unwrap().to_owned();
    until("the other node takes its events", async || {
        nodes[1].identify_with(&key, "eve").await.is_ok_and(|status| status.is_success())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_comes_later_knows_what_was_before() {
    let site = Site::new("later").await;
    let one = site.node("one").await;
    leader(std::slice::from_ref(&one)).await;
    one.takes("ada").await;
    until("it is delivered", async || one.status().await["delivered"] == 1).await;
    let two = site.node("two").await;
    assert_eq!(two.status().await["delivered"], 1);
    // It has no events of its own to tell it that it is up to date.
    assert_eq!(two.state().await, "elsewhere");
}
