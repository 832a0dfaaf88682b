//! Every kind of refusal by a broker has its own message, and no message contains a secret.

use crate::promises::{record, texts};
use crate::site::{node, options, refusal, until};
use kafka_broker::{Cluster, PASSWORD, Port, USER};
use shard_log::kafka::{Certificate, Mechanism, Options, Sasl, Tls};
use shard_log::{AppendError, Log, LogError, Offset, Shard};
use std::sync::LazyLock;
use std::time::Duration;

const SHARD: Shard = Shard(0);

/// A broker with access rules: every signed-in user may use resources whose names begin with `open`, and those that are granted
/// below.
static GUARDED: LazyLock<Cluster> = LazyLock::new(|| {
    let cluster = Cluster::start(1).unwrap();
    allow(
        &cluster,
        &["--operation", "All", "--topic", "open", "--group", "open", "--resource-pattern-type", "prefixed"],
    );
    cluster
});

fn allow(cluster: &Cluster, what: &[&str]) {
    let address = cluster.addresses(Port::Plain).remove(0);
    let arguments: Vec<&str> = ["--bootstrap-server", &address, "--add", "--allow-principal", "User:*"]
        .iter()
        .chain(what)
        .copied()
        .collect();
    cluster.tool("kafka-acls.sh", &arguments).unwrap();
}

fn at(port: Port, prefix: &str) -> Options {
    let mut options = options(&GUARDED, prefix);
    options.brokers = GUARDED.addresses(port);
    options
}

fn sasl(mechanism: Mechanism, password: &str) -> Option<Sasl> {
    Some(Sasl { mechanism, user: USER.into(), password: password.into() })
}

fn tls(certificate: bool) -> Tls {
    let made = GUARDED.certificates();
    let own = || Certificate { chain: made.client.clone(), key: made.client_key.clone().into() };
    Tls { authorities: Some(made.authority.clone()), certificate: certificate.then(own) }
}

async fn serves(options: Options) {
    let log = node(options).await;
    log.append(SHARD, record("a")).await.unwrap();
    assert_eq!(texts(&mut log.tail(SHARD, Offset(0)), 1).await, ["a"]);
    log.trim(SHARD, Offset(1)).await.unwrap();
    until(&mut log.hints(), |hints| hints.len() == 2).await;
    log.close().await;
}

#[tokio::test]
async fn every_way_to_sign_in_works() {
    for mechanism in [Mechanism::Plain, Mechanism::ScramSha256, Mechanism::ScramSha512] {
        let mut options = at(Port::Sasl, &format!("open-{mechanism:?}"));
        options.sasl = sasl(mechanism, PASSWORD);
        serves(options).await;
    }
    let mut options = at(Port::Tls, "open-tls");
    options.tls = Some(tls(true));
    serves(options).await;
    let mut options = at(Port::SaslTls, "open-both");
    (options.tls, options.sasl) = (Some(tls(false)), sasl(Mechanism::Plain, PASSWORD));
    serves(options).await;
}

/// A change of options that a broker refuses, its subject, and whether the refusal lasts.
async fn refused(port: Port, change: impl FnOnce(&mut Options), words: &str, lasting: bool) {
    let mut options = at(port, "open-refused");
    options.request_timeout = Duration::from_secs(5);
    change(&mut options);
    let error = refusal(options).await;
    let text = error.to_string();
    println!("{text}");
    assert!(text.contains(words), "{words}: {text}");
    assert_eq!(matches!(error, LogError::Unusable(_)), lasting, "{text}");
    assert!(
        !text.contains(PASSWORD) && !text.contains("wrong-password") && !text.contains("PRIVATE"),
        "{text}"
    );
}

#[tokio::test]
async fn an_address_without_a_broker_is_told() {
    let nowhere = |options: &mut Options| options.brokers = vec!["nowhere.invalid:9092".into()];
    refused(Port::Plain, nowhere, "cannot be resolved", false).await;
    let closed = |options: &mut Options| options.brokers = vec!["localhost:1".into()];
    refused(Port::Plain, closed, "refuses the connection", false).await;
}

