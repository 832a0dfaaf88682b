//! The oldest compiler that is promised: `rust-version` of the workspace. Clippy reads it, and its lint `incompatible_msrv` refuses what
//! the standard library has got since; `make oldest` builds with that compiler, where the one in use is another.

use super::{metadata, root};

/// A version as cargo writes it in `rust-version`.
fn version(text: &str) -> Vec<u32> {
    let mut parts: Vec<u32> = text.split('.').map(|part| part.parse().unwrap()).collect();
    parts.resize(3, 0);
    parts
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

#[test]
fn the_oldest_compiler_is_the_same_everywhere_and_builds_what_the_crates_are_built_upon() {
    let workspace: toml::Value = toml::from_str(&read("Cargo.toml")).unwrap();
    let promised = workspace["workspace"]["package"]["rust-version"].as_str().unwrap();
    for package in metadata()["packages"].as_array().unwrap() {
        let (name, wanted) = (package["name"].as_str().unwrap(), package["rust_version"].as_str());
        match package["source"].is_null() {
            true => assert_eq!(wanted, Some(promised), "{name}"),
            false => assert!(
                wanted.is_none_or(|wanted| version(wanted) <= version(promised)),
                "{name} wants {wanted:?}, and {promised} is promised"
            ),
        }
    }
    let clippy: toml::Table = read("clippy.toml").parse().unwrap();
    assert!(!clippy.contains_key("msrv"), "a second place could say another version");
    assert_eq!(workspace["workspace"]["lints"]["clippy"]["incompatible_msrv"].as_str(), Some("warn"));
    assert!(read("README.md").contains(&format!("with Rust {promised} or newer")));
}
