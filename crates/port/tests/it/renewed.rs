//! A renewed certificate comes into use while the port is open; a broken one does not.

use crate::harness::{Harness, hello, say};

const MINUTE: i64 = 60_000;

#[tokio::test]
async fn a_renewed_certificate_is_used_within_a_minute_and_open_connections_go_on() {
    let harness = Harness::new();
    let (address, _told) = harness.echo().await;
    let before = harness.client();
    let mut open = hello(address, before.clone()).await.unwrap();
    harness.renew();
    let after = harness.client();
    harness.turn_clock(MINUTE - 1);
    hello(address, before.clone()).await.unwrap();
    assert!(hello(address, after.clone()).await.is_err(), "not looked at yet");
    harness.turn_clock(1);
    hello(address, after.clone()).await.unwrap();
    let refused = hello(address, before).await.unwrap_err();
    assert!(refused.contains("certificate"), "{refused}");
    say(&mut open, "still").await.unwrap();
    hello(address, after).await.unwrap();
}

#[tokio::test]
async fn a_broken_new_pair_leaves_the_old_one_in_use_until_it_is_whole() {
    let harness = Harness::new();
    let (address, _told) = harness.echo().await;
    let before = harness.client();
    let old_key = std::fs::read(&harness.files.key).unwrap();
    harness.renew();
    let after = harness.client();
    let new_key = std::fs::read(&harness.files.key).unwrap();
    // The state before a tool has written the key: the new certificate with the old key.
    for wrong in [old_key, b"not a key".to_vec(), Vec::new()] {
        std::fs::write(&harness.files.key, wrong).unwrap();
        harness.turn_clock(MINUTE);
        hello(address, before.clone()).await.unwrap();
        assert!(hello(address, after.clone()).await.is_err());
    }
    std::fs::remove_file(&harness.files.key).unwrap();
    harness.turn_clock(MINUTE);
    hello(address, before.clone()).await.unwrap();
    std::fs::write(&harness.files.key, new_key).unwrap();
    harness.turn_clock(MINUTE);
    hello(address, after).await.unwrap();
    assert!(hello(address, before).await.is_err());
}
