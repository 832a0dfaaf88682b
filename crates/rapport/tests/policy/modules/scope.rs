//! The modules of a crate, and which of them defines what a path names.

use std::collections::{BTreeMap, BTreeSet};
use syn::visit::Visit;
use syn::{Attribute, Item, Meta, UseTree};

/// The files of a crate by their path under `src`.
pub(super) type Sources = BTreeMap<String, String>;

/// The segments of a path. A module's name begins at the crate's root, which is the empty name.
pub(super) type Name = Vec<String>;

/// What a module has in its scope.
#[derive(Default)]
pub(super) struct Module {
    pub(super) items: Vec<Item>,
    defined: BTreeSet<String>,
    imported: BTreeMap<String, Vec<Name>>,
    globs: Vec<Name>,
}

#[derive(PartialEq, Eq)]
pub(super) enum Target {
    Module(Name),
    /// Something that this module defines.
    Item(Name),
    /// Another crate defines it.
    Elsewhere,
}

/// A module and a function may have the same name; the place of a name in its path says which of them is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Module,
    Item,
}

/// The questions that are being answered: one that comes up again within itself has no answer (`use a::*` in two globs).
type Open = Vec<(Name, String, Wanted)>;

#[derive(Default)]
pub(super) struct Crate {
    pub(super) modules: BTreeMap<Name, Module>,
}

impl Crate {
    pub(super) fn read(sources: &Sources, root: &str) -> Self {
        let mut read = Self::default();
        read.add(sources, Name::new(), parse(&sources[root], root).items);
        read
    }

    fn add(&mut self, sources: &Sources, name: Name, items: Vec<Item>) {
        let mut module = Module::default();
        for item in items {
            if only_tests(attributes(&item)) {
                continue;
            }
            let Item::Mod(inner) = item else {
                module.declare(&item);
                module.items.push(item);
                continue;
            };
            let mut child = name.clone();
            child.push(inner.ident.to_string());
            let items = match inner.content {
                Some((_, items)) => items,
                None => {
                    let path = child.join("/");
                    let file = [format!("{path}.rs"), format!("{path}/mod.rs")]
                        .into_iter()
                        .find(|file| sources.contains_key(file))
                        .unwrap_or_else(|| panic!("there is no file of the module {path}"));
                    parse(&sources[&file], &file).items
                }
            };
            self.add(sources, child, items);
        }
        self.modules.insert(name, module);
    }

    /// What a path names that stands in a module. `None` is for what generics, bodies or a prelude define.
    pub(super) fn resolve(&self, module: &Name, path: &[String]) -> Option<Target> {
        self.follow(module, path, Wanted::Item, &mut Open::new())
    }

    /// What a `use` imports. Where a module and a function have the same name, it is the module: the function counts where
    /// it is called.
    pub(super) fn import(&self, module: &Name, path: &[String]) -> Option<Target> {
        self.follow(module, path, Wanted::Module, &mut Open::new())
    }

    fn follow(&self, module: &Name, path: &[String], wanted: Wanted, open: &mut Open) -> Option<Target> {
        let (first, mut rest) = path.split_first()?;
        let wanted_before = |rest: &[String]| if rest.is_empty() { wanted } else { Wanted::Module };
        let mut target = match first.as_str() {
            "crate" => Target::Module(Name::new()),
            "self" => Target::Module(module.clone()),
            "super" => Target::Module(parent(module)?),
            name => self.look_up(module, name, wanted_before(rest), open)?,
        };
        while let (Target::Module(within), Some((segment, after))) = (&target, rest.split_first()) {
            rest = after;
            target = match segment.as_str() {
                "super" => Target::Module(parent(within)?),
                // A name that the module does not show may come from a macro.
                name => self
                    .look_up(within, name, wanted_before(rest), open)
                    .unwrap_or_else(|| Target::Item(within.clone())),
            };
        }
        Some(target)
    }

    fn look_up(&self, module: &Name, name: &str, wanted: Wanted, open: &mut Open) -> Option<Target> {
        let question = (module.clone(), name.to_owned(), wanted);
        if open.contains(&question) {
            return None;
        }
        open.push(question);
        let found = self.search(module, name, wanted, open);
        open.pop();
        found
    }

