use super::*;
use crate::observations::SourceIngress;
use event::Millis;
use journal::{BudgetRecord, JournalStatus, LedgerTotals, SavedCalls, SkipCode};
use std::sync::Arc;
use std::time::Duration;

const NAME: &str = "eu \"x\"";

fn totals() -> LedgerTotals {
    let skipped = [(SkipCode::Duplicate, 2)].into();
    LedgerTotals { accepted: 9, delivered: 4, skipped, dead: 1, pending: 1, message_ids_reused: 3 }
}

fn glance() -> Glance {
    Glance {
        state: delivery::DestinationState::Halted,
        trouble: Some(delivery::Trouble {
            code: "credentials_refused",
            since: Millis(1_795_000_000_500),
            tries: 2,
            last_words: "planted reason".to_owned(),
            next_try: None,
        }),
        calls: 12,
        calls_saved: SavedCalls { known: 2, merged: 0, unchanged: 3 },
        in_flight: 2,
        lanes: 3,
        unfinished: 4,
        budget: Some(BudgetRecord { limit: 100, remaining: 40, resets_at: Millis(60_999) }),
        allowance: None,
    }
}

fn figures() -> CallFigures {
    CallFigures {
        failures: [("server_error", 4), ("rejected", 1)].into(),
        took: [1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3],
        took_together: std::time::Duration::from_millis(120_500),
    }
}

fn ingress() -> Ingress {
    let source = SourceIngress {
        name: "website".to_owned(),
        requests: vec![(200, 8), (429, 1)],
        events_accepted: 9,
        events_rejected: 1,
        last_event_at: Some(Millis(1_795_000_000_999)),
        stored_bytes: 4_096,
        disk_bytes: Some(8_192),
        disk_is_full: false,
    };
    let took =
        crate::observations::Durations { counts: vec![(0.5, 3), (1.0, 0), (f64::INFINITY, 1)], sum: 7.25 };
    Ingress {
        sources: vec![source],
        unrecognised: vec![(401, 6)],
        connections: 2,
        requests_in_flight: 1,
        took,
    }
}

fn work() -> TransformerWork {
    TransformerWork {
        requests: vec![("router", 7), ("upstream", 0)],
        jobs: vec![("deliver", 70), ("throttled", 3)],
        look_ups: 20,
        look_ups_shared: 50,
    }
}

fn door() -> port::DoorSnapshot {
    let door = port::Door::new("gateway", port::Limits::new(100)).snapshot();
    let mut closed = door.closed;
    closed[0].1 = 6;
    port::DoorSnapshot { open: 40, idle: 30, accepted: 50, waited: 2, accept_failures: 1, closed, ..door }
}

fn letters() -> DeadLetterGroup {
    DeadLetterGroup {
        destination: NAME.to_owned(),
        code: "score_missing".to_owned(),
        count: 6,
        users: 5,
        first: Millis(1),
        last: Millis(2),
        sample: 7,
    }
}

fn conflicts() -> ConflictCount {
    let field = journal::UniqueField::Email;
    ConflictCount { destination: journal::DestinationId(1), field, count: 8 }
}

fn part(name: &str, state: supervise::PartState) -> supervise::PartReport {
    supervise::PartReport { name: name.into(), state, lasts: Duration::ZERO, restarts: 0, last_words: None }
}

