//! Every metric's name and help. Labels hold configured names and stable words only: no write key, no end user, no text
//! that came from outside.

mod doors;
mod process;
mod storage;
mod values;

use super::declare::{self, Labels, Metrics};
use super::reading::{Alerts, Scrape};
use crate::observations::{Durations, Ingress, TransformerWork};
use delivery::{BOUNDS_MS, CallFigures, DestinationState, Glance};
use journal::{ConflictCount, DeadLetterGroup, Ledger};
use registry::alert::AlertKind;
use values::{from, seconds, signed, unix, with};

const KINDS: [AlertKind; 7] = [
    AlertKind::Halted,
    AlertKind::Failing,
    AlertKind::Stuck,
    AlertKind::Broken,
    AlertKind::DeadLetters,
    AlertKind::OldestPending,
    AlertKind::Disk,
];

/// Codes of calls that fail in an outage. Their series exist before the first failure, so that it is an increase.
const OUTAGES: [&str; 5] = ["connection", "rate_limited", "server_error", "timeout", "unreadable_reply"];

/// Statuses of requests that were turned away. Their series exist before the first such request, so that it is an increase.
const TURNED_AWAY: [u16; 3] = [429, 500, 503];

/// All metrics as text.
pub(super) fn text(reading: &Scrape) -> String {
    let mut metrics = Metrics::named("rapport");
    of_ledger(&mut metrics, &reading.ledger, &reading.waits);
    of_dead_letters(&mut metrics, &reading.letters);
    of_conflicts(&mut metrics, &reading.conflicts);
    of_delivery(&mut metrics, &reading.glances);
    of_calls(&mut metrics, &reading.calls);
    of_budgets(&mut metrics, &reading.glances);
    of_gateway(&mut metrics, &reading.ingress);
    doors::add(&mut metrics, &reading.doors);
    if let Some(work) = &reading.work {
        of_transformer(&mut metrics, work);
    }
    if let Some(alerts) = &reading.alerts {
        of_alerts(&mut metrics, alerts);
    }
    storage::of_journal(&mut metrics, &reading.journal);
    storage::of_sources(&mut metrics, &reading.ingress);
    of_tasks(&mut metrics, reading);
    of_server(&mut metrics, reading);
    doors::add_certificates(&mut metrics, &reading.certificates);
    declare::text(&[metrics, process::metrics(&reading.process)])
}

fn of_ledger(metrics: &mut Metrics, ledger: &Ledger, waits: &[(String, i64)]) {
    let accepted = metrics.counter("events_accepted", "Events taken in, by destination");
    let delivered = metrics.counter("events_delivered", "Events delivered to InMoment");
    // A discarded event moves from dead to skipped, so both values can fall and are gauges.
    let skipped = metrics.gauge("events_skipped", "Events not for the destination, by reason");
    let pending = metrics.gauge("events_pending", "Events without a fate yet");
    let dead = metrics.gauge("events_dead", "Dead letters kept");
    let reused = metrics.counter(
        "message_ids_reused",
        "Events whose message id another event had within 24 hours, with other content",
    );
    let imbalance = metrics.gauge("ledger_imbalance", "Events accepted less all their fates: 0, or a bug");
    let wait = metrics
        .measure("oldest_pending_age_seconds", "How long the oldest pending event has waited; 0 without one");
    metrics.total("events_unrouted", "Events of sources that feed no destination", ledger.unrouted);
    for (name, totals) in &ledger.destinations {
        accepted(at(name), totals.accepted);
        delivered(at(name), totals.delivered);
        pending(at(name), signed(totals.pending));
        dead(at(name), signed(totals.dead));
        reused(at(name), totals.message_ids_reused);
        imbalance(at(name), totals.imbalance());
        for (code, count) in &totals.skipped {
            skipped(with(at(name), "reason", code.word()), signed(*count));
        }
    }
    for (name, millis) in waits {
        wait(at(name), seconds(*millis));
    }
}

fn of_conflicts(metrics: &mut Metrics, counts: &[(String, ConflictCount)]) {
    let help = "End users delivered without a field that InMoment holds for another end user; dismissed conflicts are not counted";
    let open = metrics.gauge("conflicts", help);
    for (name, of) in counts {
        open(with(at(name), "field", of.field.word()), signed(of.count));
    }
}

fn of_dead_letters(metrics: &mut Metrics, groups: &[DeadLetterGroup]) {
    let letters = metrics.gauge("dead_letters", "Dead letters kept, by code (docs/errors.md)");
    for group in groups {
        letters(with(at(&group.destination), "code", &group.code), signed(group.count));
    }
}

