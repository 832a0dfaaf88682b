//! What the crates of this repository depend on: each other, as `ARCHITECTURE.md` says, and nothing that they do not use.

use super::{metadata, root};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Crates on which the program does not depend: they are not shipped.
const TOOLS: [&str; 6] = ["kafka-broker", "bench", "faultfs", "fuzzing", "scripted-server", "simulation"];

/// Packages whose library has another name.
const RENAMED: [(&str, &str); 1] = [("md-5", "md5")];

fn crates(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().unwrap().iter().filter(|package| package["source"].is_null())
}

fn name(value: &Value) -> &str {
    value["name"].as_str().unwrap()
}

/// Each crate with those of this repository that it depends on, leaving out what only its tests need.
fn real(metadata: &Value) -> BTreeMap<&str, BTreeSet<&str>> {
    let own: BTreeSet<&str> = crates(metadata).map(name).collect();
    let of = |package: &Value| -> BTreeSet<&str> {
        let dependencies = package["dependencies"].as_array().unwrap().iter();
        let normal = dependencies.filter(|dependency| dependency["kind"].is_null());
        normal.filter_map(|dependency| own.get(name(dependency)).copied()).collect()
    };
    crates(metadata).map(|package| (name(package), of(package))).collect()
}

/// The same, as the table of the architecture has it.
fn said(architecture: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let section = architecture.lines().skip_while(|line| *line != "## Crates").skip(1);
    let rows = section.take_while(|line| !line.starts_with("## ")).filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let [crate_name, _, depends_on] = cells.as_slice() else { panic!("a row has three columns: {row}") };
        let depends_on = depends_on.split('`').skip(1).step_by(2).collect();
        (crate_name.trim().trim_matches('`'), depends_on)
    })
    .collect()
}

#[test]
fn the_crates_depend_on_each_other_as_the_architecture_says() {
    let metadata = metadata();
    let architecture = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (mut real, mut said) = (real(&metadata), said(&architecture));
    // The program is made of everything that is shipped.
    let mut shipped: BTreeSet<&str> = real.keys().copied().filter(|one| !TOOLS.contains(one)).collect();
    shipped.remove("rapport");
    assert_eq!(real.remove("rapport"), Some(shipped));
    assert_eq!(said.remove("rapport"), Some(BTreeSet::new()), "it says so in words");
    assert_eq!(real, said);
}

/// Every Rust source below this folder, as one text.
fn sources(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            all.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn no_crate_depends_on_what_it_does_not_use() {
    let metadata = metadata();
    let mut unused = Vec::new();
    for package in crates(&metadata) {
        let mut all = String::new();
        sources(Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap(), &mut all);
        let words: BTreeSet<&str> =
            all.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
        for dependency in package["dependencies"].as_array().unwrap().iter().map(name) {
            let renamed = RENAMED.iter().find(|(package, _)| *package == dependency);
            let library = renamed.map_or(dependency.replace('-', "_"), |(_, library)| (*library).to_owned());
            if !words.contains(library.as_str()) {
                unused.push(format!("{} does not use {dependency}", name(package)));
            }
        }
    }
    assert!(unused.is_empty(), "{unused:?}");
}
