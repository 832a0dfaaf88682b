use super::*;
use crate::settings::{SourceIngress, TransformerWork};
use event::Millis;
use journal::{BudgetRecord, LedgerTotals, SkipCode};

fn sample() -> String {
    let totals = LedgerTotals {
        accepted: 9,
        delivered: 4,
        skipped: [(SkipCode::Duplicate, 2)].into(),
        dead: 1,
        pending: 1,
    };
    let ledger = Ledger { destinations: [("eu \"x\"".to_owned(), totals)].into(), unrouted: 3 };
    let glance = Glance {
        state: delivery::State::Halted,
        reason: Some("planted reason".to_owned()),
        calls: 12,
        calls_saved: journal::SavedCalls { known: 2, merged: 0, unchanged: 3 },
        in_flight: 2,
        lanes: 3,
        unfinished: 4,
        budget: Some(BudgetRecord { limit: 100, remaining: 40, resets_at: Millis(60_999) }),
    };
    let source = SourceIngress {
        name: "website".to_owned(),
        requests: vec![(200, 8), (429, 1)],
        events_accepted: 9,
        events_rejected: 1,
        last_event_at: None,
    };
    let ingress = Ingress {
        sources: vec![source],
        unrecognised: vec![(401, 6)],
        connections: 2,
        requests_in_flight: 1,
    };
    let work = TransformerWork {
        requests: vec![("router", 7), ("upstream", 0)],
        jobs: vec![("deliver", 70), ("throttled", 3)],
        look_ups: 20,
        look_ups_shared: 50,
    };
    text(&ledger, &[("eu \"x\"".to_owned(), glance)], &ingress, Some(&work), None)
}

#[test]
fn values_and_labels() {
    let text = sample();
    for line in [
        "rapport_events_accepted_total{destination=\"eu \\\"x\\\"\"} 9",
        "rapport_events_skipped{destination=\"eu \\\"x\\\"\",reason=\"duplicate\"} 2",
        "rapport_ledger_imbalance{destination=\"eu \\\"x\\\"\"} 1",
        "rapport_events_unrouted_total 3",
        "rapport_calls_saved_total{destination=\"eu \\\"x\\\"\"} 5",
        "rapport_destination_state{destination=\"eu \\\"x\\\"\",state=\"halted\"} 1",
        "rapport_destination_state{destination=\"eu \\\"x\\\"\",state=\"running\"} 0",
        "rapport_destination_state{destination=\"eu \\\"x\\\"\",state=\"shadow\"} 0",
        "rapport_budget_remaining{destination=\"eu \\\"x\\\"\"} 40",
        "rapport_budget_resets_at_seconds{destination=\"eu \\\"x\\\"\"} 60",
        "rapport_gateway_requests_total{source=\"website\",status=\"429\"} 1",
        "rapport_gateway_requests_total{source=\"\",status=\"401\"} 6",
        "rapport_gateway_connections 2",
        "rapport_transformer_requests_total{surface=\"router\"} 7",
        "rapport_transformer_jobs_total{status=\"throttled\"} 3",
        "rapport_transformer_look_ups_total 20",
        "rapport_transformer_look_ups_shared_total 50",
        "rapport_journal_healthy 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("planted"));
}

#[test]
fn every_metric_has_a_help_and_the_text_its_end() {
    let text = sample();
    let count = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!(count("# HELP"), count("# TYPE"));
    assert!(count("# HELP") > 15);
    assert!(text.lines().filter(|line| line.starts_with("# HELP")).all(|line| line.split(' ').count() > 4));
    assert!(text.ends_with("# EOF\n"));
}

#[test]
fn a_journal_in_trouble_shows() {
    let text = text(&Ledger::default(), &[], &Ingress::default(), None, Some(&JournalError::Full));
    assert!(text.contains("rapport_journal_healthy 0"), "{text}");
}