fn of_delivery(metrics: &mut Metrics, glances: &[(String, Glance)]) {
    let calls = metrics.counter("calls", "Calls made to InMoment");
    let saved = metrics.counter("calls_saved", "Calls that were not needed, by reason");
    let in_flight = metrics.gauge("calls_in_flight", "Calls under way");
    let lanes = metrics.gauge("lanes", "End users with events in memory");
    let in_memory =
        metrics.gauge("events_in_memory", "Pending events in memory; the others are on disk only");
    let state = metrics.gauge("destination_state", "1 for the state the destination is in");
    let since = metrics.gauge(
        "destination_trouble_since_timestamp_seconds",
        "When sending calls began to be held up, by code (docs/errors.md), UNIX seconds; absent while all is well",
    );
    for (name, glance) in glances {
        calls(at(name), glance.calls);
        let by_reason = glance.calls_saved;
        for (reason, count) in
            [("known", by_reason.known), ("merged", by_reason.merged), ("unchanged", by_reason.unchanged)]
        {
            saved(with(at(name), "reason", reason), count);
        }
        in_flight(at(name), signed(glance.in_flight));
        lanes(at(name), signed(glance.lanes));
        in_memory(at(name), signed(glance.unfinished));
        for each in DestinationState::ALL {
            state(with(at(name), "state", each.word()), i64::from(glance.state == each));
        }
        if let Some(trouble) = &glance.trouble {
            since(with(at(name), "code", trouble.code), unix(trouble.since));
        }
    }
}

fn of_calls(metrics: &mut Metrics, calls: &[(String, CallFigures)]) {
    let failures =
        metrics.counter("call_failures", "Calls that failed since the start, by code (docs/errors.md)");
    let took = metrics.histogram("call_duration_seconds", "How long calls to InMoment took since the start");
    for (name, figures) in calls {
        for (code, count) in OUTAGES.iter().map(|code| (code, &0)).chain(&figures.failures) {
            failures(with(at(name), "code", code), *count);
        }
        took(at(name), Durations::of(&BOUNDS_MS, &figures.took, figures.took_together));
    }
}

fn of_budgets(metrics: &mut Metrics, glances: &[(String, Glance)]) {
    let limit = metrics.gauge("budget_limit", "Calls that InMoment allows in a window");
    let remaining = metrics.gauge("budget_remaining", "Calls left in the window");
    let resets = metrics.gauge("budget_resets_at_seconds", "When the window ends, UNIX seconds");
    for (name, budget) in glances.iter().filter_map(|(name, glance)| Some((name, glance.budget?))) {
        limit(at(name), i64::from(budget.limit));
        remaining(at(name), i64::from(budget.remaining));
        resets(at(name), unix(budget.resets_at));
    }
}

fn of_gateway(metrics: &mut Metrics, ingress: &Ingress) {
    let requests = metrics.counter("gateway_requests", "Event requests answered, by source and status");
    let accepted = metrics.counter("gateway_events_accepted", "Events stored, by source");
    let rejected = metrics.counter("gateway_events_rejected", "Events rejected as not usable, by source");
    let last = metrics.gauge(
        "gateway_last_event_timestamp_seconds",
        "When the source last sent an event since the start, UNIX seconds",
    );
    let took = "How long event requests took, from the end of their head to their reply, since the start";
    metrics.times("gateway_request_duration_seconds", took, ingress.took.clone());
    metrics.level("gateway_connections", "Connections open", signed(ingress.connections));
    let in_flight = signed(ingress.requests_in_flight);
    metrics.level("gateway_requests_in_flight", "Event requests being worked on", in_flight);
    let answered = |source: &str, counts: &[(u16, u64)]| {
        for (status, count) in TURNED_AWAY.map(|status| (status, 0)).iter().chain(counts) {
            requests(with(from(source), "status", &status.to_string()), *count);
        }
    };
    for source in &ingress.sources {
        accepted(from(&source.name), source.events_accepted);
        rejected(from(&source.name), source.events_rejected);
        if let Some(at) = source.last_event_at {
            last(from(&source.name), unix(at));
        }
        answered(&source.name, &source.requests);
    }
    answered("", &ingress.unrecognised);
}

