//! Circles of a directed graph: its strongly connected components of more than one module.

use std::collections::{BTreeMap, BTreeSet};

/// From a module to the modules it uses, each with one path that names something there. A crate's root is the empty name.
pub(super) type Edges = BTreeMap<String, BTreeMap<String, String>>;

fn reachable<'a>(edges: &'a Edges, from: &'a str) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut todo = vec![from];
    while let Some(module) = todo.pop() {
        for next in edges.get(module).into_iter().flat_map(BTreeMap::keys) {
            if seen.insert(next.as_str()) {
                todo.push(next);
            }
        }
    }
    seen
}

/// One text for each circle: its edges, a line each.
pub(super) fn circles(edges: &Edges) -> Vec<String> {
    let reach: BTreeMap<&str, BTreeSet<&str>> =
        edges.keys().map(|module| (module.as_str(), reachable(edges, module))).collect();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    let mut found = Vec::new();
    for (module, reached) in &reach {
        if !reached.contains(module) || done.contains(module) {
            continue;
        }
        let circle: BTreeSet<&str> = reached
            .iter()
            .copied()
            .filter(|other| reach.get(other).is_some_and(|back| back.contains(module)))
            .collect();
        done.extend(&circle);
        let mut lines = Vec::new();
        for from in &circle {
            for (to, path) in edges[*from].iter().filter(|(to, _)| circle.contains(to.as_str())) {
                lines.push(format!("  {} -> {} by `{path}`", label(from), label(to)));
            }
        }
        found.push(lines.join("\n"));
    }
    found
}

fn label(module: &str) -> &str {
    if module.is_empty() { "(root)" } else { module }
}
