//! What Prometheus is told, what docs/metrics.md says of it, and the dashboard and alert rules made of it.

mod deploy;
mod page;
mod promtool;
mod query;
mod rules;
mod world;

use page::Page;
use std::collections::{BTreeMap, BTreeSet};
use world::World;

/// A metric as it is scraped.
#[derive(Debug, Default)]
struct Scraped {
    kind: String,
    labels: BTreeSet<String>,
    /// label and value
    values: BTreeSet<(String, String)>,
}

/// Every metric of a scrape that has a value, by name.
fn scraped(text: &str) -> BTreeMap<String, Scraped> {
    let mut kinds = BTreeMap::new();
    let mut found: BTreeMap<String, Scraped> = BTreeMap::new();
    for line in text.lines() {
        if let Some(declared) = line.strip_prefix("# TYPE ") {
            let (name, kind) = declared.split_once(' ').unwrap();
            let suffixes: &[&str] = match kind {
                // The older format declares a counter by its whole name.
                "counter" if !name.ends_with("_total") => &["_total"],
                "histogram" => &["_bucket", "_sum", "_count"],
                _ => &[""],
            };
            for suffix in suffixes {
                kinds.insert(format!("{name}{suffix}"), kind.to_owned());
            }
            continue;
        }
        if line.starts_with('#') {
            continue;
        }
        let (series, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok(), "{line}");
        let series = query::read(series).selectors.pop().unwrap();
        let labels = series.matchers.iter().map(|matcher| matcher.label.clone()).collect();
        let values = series.matchers.into_iter().map(|matcher| (matcher.label, matcher.value));
        let kind = kinds.get(&series.metric).unwrap_or_else(|| panic!("{line} has no type")).clone();
        let one =
            found.entry(series.metric).or_insert_with(|| Scraped { kind, labels, values: BTreeSet::new() });
        let values: BTreeSet<_> = values.collect();
        let same: BTreeSet<String> = values.iter().map(|(label, _)| label.clone()).collect();
        assert_eq!(same, one.labels, "a metric always has the same labels: {line}");
        one.values.extend(values);
    }
    found
}

#[tokio::test]
async fn the_page_and_a_scrape_name_the_same_metrics_with_the_same_types_and_labels() {
    let world = World::furnished().await;
    let scraped = scraped(&world.scrape().await);
    let page = Page::read();
    let told: BTreeMap<_, _> =
        scraped.iter().map(|(name, one)| (name.as_str(), (one.kind.as_str(), &one.labels))).collect();
    let said: BTreeMap<_, _> = page
        .metrics
        .iter()
        .filter(|(name, _)| name.as_str() != "up")
        .map(|(name, one)| (name.as_str(), (one.kind.as_str(), &one.labels)))
        .collect();
    let undocumented: Vec<_> = told.iter().filter(|(name, _)| !said.contains_key(*name)).collect();
    let unknown: Vec<_> = said.iter().filter(|(name, _)| !told.contains_key(*name)).collect();
    assert!(undocumented.is_empty(), "docs/metrics.md does not explain {undocumented:?}");
    assert!(unknown.is_empty(), "docs/metrics.md explains what no scrape has: {unknown:?}");
    for (name, one) in told {
        assert_eq!(one, said[name], "{name}: a scrape has the first, docs/metrics.md the second");
        assert!(name.starts_with("rapport_") || name.starts_with("process_"), "{name}");
    }
}

#[tokio::test]
async fn what_is_stored_shows_in_the_next_scrape() {
    let world = World::furnished().await;
    let text = world.scrape().await;
    for line in [
        "rapport_events_skipped{destination=\"one\",reason=\"unsupported_type\"} 1",
        "rapport_dead_letters{destination=\"one\",code=\"identity_missing\"} 1",
        "rapport_events_pending{destination=\"two\"} 2",
        "rapport_oldest_pending_age_seconds{destination=\"one\"} 0.0",
        "rapport_oldest_pending_age_seconds{destination=\"two\"} 100.5",
        "rapport_oldest_pending_age_seconds{destination=\"gone\"} 40.0",
        "rapport_destination_state{destination=\"two\",state=\"paused\"} 1",
        "rapport_call_failures_total{destination=\"one\",code=\"connection\"} 0",
        "rapport_call_duration_seconds_count{destination=\"one\"} 0",
        "rapport_budget_limit{destination=\"one\"} 100",
        "rapport_alerts_firing{kind=\"halted\"} 1",
        "rapport_alerts_firing{kind=\"disk\"} 0",
        "rapport_alerts_untold 1",
        "rapport_disk_free_ratio 0.5",
        "rapport_build_info{version=\"1.2.3\"} 1",
        "rapport_start_time_seconds 1795000000",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("destination_state{destination=\"gone\""), "{text}");
    assert!(!text.contains("planted"), "{text}");
}

/// Each format as its reader wants it. Prometheus' own tool says what is not well written, where it is installed.
#[tokio::test]
async fn a_scrape_has_the_format_that_is_asked_for_and_promtool_has_nothing_to_say() {
    let world = World::furnished().await;
    let open = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
    let (content_type, said) = world.scrape_as(Some(open)).await;
    assert_eq!(content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    assert!(
        said.ends_with("\n# EOF\n") && said.contains("# TYPE rapport_events_accepted counter\n"),
        "{said}"
    );
    for accept in [None, Some("*/*"), Some("text/plain")] {
        let (content_type, said) = world.scrape_as(accept).await;
        assert_eq!(content_type, "text/plain; version=0.0.4; charset=utf-8");
        assert!(
            !said.contains("# EOF") && said.contains("# TYPE rapport_events_accepted_total counter\n"),
            "{said}"
        );
        promtool::check(&said);
    }
}

#[tokio::test]
async fn queries_name_values_that_labels_really_have() {
    let scraped = scraped(&World::furnished().await.scrape().await);
    let mut compared = BTreeSet::new();
    for expression in rules::expressions().into_iter().chain(deploy::expressions()) {
        for selector in query::read(&expression).selectors {
            // The job is named in Prometheus' configuration; patterns are not read here.
            for matcher in selector.matchers.iter().filter(|one| one.label != "job" && one.operator == "=") {
                let value = (matcher.label.clone(), matcher.value.clone());
                let metric = &selector.metric;
                assert!(scraped[metric].values.contains(&value), "{metric} never has {value:?}");
                compared.insert(value);
            }
        }
    }
    assert!(compared.len() >= 5, "{compared:?}");
}

#[tokio::test]
async fn the_search_catches_up() {
    let world = World::furnished().await;
    let caught_up = async {
        while !world.scrape().await.lines().any(|line| line == "rapport_search_lag_requests 0") {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), caught_up).await.expect("it catches up");
}