fn sample() -> Scrape {
    Scrape {
        ledger: Ledger { destinations: [(NAME.to_owned(), totals())].into(), unrouted: 3 },
        waits: vec![(NAME.to_owned(), 90_500)],
        letters: vec![letters()],
        conflicts: vec![(NAME.to_owned(), conflicts())],
        search_lag: 17,
        healthy: true,
        journal: JournalStatus {
            log_bytes: 4_000,
            log_held_ms: Some(1_500),
            log_put_off: 3,
            readers: 2,
            oldest_reader_ms: Some(250),
            reserve: Some(false),
            clock_steps: 5,
            clock_doubted: true,
            folder_trouble: Some("planted place".to_owned()),
            damaged_rows: [("bodies", 6), ("ledger", 0)].into(),
            ..JournalStatus::default()
        },
        glances: vec![(NAME.to_owned(), glance())],
        calls: vec![(NAME.to_owned(), figures())],
        ingress: ingress(),
        doors: vec![
            (door(), Some(port::RoomSnapshot { requests: 3, bytes: 4_096, given_up: 5, refused: 7 })),
            (port::Door::new("admin", port::Limits::new(10)).snapshot(), None),
        ],
        certificates: vec![("gateway", Millis(1_795_000_003_999))],
        process: crate::observations::Process {
            cpu: Some(Duration::from_millis(12_500)),
            resident_bytes: Some(50_000_000),
            virtual_bytes: None,
            open_descriptors: Some(33),
            most_descriptors: Some(1_024),
            started: Some(Duration::from_millis(1_794_999_999_250)),
        },
        work: Some(work()),
        alerts: Some(Alerts { firing: [(AlertKind::Disk, 2)].into(), untold: 1 }),
        free_percent: Some(12.5),
        started: Millis(1_795_000_000_999),
        version: "1.2.3",
        parts: vec![
            part("gateway", supervise::PartState::Running),
            part("alerts", supervise::PartState::Restarting),
        ],
        restarts: [(Arc::from("gateway"), 0), (Arc::from("alerts"), 3)].into(),
        panics: [("alerts".to_owned(), 2)].into(),
        log_lines_lost: 4,
        backups: crate::observations::Backups {
            taken: 5,
            failed: 1,
            failing: true,
            last_at: Some(Millis(1_795_000_002_000)),
        },
        configuration: crate::observations::Configuration {
            applied: 3,
            refused: 2,
            applied_at: Some(Millis(1_795_000_001_000)),
            refusal: None,
            needs_restart: vec!["gateway.listen".to_owned()],
        },
    }
}

