//! Nodes that are killed at random under load (`make test-cluster`).

use crate::nodes::{Node, Site, WRITE_KEY, leader, until};
use reqwest::StatusCode;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::RwLock;

/// How often a node is killed.
const KILLS: u64 = 30;

/// How many clients send at a time.
const CLIENTS: usize = 4;

type Nodes = Arc<RwLock<Vec<Option<Node>>>>;

/// Sends users one after the other to whichever node takes them, each until it is taken; returns them.
async fn client(number: usize, nodes: Nodes, ends: Arc<AtomicBool>) -> Vec<String> {
    let mut taken = Vec::new();
    while !ends.load(Ordering::SeqCst) {
        let user = format!("user-{number}-{:05}", taken.len());
        for attempt in number.. {
            // The lock is not held while it sends, so that a node is killed in the middle of it.
            let sender = {
                let nodes = nodes.read().await;
                nodes[attempt % nodes.len()].as_ref().map(Node::sender)
            };
            let answered = match sender {
                Some(sender) => sender.identify_with(WRITE_KEY, &user).await.ok(),
                None => None,
            };
            if answered == Some(StatusCode::OK) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        taken.push(user);
    }
    taken
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it takes minutes: make test-cluster"]
async fn nodes_are_killed_at_random_and_nothing_is_lost_or_doubled() {
    let site = Arc::new(Site::new("kills").await);
    let names = ["one", "two", "three"];
    let mut started = Vec::new();
    for name in names {
        started.push(site.node(name).await);
    }
    leader(&started).await;
    let nodes: Nodes = Arc::new(RwLock::new(started.into_iter().map(Some).collect()));
    let ends = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| tokio::spawn(client(number, Arc::clone(&nodes), Arc::clone(&ends))))
        .collect();
    // A fixed sequence that looks random; when each kill comes also depends on the machine.
    let mut dice = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |below: u64| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        dice % below
    };
    for kill in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(500 + next(4_000))).await;
        let killed = usize::try_from(next(3)).unwrap();
        let node = nodes.write().await[killed].take();
        node.unwrap().kill();
        tokio::time::sleep(Duration::from_millis(next(8_000))).await;
        let node = site.node(names[killed]).await;
        nodes.write().await[killed] = Some(node);
        println!("kill {}: node {}", kill + 1, names[killed]);
    }
    ends.store(true, Ordering::SeqCst);
    let mut wanted = Vec::new();
    for client in clients {
        wanted.extend(client.await.unwrap());
    }
    wanted.sort();
    let nodes = nodes.read().await;
    let books = async |node: &Node| {
        let status = node.status().await;
        ["accepted", "delivered", "skipped", "dead", "pending", "imbalance"].map(|key| status[key].clone())
    };
    for node in nodes.iter().flatten() {
        until("nothing is pending", async || node.status().await["pending"] == 0).await;
    }
    let mut all: Vec<[Value; 6]> = Vec::new();
    for node in nodes.iter().flatten() {
        all.push(books(node).await);
    }
    assert!(all.iter().all(|one| *one == all[0]), "{all:?}");
    let [accepted, delivered, skipped, dead, _, imbalance] = &all[0];
    println!("{} users; accepted {accepted}, delivered {delivered}, repetitions {skipped}", wanted.len());
    assert_eq!((dead, imbalance), (&Value::from(0), &Value::from(0)));
    assert_eq!(*delivered, Value::from(wanted.len()));
    let emails: Vec<String> = wanted.iter().map(|user| format!("{user}@example.com")).collect();
    assert_eq!(site.emails(), emails);
}