    fn search(&self, module: &Name, name: &str, wanted: Wanted, open: &mut Open) -> Option<Target> {
        let scope = self.modules.get(module)?;
        let right = |target: &Target| match target {
            Target::Module(_) => wanted == Wanted::Module,
            Target::Item(_) | Target::Elsewhere => wanted == Wanted::Item,
        };
        let mut found = Vec::new();
        let mut child = module.clone();
        child.push(name.to_owned());
        if self.modules.contains_key(&child) {
            found.push(Target::Module(child));
        }
        if scope.defined.contains(name) {
            found.push(Target::Item(module.clone()));
        }
        if !found.iter().any(right) {
            for path in scope.imported.get(name).into_iter().flatten() {
                found.push(self.follow(module, path, wanted, open).unwrap_or(Target::Elsewhere));
            }
        }
        if found.is_empty() {
            for path in &scope.globs {
                if let Some(Target::Module(from)) = self.follow(module, path, Wanted::Module, open) {
                    found.extend(self.look_up(&from, name, wanted, open));
                }
            }
        }
        let best = found.iter().position(right).unwrap_or(0);
        (!found.is_empty()).then(|| found.swap_remove(best))
    }
}

fn parse(text: &str, file: &str) -> syn::File {
    syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn parent(module: &Name) -> Option<Name> {
    module.split_last().map(|(_, above)| above.to_vec())
}

impl Module {
    fn declare(&mut self, item: &Item) {
        let ident = match item {
            Item::Const(item) => Some(&item.ident),
            Item::Enum(item) => Some(&item.ident),
            Item::Fn(item) => Some(&item.sig.ident),
            Item::Macro(item) => item.ident.as_ref(),
            Item::Static(item) => Some(&item.ident),
            Item::Struct(item) => Some(&item.ident),
            Item::Trait(item) => Some(&item.ident),
            Item::TraitAlias(item) => Some(&item.ident),
            Item::Type(item) => Some(&item.ident),
            Item::Union(item) => Some(&item.ident),
            _ => None,
        };
        self.defined.extend(ident.map(ToString::to_string));
        // Imports in the body of a function count as imports of its module.
        self.visit_item(item);
    }
}

impl<'ast> Visit<'ast> for Module {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        for import in imports(&item.tree) {
            match import.name {
                Some(name) => self.imported.entry(name).or_default().push(import.path),
                None if import.glob => self.globs.push(import.path),
                None => {}
            }
        }
    }
}

pub(super) struct Import {
    pub(super) path: Name,
    pub(super) glob: bool,
    name: Option<String>,
}

/// Every path of a `use`, one for each leaf of its tree.
pub(super) fn imports(tree: &UseTree) -> Vec<Import> {
    fn walk(tree: &UseTree, before: &Name, found: &mut Vec<Import>) {
        let with = |segment: &syn::Ident| {
            let mut path = before.clone();
            if segment != "self" || path.is_empty() {
                path.push(segment.to_string());
            }
            path
        };
        match tree {
            UseTree::Path(tree) => walk(&tree.tree, &with(&tree.ident), found),
            UseTree::Name(tree) => {
                let path = with(&tree.ident);
                found.push(Import { name: path.last().cloned(), path, glob: false });
            }
            UseTree::Rename(tree) => {
                let name = Some(tree.rename.to_string()).filter(|name| name != "_");
                found.push(Import { name, path: with(&tree.ident), glob: false });
            }
            UseTree::Glob(_) => found.push(Import { name: None, path: before.clone(), glob: true }),
            UseTree::Group(tree) => tree.items.iter().for_each(|tree| walk(tree, before, found)),
        }
    }
    let mut found = Vec::new();
    walk(tree, &Name::new(), &mut found);
    found
}

pub(super) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether `#[cfg(test)]` or `#[cfg(all(test, …))]` is among the attributes.
pub(super) fn only_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let Meta::List(list) = &attribute.meta else { return false };
        let condition: String = list.tokens.to_string().split_whitespace().collect();
        list.path.is_ident("cfg") && (condition == "test" || condition.starts_with("all(test,"))
    })
}