#[test]
fn values_and_labels() {
    let text = text(&sample());
    let one = "destination=\"eu \\\"x\\\"\"";
    for (name, labels, value) in [
        ("events_accepted_total", "", "9"),
        ("events_skipped", "reason=\"duplicate\"", "2"),
        ("ledger_imbalance", "", "1"),
        ("oldest_pending_age_seconds", "", "90.5"),
        ("dead_letters", "code=\"score_missing\"", "6"),
        ("conflicts", "field=\"email\"", "8"),
        ("calls_saved_total", "reason=\"known\"", "2"),
        ("calls_saved_total", "reason=\"merged\"", "0"),
        ("calls_saved_total", "reason=\"unchanged\"", "3"),
        ("calls_in_flight", "", "2"),
        ("lanes", "", "3"),
        ("events_in_memory", "", "4"),
        ("destination_state", "state=\"halted\"", "1"),
        ("destination_state", "state=\"running\"", "0"),
        ("destination_state", "state=\"shadow\"", "0"),
        ("destination_state", "state=\"failing\"", "0"),
        ("destination_trouble_since_timestamp_seconds", "code=\"credentials_refused\"", "1795000000"),
        ("call_failures_total", "code=\"server_error\"", "4"),
        ("call_failures_total", "code=\"rejected\"", "1"),
        ("call_failures_total", "code=\"timeout\"", "0"),
        ("call_duration_seconds_count", "", "6"),
        ("call_duration_seconds_sum", "", "120.5"),
        ("budget_remaining", "", "40"),
        ("budget_resets_at_seconds", "", "60"),
    ] {
        let labels = if labels.is_empty() { one.to_owned() } else { format!("{one},{labels}") };
        has(&text, &format!("rapport_{name}{{{labels}}} {value}"));
    }
    for (bound, count) in [("0.025", 1), ("0.1", 3), ("30.0", 3), ("+Inf", 6)] {
        has(&text, &format!("rapport_call_duration_seconds_bucket{{le=\"{bound}\",{one}}} {count}"));
    }
    for line in [
        "cpu_seconds_total 12.5",
        "resident_memory_bytes 50000000",
        "open_fds 33",
        "max_fds 1024",
        "start_time_seconds 1794999999.25",
    ] {
        has(&text, &format!("process_{line}"));
    }
    assert!(!text.contains("process_virtual_memory_bytes"), "it is not known");
    for line in [
        "gateway_request_duration_seconds_bucket{le=\"0.5\"} 3",
        "gateway_request_duration_seconds_bucket{le=\"1.0\"} 3",
        "gateway_request_duration_seconds_bucket{le=\"+Inf\"} 4",
        "gateway_request_duration_seconds_sum 7.25",
        "gateway_request_duration_seconds_count 4",
        "certificate_expires_timestamp_seconds{door=\"gateway\"} 1795000003",
        "events_unrouted_total 3",
        "gateway_requests_total{source=\"website\",status=\"429\"} 1",
        "gateway_requests_total{source=\"website\",status=\"503\"} 0",
        "gateway_requests_total{source=\"\",status=\"401\"} 6",
        "gateway_requests_total{source=\"\",status=\"429\"} 0",
        "gateway_last_event_timestamp_seconds{source=\"website\"} 1795000000",
        "gateway_connections 2",
        "door_places{door=\"gateway\"} 100",
        "door_places{door=\"admin\"} 10",
        "door_connections{door=\"gateway\"} 40",
        "door_connections_idle{door=\"gateway\"} 30",
        "door_accepted_total{door=\"gateway\"} 50",
        "door_waited_total{door=\"gateway\"} 2",
        "door_accept_failures_total{door=\"gateway\"} 1",
        "door_refused_total{door=\"admin\",reason=\"http2\"} 0",
        "door_closed_total{door=\"gateway\",reason=\"evicted_idle\"} 6",
        "room_requests{door=\"gateway\"} 3",
        "room_bytes{door=\"gateway\"} 4096",
        "room_given_up_total{door=\"gateway\"} 5",
        "room_refused_total{door=\"gateway\"} 7",
        "transformer_requests_total{surface=\"router\"} 7",
        "transformer_jobs_total{status=\"throttled\"} 3",
        "transformer_look_ups_total 20",
        "transformer_look_ups_shared_total 50",
        "journal_healthy 1",
        "journal_wal_bytes 4000",
        "journal_wal_held_seconds 1.5",
        "journal_checkpoints_put_off_total 3",
        "journal_readers 2",
        "journal_oldest_reader_seconds 0.25",
        "journal_reserve_ready 0",
        "journal_damaged_rows{table=\"bodies\"} 6",
        "journal_damaged_rows{table=\"ledger\"} 0",
        "data_folder_replaced 1",
        "clock_steps_total 5",
        "clock_doubted 1",
        "source_stored_bytes{source=\"website\"} 4096",
        "source_disk_bytes{source=\"website\"} 8192",
        "source_disk_full{source=\"website\"} 0",
        "search_lag_requests 17",
        "disk_free_ratio 0.125",
        "alerts_firing{kind=\"disk\"} 2",
        "alerts_firing{kind=\"halted\"} 0",
        "alerts_untold 1",
        "task_up{task=\"gateway\"} 1",
        "task_up{task=\"alerts\"} 0",
        "task_restarts_total{task=\"gateway\"} 0",
        "task_restarts_total{task=\"alerts\"} 3",
        "task_panics_total{task=\"alerts\"} 2",
        "log_lines_lost_total 4",
        "config_reloads_total{outcome=\"applied\"} 3",
        "config_reloads_total{outcome=\"refused\"} 2",
        "backups_total{outcome=\"taken\"} 5",
        "backups_total{outcome=\"failed\"} 1",
        "backup_failing 1",
        "backup_last_success_timestamp_seconds 1795000002",
        "config_last_reload_successful 1",
        "config_last_reload_success_timestamp_seconds 1795000001",
        "config_keys_waiting_for_restart 1",
        "build_info{version=\"1.2.3\"} 1",
        "start_time_seconds 1795000000",
    ] {
        has(&text, &format!("rapport_{line}"));
    }
    assert!(!text.contains("planted"));
    assert!(!text.contains("rapport_room_bytes{door=\"admin\"}"), "its bodies have no room of their own");
}

fn has(text: &str, line: &str) {
    assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
}

#[test]
fn every_metric_has_a_help_and_the_text_its_end() {
    let text = text(&sample());
    let count = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!(count("# HELP"), count("# TYPE"));
    assert!(count("# HELP") > 30);
    assert!(text.lines().filter(|line| line.starts_with("# HELP")).all(|line| line.split(' ').count() > 4));
    assert!(text.ends_with("# EOF\n"));
}

#[test]
fn trouble_shows_and_what_is_not_known_is_left_out() {
    let text = text(&Scrape::default());
    has(&text, "rapport_journal_healthy 0");
    for unknown in ["rapport_alerts_firing{", "rapport_alerts_untold ", "rapport_disk_free_ratio "] {
        assert!(!text.contains(unknown), "{unknown} is in\n{text}");
    }
}
