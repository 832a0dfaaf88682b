//! deploy/grafana: the dashboard asks for what there is, and is of no particular Grafana.

use super::page::{Page, text};
use serde_json::Value;
use std::collections::BTreeSet;

/// Variables that Grafana fills in itself.
const BUILT_IN: [&str; 3] = ["__rate_interval", "__range", "__interval"];

fn dashboard() -> Value {
    serde_json::from_str(&text("deploy/grafana/rapport.json")).unwrap()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn word<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// All panels, those within closed rows too.
fn panels(dashboard: &Value) -> Vec<&Value> {
    list(dashboard, "panels")
        .iter()
        .flat_map(|panel| std::iter::once(panel).chain(list(panel, "panels")))
        .collect()
}

/// Every object of the document.
fn objects<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(fields) => {
            found.push(value);
            fields.values().for_each(|field| objects(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| objects(item, found)),
        _ => {}
    }
}

/// All that its panels ask for.
pub(super) fn expressions() -> Vec<String> {
    let dashboard = dashboard();
    let targets = panels(&dashboard).into_iter().flat_map(|panel| list(panel, "targets"));
    targets.map(|target| word(target, "expr").to_owned()).collect()
}

#[test]
fn every_query_asks_for_what_there_is() {
    let (page, dashboard) = (Page::read(), dashboard());
    let declared: BTreeSet<&str> =
        list(&dashboard["templating"], "list").iter().map(|variable| word(variable, "name")).collect();
    let mut asked = BTreeSet::new();
    for panel in panels(&dashboard).into_iter().filter(|panel| panel["type"] != "row") {
        let title = word(panel, "title");
        assert!(!list(panel, "targets").is_empty(), "{title}");
        for target in list(panel, "targets") {
            let query =
                page.check(word(target, "expr")).unwrap_or_else(|problem| panic!("{title}: {problem}"));
            let unknown: Vec<_> = query
                .variables
                .iter()
                .filter(|name| !declared.contains(name.as_str()) && !BUILT_IN.contains(&name.as_str()))
                .collect();
            assert!(unknown.is_empty(), "{title}: no variable {unknown:?}");
            let labels = page.result(&query);
            let legend = word(target, "legendFormat");
            for part in legend.split("{{").skip(1) {
                let label = part.split("}}").next().unwrap().trim();
                assert!(labels.contains(label), "{title}: the legend {legend:?} names {label}");
            }
            asked.extend(query.selectors.into_iter().map(|selector| selector.metric));
        }
    }
    for variable in list(&dashboard["templating"], "list").iter().filter(|one| one["type"] == "query") {
        let asks = word(variable, "definition");
        assert_eq!(asks, word(&variable["query"], "query"));
        let inner = asks.strip_prefix("label_values(").and_then(|rest| rest.strip_suffix(')')).unwrap();
        let (metric, label) = inner.rsplit_once(", ").unwrap();
        page.check(&format!("sum by ({label}) ({metric})"))
            .unwrap_or_else(|problem| panic!("{asks}: {problem}"));
    }
    let forgotten: Vec<_> = page
        .metrics
        .keys()
        .filter(|name| !asked.contains(*name) && !NOT_SHOWN.contains(&name.as_str()))
        .collect();
    assert!(forgotten.is_empty(), "no panel shows {forgotten:?}");
}

/// Metrics without a panel: `up` is the alert rules', and the end of a window says nothing on a graph.
const NOT_SHOWN: [&str; 2] = ["up", "rapport_budget_resets_at_seconds"];

#[test]
fn panels_have_units_and_words_and_do_not_overlap() {
    let dashboard = dashboard();
    let (mut ids, mut titles) = (BTreeSet::new(), BTreeSet::new());
    let mut taken = BTreeSet::new();
    for panel in panels(&dashboard) {
        let title = word(panel, "title");
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "{title}: its id is another's");
        assert!(!title.is_empty() && titles.insert(title.to_owned()), "{title:?}");
        let at = |key: &str| panel["gridPos"][key].as_u64().unwrap();
        assert!(at("x") + at("w") <= 24, "{title} is wider than the page");
        for place in
            (at("y")..at("y") + at("h")).flat_map(|y| (at("x")..at("x") + at("w")).map(move |x| (x, y)))
        {
            assert!(taken.insert(place), "{title} lies on another");
        }
        if panel["type"] != "row" {
            assert!(word(panel, "description").len() > 20, "{title}: say what it means");
            assert!(!word(&panel["fieldConfig"]["defaults"], "unit").is_empty(), "{title} has no unit");
        }
    }
    for row in ["Now", "Incoming events", "Fates of events", "Delivery", "Dead letters", "Server"] {
        assert!(titles.contains(row), "there is no row {row:?}");
    }
}

#[test]
fn it_is_of_no_particular_grafana() {
    let dashboard = dashboard();
    assert!(dashboard["id"].is_null());
    assert!(dashboard["schemaVersion"].as_u64().unwrap() >= 39);
    let mut all = Vec::new();
    objects(&dashboard, &mut all);
    let sources: Vec<&Value> = all.iter().filter_map(|object| object.get("datasource")).collect();
    assert!(sources.len() > 20);
    for source in sources {
        assert_eq!((word(source, "type"), word(source, "uid")), ("prometheus", "${datasource}"), "{source}");
    }
    let variables = list(&dashboard["templating"], "list");
    assert!(
        variables.iter().any(|one| word(one, "name") == "datasource" && word(one, "query") == "prometheus")
    );
    for variable in variables {
        assert!(
            variable.get("current").is_none_or(|current| current == &serde_json::json!({})),
            "{variable}"
        );
    }
}
