use super::keys::{AT_ONCE, needs_restart};
use crate::config::Config;
use std::collections::BTreeSet;
use std::path::Path;

/// The keys that need a restart: sockets, shares of the machine, the data folder.
const WITH_A_START: [&str; 24] = [
    "gateway.listen",
    "gateway.behind_proxy",
    "gateway.max_body_memory",
    "gateway.max_header",
    "gateway.max_concurrent_requests",
    "gateway.max_connections",
    "gateway.max_connections_per_address",
    "gateway.head_timeout",
    "gateway.body_timeout",
    "gateway.idle_timeout",
    "gateway.drain_timeout",
    "admin.listen",
    "admin.behind_proxy",
    "admin.max_connections",
    "journal.path",
    "journal.retention.age",
    "journal.retention.size",
    "journal.retention.answers",
    "secrets.key_file",
    "transformer.listen",
    "transformer.max_connections",
    "transformer.profile",
    "transformer.upstream",
    "transformer.base_url",
];

const MORE_WITH_A_START: [&str; 18] = [
    "cluster.brokers",
    "cluster.node",
    "cluster.prefix",
    "cluster.create_topic",
    "cluster.tls.authorities",
    "cluster.tls.certificate",
    "cluster.tls.key",
    "cluster.sasl.mechanism",
    "cluster.sasl.username",
    "cluster.sasl.password",
    "gateway.drain_delay",
    "backup.path",
    "backup.every",
    "backup.keep",
    "transformer.concurrency",
    "transformer.max_body",
    "transformer.max_body_memory",
    "transformer.call_timeout",
];

/// A new key must be put into one of the two lists, so that no key is forgotten and no change is without effect.
#[test]
fn every_key_is_known_to_change_at_once_or_with_a_start() {
    let text = "[[sources]]\nname = \"a\"\nkind = \"web\"\nwrite_key = \"k\"\n[[destinations]]\nname = \"d\"\nusername = \"u\"\n\
                password = \"p\"\naccount_token = \"NPS-00000000\"\nsources = [\"a\"]\n";
    let config = Config::parse(text, Path::new("rapport.toml"), &crate::config::Process).unwrap();
    let with_a_start: BTreeSet<&str> = WITH_A_START.into_iter().chain(MORE_WITH_A_START).collect();
    let keys: BTreeSet<&str> = config.settings.iter().map(|setting| setting.key.as_str()).collect();
    assert!(keys.len() > 60, "{keys:?}");
    for key in &keys {
        assert_eq!(needs_restart(key), with_a_start.contains(key), "{key}");
    }
    for key in with_a_start {
        assert!(keys.contains(key), "{key} is a key no more");
    }
    for known in AT_ONCE {
        assert!(keys.iter().any(|key| key.starts_with(known)), "{known} is a key no more");
    }
}
