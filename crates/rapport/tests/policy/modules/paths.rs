//! Which modules a module uses: the owners of everything that its paths name.

use super::graph::Edges;
use super::scope::{Crate, Name, Sources, Target, attributes, imports, only_tests};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ImplItem, Item, PatIdent, Visibility};

pub(super) fn edges(sources: &Sources, root: &str) -> Edges {
    let read = Crate::read(sources, root);
    let mut edges = Edges::new();
    for (name, module) in &read.modules {
        let mut paths =
            Paths { within: &read, module: name, locals: Locals::default(), edges: BTreeMap::new() };
        module.items.iter().for_each(|item| paths.visit_item(item));
        edges.insert(name.join("::"), paths.edges);
    }
    edges
}

/// The variables of a function.
#[derive(Default)]
struct Locals(BTreeSet<String>);

impl<'ast> Visit<'ast> for Locals {
    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        if !is_constant(pattern) {
            self.0.insert(pattern.ident.to_string());
        }
        visit::visit_pat_ident(self, pattern);
    }
}

/// A pattern that is only a name is a constant or a variable; only their case tells them apart.
fn is_constant(pattern: &PatIdent) -> bool {
    pattern.ident.to_string().starts_with(char::is_uppercase)
}

/// Collects the edges of one module.
struct Paths<'a> {
    within: &'a Crate,
    module: &'a Name,
    /// A name alone that is a variable of the function names nothing of a module, unless it is called.
    locals: Locals,
    edges: BTreeMap<String, String>,
}

impl Paths<'_> {
    fn path(&mut self, path: &[String]) {
        let is_local = path.len() == 1 && self.locals.0.contains(&path[0]);
        if !is_local {
            self.called(path);
        }
    }

    fn called(&mut self, path: &[String]) {
        if let Some(Target::Item(owner)) = self.within.resolve(self.module, path) {
            self.edge(&owner, path);
        }
    }

    fn edge(&mut self, to: &Name, path: &[String]) {
        if to != self.module {
            self.edges.entry(to.join("::")).or_insert_with(|| path.join("::"));
        }
    }

    /// The paths among a macro's arguments: identifiers with `::` between them.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path = Name::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.path(&std::mem::take(&mut path));
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => colons += 1,
                other => {
                    self.path(&std::mem::take(&mut path));
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        self.path(&path);
    }
}

impl<'ast> Visit<'ast> for Paths<'_> {
    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_item(&mut self, item: &'ast Item) {
        if !only_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        let mut locals = Locals::default();
        locals.visit_item_fn(item);
        let outer = std::mem::replace(&mut self.locals, locals);
        visit::visit_item_fn(self, item);
        self.locals = outer;
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        let mut locals = Locals::default();
        locals.visit_impl_item_fn(item);
        let outer = std::mem::replace(&mut self.locals, locals);
        visit::visit_impl_item_fn(self, item);
        self.locals = outer;
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(function) = &*call.func
            && let Some(name) = function.path.get_ident()
        {
            self.called(&[name.to_string()]);
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        if is_constant(pattern) {
            self.path(&[pattern.ident.to_string()]);
        }
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes: &[Attribute] = match item {
            ImplItem::Const(item) => &item.attrs,
            ImplItem::Fn(item) => &item.attrs,
            _ => &[],
        };
        if !only_tests(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !matches!(item.vis, Visibility::Inherited) {
            return;
        }
        for import in imports(&item.tree) {
            match self.within.import(self.module, &import.path) {
                Some(Target::Item(owner)) => self.edge(&owner, &import.path),
                Some(Target::Module(owner)) if import.glob => self.edge(&owner, &import.path),
                _ => {}
            }
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            let segments: Name = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.path(&segments);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        self.tokens(called.tokens.clone());
        visit::visit_macro(self, called);
    }
}
