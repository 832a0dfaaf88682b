//! The rules about what the crates are built upon, read off `cargo metadata`: licences as `deny.toml` allows them, and
//! which crate may depend on which as `ARCHITECTURE.md` says, the oldest compiler that builds all of it. And the rules about
//! modules, which have no circles, and about exports, which somebody uses.

#![allow(clippy::disallowed_methods, reason = "a test starts tasks of its own, and awaits them")]
#![expect(clippy::unwrap_used, reason = "a failed assumption of a test is a failed test")]

mod dependencies;
mod exports;
mod licence;
mod modules;
mod oldest_compiler;

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--all-features"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Everything the workspace's crates use, directly or not, leaving out what only tests need.
fn used(metadata: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let name = |id: &Value| -> String {
        let packages = metadata["packages"].as_array().unwrap();
        packages.iter().find(|package| package["id"] == *id).unwrap()["name"].as_str().unwrap().to_owned()
    };
    let normal =
        |dep: &&Value| dep["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"].is_null());
    metadata["resolve"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| {
            let deps =
                node["deps"].as_array().unwrap().iter().filter(normal).map(|dep| name(&dep["pkg"])).collect();
            (name(&node["id"]), deps)
        })
        .collect()
}

fn reachable(used: &BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut todo = vec![from.to_owned()];
    while let Some(name) = todo.pop() {
        for dep in used.get(&name).into_iter().flatten() {
            if seen.insert(dep.clone()) {
                todo.push(dep.clone());
            }
        }
    }
    seen
}

#[test]
fn every_licence_is_allowed() {
    let policy: toml::Value =
        toml::from_str(&std::fs::read_to_string(root().join("deny.toml")).unwrap()).unwrap();
    let allowed: BTreeSet<&str> =
        policy["licenses"]["allow"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    let metadata = metadata();
    let refused: Vec<String> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| (package["name"].as_str().unwrap(), package["license"].as_str().unwrap_or("none")))
        .filter(|(_, licence)| !licence::allowed(licence, &allowed))
        .map(|(name, licence)| format!("{name}: {licence}"))
        .collect();
    assert!(refused.is_empty(), "{refused:?}");
}

#[test]
fn every_crate_comes_from_the_registry_or_this_repository() {
    let metadata = metadata();
    for package in metadata["packages"].as_array().unwrap() {
        let source = package["source"].as_str().unwrap_or("registry+here");
        assert!(source.starts_with("registry+"), "{}: {source}", package["name"]);
    }
}

#[test]
fn the_pure_rooms_know_no_runtime_and_no_network() {
    let used = used(&metadata());
    for room in ["event", "mapping"] {
        let deps = reachable(&used, room);
        for forbidden in ["tokio", "hyper", "reqwest", "rusqlite", "rand", "getrandom"] {
            assert!(!deps.contains(forbidden), "{room} depends on {forbidden}");
        }
    }
}

/// ARCHITECTURE.md has the two layers of the machine.
#[test]
fn the_layers_of_delivery_name_each_other_in_one_direction() {
    let sources = root().join("crates/delivery/src");
    for (layer, forbidden) in [
        ("engine", &["inmoment::", "mapping::", "crate::protocol", "crate::machine"][..]),
        ("protocol", &["crate::machine"][..]),
    ] {
        let mut folders = vec![sources.join(layer)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                let mut code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                let named = code.find(|line| forbidden.iter().any(|name| line.contains(name)));
                assert_eq!(named, None, "{}", path.display());
            }
        }
    }
}

/// Clippy forbids it in what is shipped; tests are excepted from that list, because they start tasks of their own.
#[test]
fn tests_do_not_wait_by_sleeping_on_a_thread() {
    let mut folders = vec![root().join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                for forbidden in [concat!("thread::", "sleep("), concat!("std::env::", "var(")] {
                    let excepted = text.contains("#[expect(clippy::disallowed_methods")
                        || text.contains("#[allow(clippy::disallowed_methods");
                    assert!(excepted || !text.contains(forbidden), "{} has {forbidden}", path.display());
                }
            }
        }
    }
}
