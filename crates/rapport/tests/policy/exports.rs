//! What the root of a crate re-exports is there for others: another crate names it, or a test or example of its own that lies
//! outside `src`; or it is a type in the signature of something public, whose user may need its name.
//!
//! Names are compared as words, so an export that shares its name with something else may go unnoticed; one that is reported is
//! named by nobody. Crates that no other crate depends on are left out.

use super::{metadata, root};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use syn::visit::Visit;
use syn::{File, ImplItem, Item, TraitItem, UseTree, Visibility};

/// The Rust sources below a folder, each with its path.
fn sources(folder: &Path, all: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            all.push((path.to_str().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap()));
        }
    }
}

fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The names that a `use` brings in; a module or a glob has no name of its own here.
fn names(tree: &UseTree, found: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => names(&path.tree, found),
        UseTree::Name(name) => drop(found.insert(name.ident.to_string())),
        UseTree::Rename(renamed) => drop(found.insert(renamed.rename.to_string())),
        UseTree::Group(group) => group.items.iter().for_each(|tree| names(tree, found)),
        UseTree::Glob(_) => {}
    }
}

fn exported(root: &File) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for item in &root.items {
        if let Item::Use(item) = item
            && is_public(&item.vis)
        {
            names(&item.tree, &mut found);
        }
    }
    found
}

/// The names in everything that is public: parameters and results of functions, fields, aliases, and whatever a trait says.
#[derive(Default)]
struct Surface(BTreeSet<String>);

/// Collects the names in one type or signature.
struct Names<'a>(&'a mut BTreeSet<String>);

impl Visit<'_> for Names<'_> {
    fn visit_ident(&mut self, ident: &syn::Ident) {
        self.0.insert(ident.to_string());
    }
}

impl Visit<'_> for Surface {
    fn visit_item_fn(&mut self, item: &syn::ItemFn) {
        if is_public(&item.vis) {
            Names(&mut self.0).visit_signature(&item.sig);
        }
    }

    fn visit_item_type(&mut self, item: &syn::ItemType) {
        Names(&mut self.0).visit_type(&item.ty);
    }

    fn visit_item_const(&mut self, item: &syn::ItemConst) {
        Names(&mut self.0).visit_type(&item.ty);
    }

    fn visit_item_struct(&mut self, item: &syn::ItemStruct) {
        let public = item.fields.iter().filter(|field| is_public(&field.vis));
        public.for_each(|field| Names(&mut self.0).visit_type(&field.ty));
    }

    fn visit_item_enum(&mut self, item: &syn::ItemEnum) {
        let fields = item.variants.iter().flat_map(|variant| &variant.fields);
        fields.for_each(|field| Names(&mut self.0).visit_type(&field.ty));
    }

    fn visit_item_impl(&mut self, item: &syn::ItemImpl) {
        for inner in &item.items {
            match inner {
                ImplItem::Fn(inner) if item.trait_.is_some() || is_public(&inner.vis) => {
                    Names(&mut self.0).visit_signature(&inner.sig);
                }
                ImplItem::Type(inner) => Names(&mut self.0).visit_type(&inner.ty),
                _ => {}
            }
        }
    }

    fn visit_trait_item(&mut self, item: &TraitItem) {
        Names(&mut self.0).visit_trait_item(item);
    }
}

/// What a crate exports for nobody, by the sources of its own and the words of the sources that may use it.
fn unused(own: &[(String, String)], users: &BTreeSet<String>) -> Vec<String> {
    let mut surface = Surface::default();
    let mut exports = BTreeSet::new();
    for (path, text) in own {
        let file = syn::parse_file(text).unwrap();
        surface.visit_file(&file);
        if path.ends_with("src/lib.rs") {
            exports = exported(&file);
        }
    }
    exports.into_iter().filter(|name| !users.contains(name) && !surface.0.contains(name)).collect()
}

/// Who depends on each crate, tests included.
fn dependents(metadata: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap().iter().filter(|one| one["source"].is_null()) {
        for dependency in package["dependencies"].as_array().unwrap() {
            let (name, user) = (dependency["name"].as_str().unwrap(), package["name"].as_str().unwrap());
            found.entry(name.to_owned()).or_default().insert(user.to_owned());
        }
    }
    found
}

#[test]
fn every_crate_exports_what_another_one_uses() {
    let crates = root().join("crates");
    let mut found = Vec::new();
    for (name, users) in dependents(&metadata()).iter().filter(|(name, _)| crates.join(name).is_dir()) {
        let folder = crates.join(name);
        let (mut own, mut using) = (Vec::new(), Vec::new());
        sources(&folder.join("src"), &mut own);
        users.iter().for_each(|user| sources(&crates.join(user), &mut using));
        for outside in ["tests", "examples", "benches"].map(|outside| folder.join(outside)) {
            if outside.is_dir() {
                sources(&outside, &mut using);
            }
        }
        let users = using.iter().flat_map(|(_, text)| words(text)).collect();
        found.extend(unused(&own, &users).into_iter().map(|export| format!("{name}::{export}")));
    }
    assert!(found.is_empty(), "exported for nobody: {found:?}");
}

#[test]
fn an_export_for_nobody_is_found() {
    let own = [
        (
            "src/lib.rs",
            "mod a;\npub use a::{CONST, Given, Held, Inner, Lonely, Named, Taken, function as renamed};",
        ),
        (
            "src/a.rs",
            "pub struct Lonely;\nimpl Lonely { pub fn new() -> Self { Lonely } }\n\
             pub struct Named { pub held: Option<Held>, hidden: Inner }\n\
             pub fn function(taken: &Taken) -> Result<Given, ()> { let lonely: Lonely = Lonely::new(); }\n\
             pub(crate) fn inner(lonely: Lonely) {}",
        ),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()));
    assert_eq!(unused(&own, &words("use own::Named;")), ["CONST", "Inner", "Lonely", "renamed"]);
    assert_eq!(unused(&own, &words("own::{Named, Inner, Lonely, CONST, renamed}")), [""; 0]);
}