fn of_transformer(metrics: &mut Metrics, work: &TransformerWork) {
    let requests =
        metrics.counter("transformer_requests", "Requests of rudder-server, by what they were for");
    let jobs =
        metrics.counter("transformer_jobs", "Jobs answered, by what rudder-server does with the answer");
    for (surface, count) in &work.requests {
        requests(vec![("surface", (*surface).to_owned())], *count);
    }
    for (status, count) in &work.jobs {
        jobs(vec![("status", (*status).to_owned())], *count);
    }
    metrics.total("transformer_look_ups", "End users looked up for rudder-server's jobs", work.look_ups);
    let shared = "Look-ups not needed, as another job of the request was about the same end user";
    metrics.total("transformer_look_ups_shared", shared, work.look_ups_shared);
}

fn of_alerts(metrics: &mut Metrics, alerts: &Alerts) {
    let firing = metrics.gauge(
        "alerts_firing",
        "Alerts that fire: their webhooks got the message that they began, by what they watch",
    );
    for kind in KINDS {
        firing(vec![("kind", kind_word(kind).to_owned())], alerts.firing.get(&kind).copied().unwrap_or(0));
    }
    let untold = "Alerts whose webhook did not take its last message";
    metrics.level("alerts_untold", untold, alerts.untold);
}

fn of_tasks(metrics: &mut Metrics, reading: &Scrape) {
    let up = metrics.gauge("task_up", "1 while the part of the server is at work");
    let restarts = metrics.counter("task_restarts", "How often a part of the server has started again");
    let panics = metrics.counter("task_panics", "Faults of the program that were caught, by what broke off");
    for part in &reading.parts {
        up(of_task(&part.name), i64::from(!part.is_trouble()));
    }
    for (name, count) in &reading.restarts {
        restarts(of_task(name), *count);
    }
    for (name, count) in &reading.panics {
        panics(of_task(name), *count);
    }
}

fn of_server(metrics: &mut Metrics, reading: &Scrape) {
    metrics.level("journal_healthy", "1 while events can be stored", i64::from(reading.healthy));
    let lag = "Requests stored that a search for events cannot find yet";
    metrics.level("search_lag_requests", lag, signed(reading.search_lag));
    if let Some(percent) = reading.free_percent {
        let help = "How much of the disk that holds the data folder is free, 0 to 1";
        metrics.share("disk_free_ratio", help, percent / 100.0);
    }
    let lost = "Lines of the log that could not be written";
    metrics.total("log_lines_lost", lost, reading.log_lines_lost);
    let reloads = metrics.counter("config_reloads", "How often the configuration was read again, by result");
    reloads(vec![("outcome", "applied".to_owned())], reading.configuration.applied);
    reloads(vec![("outcome", "refused".to_owned())], reading.configuration.refused);
    let taken = "1 while the last reading of the configuration was taken, 0 while it was refused";
    metrics.level("config_last_reload_successful", taken, i64::from(reading.configuration.refusal.is_none()));
    if let Some(at) = reading.configuration.applied_at {
        let help = "When the configuration in force was read, UNIX seconds";
        metrics.level("config_last_reload_success_timestamp_seconds", help, unix(at));
    }
    let backups = metrics.counter("backups", "Scheduled backups, by result");
    backups(vec![("outcome", "taken".to_owned())], reading.backups.taken);
    backups(vec![("outcome", "failed".to_owned())], reading.backups.failed);
    let failing = "1 while the last scheduled backup has failed";
    metrics.level("backup_failing", failing, i64::from(reading.backups.failing));
    if let Some(at) = reading.backups.last_at {
        let help = "When the server last took a backup, UNIX seconds";
        metrics.level("backup_last_success_timestamp_seconds", help, unix(at));
    }
    let waits = "Keys of the configuration whose new value takes effect at the next start";
    let waiting = i64::try_from(reading.configuration.needs_restart.len()).unwrap_or(i64::MAX);
    metrics.level("config_keys_waiting_for_restart", waits, waiting);
    metrics.gauge("build_info", "1, with the program's version")(
        vec![("version", reading.version.to_owned())],
        1,
    );
    metrics.level("start_time_seconds", "When the server was started, UNIX seconds", unix(reading.started));
}

fn at(destination: &str) -> Labels {
    vec![("destination", destination.to_owned())]
}

fn of_task(name: &str) -> Labels {
    vec![("task", name.to_owned())]
}

fn kind_word(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::Halted => "halted",
        AlertKind::Failing => "failing",
        AlertKind::Stuck => "stuck",
        AlertKind::Broken => "broken",
        AlertKind::DeadLetters => "dead_letters",
        AlertKind::OldestPending => "oldest_pending",
        AlertKind::Disk => "disk",
    }
}

#[cfg(test)]
mod tests;
