//! deploy/prometheus: every rule asks for what there is, and says what it means and what to do.

use super::page::{Page, text};
use super::{scraped, world::World};
use std::collections::{BTreeMap, BTreeSet};

type Rule = BTreeMap<String, String>;

/// The rules of a file, as flat lists of keys and texts: as much YAML as the file needs.
fn rules() -> Vec<Rule> {
    let text = text("deploy/prometheus/rapport.rules.yml");
    let mut rules: Vec<Rule> = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty()) {
        assert!(!line.contains('\t'), "YAML knows no tabs: {line:?}");
        let indent = line.len() - line.trim_start().len();
        if let (Some((outer, key)), Some(rule)) = (&open, rules.last_mut()) {
            if indent > *outer {
                let so_far = rule.entry(key.clone()).or_default();
                *so_far = format!("{so_far} {}", line.trim()).trim().to_owned();
                continue;
            }
            open = None;
        }
        let (begins, line) = match line.trim_start().strip_prefix("- ") {
            Some(rest) => (true, rest),
            None => (false, line.trim_start()),
        };
        let (key, value) = line.split_once(':').unwrap_or_else(|| panic!("no key in {line:?}"));
        match (key, value.trim()) {
            ("groups" | "name" | "rules" | "labels" | "annotations", _) => continue,
            ("alert", _) => rules.push(Rule::new()),
            _ => {}
        }
        assert_eq!(begins, key == "alert", "{line:?}");
        let rule = rules.last_mut().unwrap();
        match value.trim() {
            ">-" => open = Some((indent, key.to_owned())),
            value => {
                // Quoted where YAML would take a plain text for something else.
                let plain = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
                assert!(plain.is_some() || !value.contains([':', '#', '{', '"']), "quote {value:?}");
                assert!(rule.insert(key.to_owned(), plain.unwrap_or(value).to_owned()).is_none(), "{line}");
            }
        }
    }
    rules
}

/// The labels a text fills in: `{{ $labels.destination }}`.
fn filled_in(text: &str) -> BTreeSet<String> {
    let after = text.split("$labels.").skip(1);
    after
        .map(|rest| rest.chars().take_while(|next| next.is_ascii_alphanumeric() || *next == '_').collect())
        .collect()
}

#[test]
fn every_rule_asks_for_what_there_is_and_says_what_to_do() {
    let page = Page::read();
    let mut names = BTreeSet::new();
    let mut asked = BTreeSet::new();
    for rule in rules() {
        let keys: Vec<&str> = rule.keys().map(String::as_str).collect();
        assert_eq!(keys, ["alert", "description", "expr", "for", "severity", "summary"], "{rule:?}");
        let name = &rule["alert"];
        assert!(names.insert(name.clone()), "{name} twice");
        let query = page.check(&rule["expr"]).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        assert!(query.variables.is_empty(), "{name}: only Grafana knows variables");
        let labels = page.result(&query);
        for text in [&rule["summary"], &rule["description"]] {
            assert!(text.len() > 20, "{name}: {text}");
            assert_eq!(text.matches("{{").count(), text.matches("}}").count(), "{name}: {text}");
            let unknown: Vec<_> = filled_in(text).difference(&labels).cloned().collect();
            assert!(unknown.is_empty(), "{name} fills in {unknown:?}, which its result does not have");
        }
        assert!(["critical", "warning", "info"].contains(&rule["severity"].as_str()), "{name}");
        asked.extend(query.selectors.into_iter().map(|selector| selector.metric));
    }
    for needed in [
        "up",
        "rapport_destination_state",
        "rapport_oldest_pending_age_seconds",
        "rapport_events_dead",
        "rapport_ledger_imbalance",
        "rapport_disk_free_ratio",
        "rapport_journal_healthy",
        "rapport_gateway_requests_total",
    ] {
        assert!(asked.contains(needed), "no rule looks at {needed}");
    }
}

#[tokio::test]
async fn rules_name_values_that_labels_really_have() {
    let page = Page::read();
    let scraped = scraped(&World::furnished().await.scrape().await);
    let mut compared = 0;
    for rule in rules() {
        let selectors = page.check(&rule["expr"]).unwrap().selectors;
        for (metric, matcher) in
            selectors.iter().flat_map(|one| one.matchers.iter().map(|matcher| (&one.metric, matcher)))
        {
            // The job is named in Prometheus' configuration; patterns are not read here.
            if matcher.label == "job" || matcher.operator != "=" {
                continue;
            }
            let value = (matcher.label.clone(), matcher.value.clone());
            assert!(scraped[metric].values.contains(&value), "{metric} never has {value:?}");
            compared += 1;
        }
    }
    assert!(compared > 0);
}
