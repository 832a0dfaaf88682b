use crate::config::{Config, ConfigError, Nowhere, SaslMechanism};
use secrecy::ExposeSecret;
use std::path::{Path, PathBuf};

fn read(text: &str) -> Result<Config, ConfigError> {
    Config::parse(text, Path::new("/etc/rapport/rapport.toml"), &Nowhere)
}

#[test]
fn without_brokers_a_server_stands_alone() {
    assert!(read("").unwrap().cluster.is_none());
    assert!(read("[cluster]\nprefix = \"nps\"\ncreate_topic = false\n").unwrap().cluster.is_none());
}

#[test]
fn a_cluster_is_read_whole() {
    let text = "[cluster]\nbrokers = [\"a:9092\", \"b:9092\"]\nnode = \"one\"\nprefix = \"nps\"\ncreate_topic = false\n\
                tls = { authorities = \"ca.pem\", certificate = \"/tls/node.pem\", key = \"node.key\" }\n\
                sasl = { mechanism = \"scram-sha-256\", username = \"us\", password = \"planted-password\" }\n";
    let cluster = read(text).unwrap().cluster.unwrap();
    assert_eq!((cluster.brokers.join(" "), cluster.node.as_str()), ("a:9092 b:9092".to_owned(), "one"));
    assert_eq!((cluster.prefix.as_str(), cluster.create_topic), ("nps", false));
    let tls = cluster.tls.as_ref().unwrap();
    assert_eq!(tls.authorities, Some(PathBuf::from("/etc/rapport/ca.pem")));
    assert_eq!(
        tls.certificate,
        Some((PathBuf::from("/tls/node.pem"), PathBuf::from("/etc/rapport/node.key")))
    );
    let login = cluster.sasl.as_ref().unwrap();
    assert_eq!((login.mechanism, login.username.as_str()), (SaslMechanism::ScramSha256, "us"));
    assert_eq!(login.password.expose_secret(), "planted-password");
    assert!(!format!("{cluster:?}").contains("planted"));
}

#[test]
fn what_is_left_out_has_a_default() {
    let cluster = read("[cluster]\nbrokers = [\"a:9092\"]\n").unwrap().cluster.unwrap();
    assert_eq!((cluster.prefix.as_str(), cluster.create_topic), ("rapport", true));
    assert!(!cluster.node.is_empty(), "the system names the machine");
    assert!(cluster.tls.is_none() && cluster.sasl.is_none());
}

#[test]
fn what_cannot_be_a_cluster_is_a_problem_at_its_key() {
    for (text, key) in [
        ("node = \"one\"", "cluster.brokers"),
        ("brokers = []", "cluster.brokers"),
        ("brokers = [\"a:9092\"]\nnode = \"one node\"", "cluster.node"),
        ("brokers = [\"a:9092\"]\nnode = \"\"", "cluster.node"),
        ("brokers = [\"a:9092\"]\nprefix = \"a/b\"", "cluster.prefix"),
        ("brokers = [\"a:9092\"]\ntls = { certificate = \"node.pem\" }", "cluster.tls.certificate"),
        ("brokers = [\"a:9092\"]\ntls = { key = \"node.key\" }", "cluster.tls.key"),
        ("brokers = [\"a:9092\"]\nsasl = { username = \"us\" }", "cluster.sasl.password"),
        ("brokers = [\"a:9092\"]\nsasl = { password = \"p\" }", "cluster.sasl.username"),
        (
            "brokers = [\"a:9092\"]\nsasl = { mechanism = \"kerberos\", username = \"u\", password = \"p\" }",
            "cluster.sasl.mechanism",
        ),
        ("brokers = [\"a:9092\"]\nshards = 8", "cluster.shards"),
    ] {
        let problems = read(&format!("[cluster]\n{text}\n")).unwrap_err().problems;
        let keys: Vec<&str> = problems.iter().map(|problem| problem.key.as_str()).collect();
        assert_eq!(keys, [key], "{text}");
    }
}
