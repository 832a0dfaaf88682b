//! Reads `[cluster]`.

use super::model::{ClusterLogin, ClusterSection, ClusterTls, SaslMechanism};
use super::problem::code;
use super::reader::Section;
use std::path::Path;

const MECHANISMS: [(&str, SaslMechanism); 3] = [
    ("plain", SaslMechanism::Plain),
    ("scram-sha-256", SaslMechanism::ScramSha256),
    ("scram-sha-512", SaslMechanism::ScramSha512),
];

/// `[cluster]`, if it has brokers; a relative path begins at the configuration's folder.
pub(super) fn cluster(section: Section<'_, '_, '_>, folder: &Path) -> Option<ClusterSection> {
    let brokers = section.texts("brokers").map(|texts| texts.into_iter().map(|text| text.value).collect());
    let node = section.parsed("node", node).unwrap_or_else(own_name);
    let prefix = section.parsed_or("prefix", prefix, "rapport".to_owned(), "rapport");
    let create_topic = section.switch_or("create_topic", true);
    let (tls, sasl) = (tls(section.section("tls"), folder), sasl(section.section("sasl")));
    let given = ["node", "tls", "sasl"].into_iter().any(|key| section.has(key));
    if given {
        section.missing("brokers", "some of Kafka's brokers, each as \"host:port\"");
    }
    let brokers: Option<Vec<String>> = brokers;
    if brokers.as_ref().is_some_and(Vec::is_empty) {
        let message = "this must name one of Kafka's brokers at least, as \"host:port\"".to_owned();
        section.problem("brokers", None, code::INVALID_VALUE, message);
    }
    section.finish();
    Some(ClusterSection { brokers: brokers?, node, prefix, create_topic, tls, sasl })
}

fn tls(section: Section<'_, '_, '_>, folder: &Path) -> Option<ClusterTls> {
    let file = |key| section.text(key).map(|path| folder.join(path.value));
    let (authorities, certificate, key) = (file("authorities"), file("certificate"), file("key"));
    if certificate.is_some() != key.is_some() {
        let (have, want) =
            if certificate.is_some() { ("certificate", "key") } else { ("key", "certificate") };
        let message = format!("this needs {want} beside it: a certificate and its key go together");
        section.problem(have, None, code::INVALID_VALUE, message);
    }
    let there = section.is_there();
    section.finish();
    there.then(|| ClusterTls { authorities, certificate: certificate.zip(key) })
}

fn sasl(section: Section<'_, '_, '_>) -> Option<ClusterLogin> {
    let mechanism = section.choice("mechanism", &MECHANISMS).unwrap_or(SaslMechanism::ScramSha512);
    let (username, password) = (section.text("username"), section.secret("password"));
    if section.is_there() {
        section.missing("username", "the user as whom this machine signs in");
        section.missing("password", "the user's password, best as \"env:NAME\" or \"file:PATH\"");
    }
    section.finish();
    Some(ClusterLogin { mechanism, username: username?.value, password: password?.value })
}

/// What other machines and Kafka know this machine by.
fn node(text: &str) -> Result<String, &'static str> {
    named(text, 100).ok_or("use 1 to 100 letters, digits, dots, dashes and underscores")
}

fn prefix(text: &str) -> Result<String, &'static str> {
    named(text, 200).ok_or("use 1 to 200 letters, digits, dots, dashes and underscores")
}

fn named(text: &str, longest: usize) -> Option<String> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    ((1..=longest).contains(&text.len()) && text.chars().all(fits)).then(|| text.to_owned())
}

/// The system's name of this machine, as far as it can name a node.
fn own_name() -> String {
    let name = nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok());
    name.and_then(|name| node(&name).ok()).unwrap_or_else(|| "rapport".to_owned())
}

#[cfg(test)]
mod tests;
