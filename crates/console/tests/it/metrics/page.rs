//! docs/metrics.md: what it says of each metric, and whether a query asks only for what it names.

use super::query::{self, Matcher, Query};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What Prometheus itself adds to every series.
const TARGET: [&str; 2] = ["instance", "job"];

#[derive(Debug)]
pub(super) struct Explained {
    pub(super) kind: String,
    pub(super) labels: BTreeSet<String>,
}

pub(super) struct Page {
    pub(super) metrics: BTreeMap<String, Explained>,
}

/// The repository's.
pub(super) fn file(path: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(path)
}

pub(super) fn text(path: &str) -> String {
    std::fs::read_to_string(file(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

impl Page {
    pub(super) fn read() -> Page {
        let mut metrics = BTreeMap::new();
        for line in text("docs/metrics.md").lines().filter(|line| line.starts_with("| `")) {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [name, kind, labels, rest @ ..] = cells.as_slice() else { panic!("{line}") };
            assert_eq!(rest.len(), 3, "{line}");
            assert!(rest.iter().all(|cell| !cell.is_empty()), "an empty cell: {line}");
            let labels: BTreeSet<String> =
                labels.split(',').map(word).filter(|label| !label.is_empty()).collect();
            let explained = Explained { kind: (*kind).to_owned(), labels };
            assert!(metrics.insert(word(name), explained).is_none(), "explained twice: {line}");
        }
        Page { metrics }
    }

    /// What is wrong with a query, if anything.
    pub(super) fn check(&self, expression: &str) -> Result<Query, String> {
        let query = query::read(expression);
        if query.selectors.is_empty() {
            return Err("asks for no metric".to_owned());
        }
        for selector in &query.selectors {
            let known = self.metrics.get(&selector.metric);
            let known = known.ok_or_else(|| format!("{} is not in docs/metrics.md", selector.metric))?;
            for Matcher { label, .. } in &selector.matchers {
                if !known.labels.contains(label) && !TARGET.contains(&label.as_str()) {
                    return Err(format!("{} has no label {label}", selector.metric));
                }
            }
        }
        let labels = self.labels(&query);
        match query.grouping.iter().find(|label| !labels.contains(*label)) {
            Some(label) => Err(format!("no metric of it has the label {label}")),
            None => Ok(query),
        }
    }

    /// The labels that what a query finds may have, before it is grouped.
    fn labels(&self, query: &Query) -> BTreeSet<String> {
        let metrics = query.selectors.iter().filter_map(|selector| self.metrics.get(&selector.metric));
        let own = metrics.flat_map(|explained| explained.labels.iter().cloned());
        own.chain(TARGET.map(str::to_owned)).collect()
    }

    /// The labels that its result has.
    pub(super) fn result(&self, query: &Query) -> BTreeSet<String> {
        if query.grouping.is_empty() { self.labels(query) } else { query.grouping.clone() }
    }
}

/// Without its backticks.
fn word(cell: &str) -> String {
    cell.trim_matches(['`', ' ']).to_owned()
}

#[test]
fn what_is_not_on_the_page_is_found() {
    let page = Page::read();
    for (wrong, part) in [
        ("rapport_nothing_total > 0", "rapport_nothing_total is not"),
        ("rate(rapport_calls[5m])", "rapport_calls is not"),
        ("rapport_events_dead{code=\"x\"}", "rapport_events_dead has no label code"),
        ("sum by (source) (rapport_lanes)", "no metric of it has the label source"),
        ("summ(rapport_lanes)", "summ is not"),
        ("1 > 0", "no metric"),
    ] {
        let problem = page.check(wrong).err().unwrap_or_else(|| panic!("{wrong} passes"));
        assert!(problem.contains(part), "{wrong}: {problem}");
    }
    assert!(page.check("sum by (destination, job) (rapport_lanes{instance=\"a\"}) > 0").is_ok());
}
