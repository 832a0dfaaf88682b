//! The modules of every crate depend on each other in one direction: a circle fails the test.
//!
//! What counts as an edge from module A to module B (one module for each file, and one for each `mod` with a body):
//!
//! * A path in A (in a type, an expression, a pattern, a trait bound or a macro's arguments) names something that B defines.
//!   Re-exports are followed to the module that defines the thing, so `super::Thing` is an edge to the sibling that defines
//!   `Thing` when the parent only re-exports it.
//! * A private `use` in A imports something that B defines, or everything of B (`use b::*`).
//!
//! What does not count: `mod b;`, a re-export (`pub use`, `pub(crate) use`), the import of a module as such (what is named
//! through it counts), visibilities (`pub(super)`), attributes, and everything under `#[cfg(test)]`. Calls of methods are not
//! seen, because only types say where a method lives: the circle of a type's `impl` blocks in several files is found by the
//! paths in those files.

mod graph;
mod paths;
mod scope;

use scope::Sources;
use std::path::Path;

/// The circles of one crate, one text for each, with the edges that close it and a path for each edge.
fn circles(sources: &Sources) -> Vec<String> {
    let roots = ["lib.rs", "main.rs"].into_iter().filter(|root| sources.contains_key(*root));
    roots.flat_map(|root| graph::circles(&paths::edges(sources, root))).collect()
}

