//! How a node starts, or does not.

use crate::nodes::{KEY, Site, leader};
use serde_json::json;
use std::process::Command;

/// What a node says that does not start.
async fn refusal(mut command: Command) -> String {
    let ended = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(!ended.status.success());
    String::from_utf8(ended.stderr).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_with_another_key_does_not_start() {
    let site = Site::new("key").await;
    let one = site.node("one").await;
    leader(std::slice::from_ref(&one)).await;
    one.api("sources", Some(&json!({ "name": "shop", "kind": "server" }))).await;
    let other = KEY.replace("0011", "1100");
    let said = refusal(site.command("two", &site.config("two", ""), &other)).await;
    assert!(said.contains("key_unusable"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_kafka_refuses_is_said() {
    let site = Site::new("refused").await;
    let login = "[cluster.sasl]\nmechanism = \"plain\"\nusername = \"nobody\"\npassword = \"wrong\"\n";
    let said = refusal(site.command("one", &site.config("one", login), KEY)).await;
    assert!(said.contains("cluster_unusable"), "{said}");
}
