//! Checks that need the whole configuration.

use super::judged::Judged;
use super::model::{Admin, GatewaySection, TransformerSection};
use super::problem::{code, meant};
use super::reader::{At, Section};
use registry::Source;
use registry::model::sends_in_the_clear;
use secrecy::ExposeSecret;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Records contradictions; returns settings that are allowed and probably not intended.
pub(super) fn whole(
    root: &Section<'_, '_, '_>,
    gateway: &GatewaySection,
    admin: &Admin,
    transformer: &TransformerSection,
    sources: &[At<Source>],
    destinations: &[Judged],
) -> Vec<String> {
    if gateway.listen == admin.listen && gateway.listen.port() != 0 {
        let message =
            "the public port and the admin port must differ, for only the public one may be open to others";
        root.problem("admin.listen", None, code::DUPLICATE, message.to_owned());
    }
    if let Some(listen) = transformer.listen.filter(|listen| listen.port() != 0)
        && (listen == gateway.listen || listen == admin.listen)
    {
        let message = "rudder-server's port must be another than the public and the admin port";
        root.problem("transformer.listen", None, code::DUPLICATE, message.to_owned());
    }
    unique(root, "sources.name", "source", sources.iter().map(|s| (s.value.name.as_str(), &s.span)));
    let names = destinations.iter().map(|d| (d.destination.value.name.as_str(), &d.destination.span));
    unique(root, "destinations.name", "destination", names);
    for judged in destinations {
        let names = judged.rules.iter().map(|rule| (rule.name.value.as_str(), &rule.name.span));
        unique(root, "destinations.rules.name", "rule of the destination", names);
    }
    unique_write_keys(root, sources);
    known_sources(root, sources, destinations);
    let mut warnings = warnings(sources, destinations);
    let reached_directly = !gateway.listen.ip().to_canonical().is_loopback() && !gateway.behind_proxy;
    if reached_directly && gateway.client_ip == gateway::ClientIp::Forwarded {
        warnings.push(
            "gateway.client_ip is \"forwarded\" and no proxy is in front: callers can claim any address; set it to \
             \"peer\", or behind_proxy = true, or name the proxies in trusted_proxies"
                .to_owned(),
        );
    }
    if transformer.listen.is_some_and(|listen| !listen.ip().is_loopback()) {
        warnings.push(
            "transformer.listen can be reached from other machines: requests bring InMoment logins and are not \
             authenticated"
                .to_owned(),
        );
    }
    if transformer.base_url.as_deref().is_some_and(sends_in_the_clear) {
        warnings.push("transformer.base_url is not https: passwords travel unencrypted".to_owned());
    }
    warnings
}

fn unique<'a>(
    root: &Section<'_, '_, '_>,
    key: &str,
    what: &str,
    names: impl Iterator<Item = (&'a str, &'a Range<usize>)>,
) {
    let mut met = BTreeSet::new();
    for (name, span) in names {
        if !met.insert(name) {
            let message = format!("another {what} is called {name:?}; each needs a name of its own");
            root.problem(key, Some(span.clone()), code::DUPLICATE, message);
        }
    }
}

fn unique_write_keys(root: &Section<'_, '_, '_>, sources: &[At<Source>]) {
    let mut met: BTreeMap<&str, &str> = BTreeMap::new();
    for source in sources {
        let name = source.value.name.as_str();
        if let Some(other) = met.insert(source.value.write_key.expose_secret(), name) {
            let message = format!(
                "the sources {other:?} and {name:?} have the same write key; events could not be told apart"
            );
            root.problem("sources.write_key", Some(source.span.clone()), code::DUPLICATE, message);
        }
    }
}

fn known_sources(root: &Section<'_, '_, '_>, sources: &[At<Source>], destinations: &[Judged]) {
    let names = || sources.iter().map(|source| source.value.name.as_str());
    for Judged { sources, rules, .. } in destinations {
        let of_rules = rules.iter().filter_map(|rule| rule.source.as_ref());
        let of_rules = of_rules.map(|source| ("destinations.rules.source", source));
        for (key, source) in sources.iter().map(|source| ("destinations.sources", source)).chain(of_rules) {
            if !names().any(|name| name == source.value) {
                let near = meant(&source.value, names());
                let message = format!("there is no source {:?}{near}", source.value);
                root.problem(key, Some(source.span.clone()), code::UNKNOWN_SOURCE, message);
            }
        }
    }
}

fn warnings(sources: &[At<Source>], destinations: &[Judged]) -> Vec<String> {
    let mut warnings = Vec::new();
    for source in sources {
        let name = &source.value.name;
        let feeds = destinations.iter().any(|judged| judged.destination.value.sources.contains(name));
        // Events of a disabled source are refused, so none of them can be skipped.
        if source.value.enabled && !feeds {
            warnings.push(format!(
                "the source {name:?} feeds no destination: its events are accepted and skipped (no_destination)"
            ));
        }
    }
    for Judged { destination, sources: wanted, rules } in destinations {
        let name = &destination.value.name;
        if wanted.is_empty() {
            warnings
                .push(format!("the destination {name:?} has no sources: nothing will be delivered to it"));
        }
        let of_rules = rules.iter().filter_map(|rule| rule.source.as_ref());
        for source in of_rules.filter(|source| !destination.value.sources.contains(&source.value)) {
            warnings.push(format!(
                "a rule of the destination {name:?} is about the source {:?}, whose events do not go there: it skips nothing",
                source.value
            ));
        }
        if destination.value.base_url.as_deref().is_some_and(sends_in_the_clear) {
            warnings.push(format!(
                "the base_url of the destination {name:?} is not https: the password travels unencrypted"
            ));
        }
    }
    warnings
}