#[tokio::test]
async fn a_mismatch_of_tls_is_told() {
    refused(Port::Tls, |_| (), "wants TLS", true).await;
    let without = |options: &mut Options| options.sasl = sasl(Mechanism::Plain, PASSWORD);
    refused(Port::SaslTls, without, "wants TLS", true).await;
    refused(Port::Plain, |options| options.tls = Some(tls(false)), "does not speak TLS", true).await;
    let stranger = || Tls { authorities: Some(GUARDED.certificates().stranger.clone()), certificate: None };
    refused(Port::Tls, |options| options.tls = Some(stranger()), "not trusted", true).await;
    refused(Port::Tls, |options| options.tls = Some(tls(false)), "this node's certificate", true).await;
    let garbage = || Tls { authorities: Some("no certificate".into()), certificate: None };
    refused(Port::Tls, |options| options.tls = Some(garbage()), "cannot be opened", true).await;
}

#[tokio::test]
async fn a_sign_in_that_fails_is_told() {
    for mechanism in [Mechanism::Plain, Mechanism::ScramSha256, Mechanism::ScramSha512] {
        let wrong = |options: &mut Options| options.sasl = sasl(mechanism, "wrong-password");
        refused(Port::Sasl, wrong, "refuses the user \"rapport\" or its password", true).await;
    }
    let scram = |options: &mut Options| {
        (options.tls, options.sasl) = (Some(tls(false)), sasl(Mechanism::ScramSha256, PASSWORD));
    };
    refused(Port::SaslTls, scram, "does not offer the SASL mechanism SCRAM-SHA-256", true).await;
    refused(Port::Sasl, |_| (), "configured without", true).await;
    let without = |options: &mut Options| options.tls = Some(tls(false));
    refused(Port::SaslTls, without, "wants a user and a password", true).await;
    let needless = |options: &mut Options| options.sasl = sasl(Mechanism::Plain, PASSWORD);
    refused(Port::Plain, needless, "does not offer the SASL mechanism PLAIN", true).await;
}

#[tokio::test]
async fn each_permission_that_is_missing_is_named() {
    let shut = |prefix: &str| {
        let mut options = at(Port::Sasl, prefix);
        options.sasl = sasl(Mechanism::Plain, PASSWORD);
        options
    };
    let error = refusal(shut("shut-topic")).await;
    assert!(error.to_string().contains("do not allow this node to use the topic shut-topic.log"), "{error}");

    // It may see the topic, but not create it.
    allow(&GUARDED, &["--operation", "Describe", "--topic", "shut-make.log"]);
    let error = refusal(shut("shut-make")).await;
    assert!(error.to_string().contains("refuse to make the topic"), "{error}");

    // It may neither join the group nor trim.
    let topic = "shut-group.log";
    allow(
        &GUARDED,
        &[
            "--operation",
            "Create",
            "--operation",
            "Describe",
            "--operation",
            "Read",
            "--operation",
            "Write",
            "--topic",
            topic,
        ],
    );
    let log = node(shut("shut-group")).await;
    log.append(SHARD, record("a")).await.unwrap();
    assert_eq!(texts(&mut log.tail(SHARD, Offset(0)), 1).await, ["a"]);
    let error = log.trim(SHARD, Offset(1)).await.unwrap_err();
    assert!(matches!(&error, LogError::Unusable(text) if text.contains("Delete")), "{error}");
    let mut membership = log.membership();
    until(&mut membership, |membership| {
        matches!(membership, Err(LogError::Unusable(text)) if text.contains("consumer group shut-group"))
    })
    .await;
    assert!(log.hints().borrow().is_empty());

    // It may read, but not write.
    allow(
        &GUARDED,
        &[
            "--operation",
            "Create",
            "--operation",
            "Describe",
            "--operation",
            "Read",
            "--topic",
            "shut-write.log",
        ],
    );
    let log = node(shut("shut-write")).await;
    let outcome = log.append(SHARD, record("a")).await.unwrap_err();
    assert!(
        matches!(&outcome, AppendError::Unknown(text) | AppendError::Refused(text) if text.contains("allow")),
        "{outcome}"
    );
}