fn load(folder: &Path, under: &str, sources: &mut Sources) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{under}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            load(&path, &format!("{name}/"), sources);
        } else if name.ends_with(".rs") {
            sources.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn no_crate_has_a_circle_of_modules() {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(crate::root().join("crates")).unwrap() {
        let folder = entry.unwrap().path();
        let mut sources = Sources::new();
        load(&folder.join("src"), "", &mut sources);
        assert!(["lib.rs", "main.rs"].iter().any(|root| sources.contains_key(*root)), "{}", folder.display());
        let name = folder.file_name().unwrap().to_str().unwrap();
        found.extend(
            circles(&sources)
                .into_iter()
                .map(|circle| format!("crate {name} has a circle of modules:\n{circle}")),
        );
    }
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

fn made_up(files: &[(&str, &str)]) -> Vec<String> {
    circles(&files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
}

#[test]
fn a_child_that_uses_a_type_of_its_user_is_a_circle() {
    let child = ("a/b.rs", "use super::Shared;\npub struct Held(Shared);");
    let found = made_up(&[
        ("lib.rs", "mod a;"),
        ("a.rs", "mod b;\npub struct Shared;\nfn make() -> b::Held { loop {} }"),
        child,
    ]);
    assert_eq!(found, ["  a -> a::b by `b::Held`\n  a::b -> a by `super::Shared`"]);
    // The mend: the shared type gets a file of its own, and its name may stay where it was.
    let mended = made_up(&[
        ("lib.rs", "mod a;"),
        ("a.rs", "mod b;\nmod shared;\npub use shared::Shared;\nfn make() -> b::Held { loop {} }"),
        ("a/shared.rs", "pub struct Shared;"),
        child,
    ]);
    assert_eq!(mended, [""; 0]);
}

#[test]
fn a_circle_is_found_however_the_thing_is_named() {
    for (text, why) in [
        ("use crate::one::first;", "an import"),
        ("use crate::one::{Held as _, first as renamed};", "renamed imports in a group"),
        ("use crate::one::*;", "a glob"),
        ("fn f() { crate::one::first() }", "a path in a body"),
        ("fn f() { super::one::first() }", "a path by super"),
        ("use super::*; fn f() { one::first() }", "a module that came with a glob"),
        ("use super::*; fn f() { renamed() }", "a re-export that came with a glob"),
        ("use crate as top; fn f() { top::one::first() }", "a renamed root"),
        ("use crate::one; fn f() { one::first() }", "an imported module"),
        ("fn f() { use crate::one; one::first() }", "a module imported within a body"),
        ("fn f() { crate::renamed() }", "a re-export of the root"),
        ("fn f() { crate::every::first() }", "a glob re-export of another module"),
        ("fn f() { crate::one() }", "a function with the name of a module"),
        ("use crate::one; fn f() { let one = one(); }", "an imported function with the name of a module"),
        ("use super::*; fn f(x: u8) { match x { TOP => {} _ => {} } }", "a constant that is a whole pattern"),
        ("fn f() { println!(\"{}\", crate::one::first()) }", "a macro's argument"),
        ("fn f(x: Option<&dyn crate::one::Held>) {}", "a type within a type"),
        ("impl crate::one::Held for u8 {}", "a trait"),
        ("fn f<T: crate::one::Held>() {}", "a trait bound"),
        ("fn f(x: u8) { match x { crate::one::LIMIT => {} _ => {} } }", "a pattern"),
        ("mod inner { fn f() { super::super::one::first() } } fn h() { inner::f() }", "a module with a body"),
        ("fn f() { crate::three::third() }", "a third module"),
    ] {
        let found = made_up(&[
            (
                "lib.rs",
                "mod every;\nmod one;\nmod three;\nmod two;\npub use one::{LIMIT as TOP, first as renamed, one};",
            ),
            ("every.rs", "pub use crate::one::*;"),
            (
                "one.rs",
                "use crate::two::g;\npub const LIMIT: u8 = 1;\npub fn first() {}\npub fn one() {}\npub trait Held {}",
            ),
            ("three.rs", "pub fn third() { crate::one::first() }"),
            ("two/mod.rs", &format!("{text}\npub fn g() {{}}")),
        ]);
        assert_eq!(found.len(), 1, "{why}: {found:?}");
    }
}

#[test]
fn two_circles_are_told_apart() {
    let found = made_up(&[
        ("main.rs", "mod a;\nmod b;\nmod c;\nmod d;\nfn main() { a::a(); c::c() }"),
        ("a.rs", "pub fn a() { crate::b::b() }"),
        ("b.rs", "pub fn b() { crate::a::a() }"),
        ("c.rs", "pub fn c() { crate::d::d(); crate::a::a() }"),
        ("d.rs", "pub fn d() { crate::c::c() }"),
    ]);
    assert_eq!(
        found,
        [
            "  a -> b by `crate::b::b`\n  b -> a by `crate::a::a`",
            "  c -> d by `crate::d::d`\n  d -> c by `crate::c::c`",
        ]
    );
}

#[test]
fn what_does_not_count_makes_no_circle() {
    let found = made_up(&[
        (
            "lib.rs",
            "mod a;\nmod c;\nmod log;\npub use a::First;\npub use c::log;\npub struct Root;\npub use std::collections::BTreeMap as Map;",
        ),
        (
            "a.rs",
            "mod b;\nmod helper;\n#[cfg(test)]\nmod tests;\npub use b::Second;\npub(super) struct First;\n\
             #[cfg(test)]\nimpl First { fn f() -> crate::Root { loop {} } }\n\
             impl First { #[cfg(test)]\nfn g() -> crate::Root { loop {} } }\n\
             fn h() { #[cfg(all(test, unix))]\nuse crate::Root; }",
        ),
        (
            "a/b.rs",
            "use crate::log;\n\
             pub(in crate::a) struct Second(super::First, crate::Map<u8, u8>);\n\
             fn f() { let log = log::written(); ::log::error(log) }\n\
             #[cfg(test)]\nmod t { use crate::Root; }",
        ),
        ("a/helper.rs", "use super::*;\nfn f() { unknown() }"),
        // A module and a function have one name, and `a::b` uses the module.
        ("log.rs", "pub fn written() {}"),
        ("c.rs", "pub fn log() { crate::a::b::f() }"),
    ]);
    assert_eq!(found, [""; 0]);
}
