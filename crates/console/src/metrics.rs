//! Every metric's name and help, and where its value comes from. Labels hold configured names and stable words only:
//! no write key, no end user, no text that came from outside.

use crate::error::ApiError;
use crate::settings::{Ingress, Shared, TransformerWork};
use crate::status::{self, state_word};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use delivery::Glance;
use journal::{JournalError, Ledger};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

type Labels = Vec<(&'static str, String)>;

const STATES: [delivery::State; 4] =
    [delivery::State::Running, delivery::State::Shadow, delivery::State::Paused, delivery::State::Halted];

/// `GET /metrics`
pub(crate) async fn get(State(shared): State<Shared>) -> Result<Response, ApiError> {
    let (ledger, health) = shared.read(|journal| Ok((journal.ledger()?, journal.healthy()))).await?;
    let ingress = (shared.settings.ingress)();
    let work = shared.settings.transformer.as_ref().map(|work| work());
    let text = text(&ledger, &status::glances(&shared), &ingress, work.as_ref(), health.as_ref().err());
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

/// All metrics as text.
fn text(
    ledger: &Ledger,
    glances: &[(String, Glance)],
    ingress: &Ingress,
    work: Option<&TransformerWork>,
    trouble: Option<&JournalError>,
) -> String {
    let mut registry = Registry::with_prefix("rapport");
    let metrics = &mut Metrics(&mut registry);
    of_ledger(metrics, ledger);
    of_delivery(metrics, glances);
    of_gateway(metrics, ingress);
    if let Some(work) = work {
        of_transformer(metrics, work);
    }
    metrics.level("journal_healthy", "1 while events can be stored", i64::from(trouble.is_none()));
    let mut text = String::new();
    // Writing to a String does not fail.
    let _ = encode(&mut text, &registry);
    text
}

fn of_ledger(metrics: &mut Metrics<'_>, ledger: &Ledger) {
    let accepted = metrics.counter("events_accepted", "Events taken in, by destination");
    let delivered = metrics.counter("events_delivered", "Events that InMoment has");
    // What is discarded moves from dead to skipped, so that both are counts that only the journal explains.
    let skipped = metrics.gauge("events_skipped", "Events not for the destination, by reason");
    let pending = metrics.gauge("events_pending", "Events without a fate yet");
    let dead = metrics.gauge("events_dead", "Dead letters kept");
    let imbalance = metrics.gauge("ledger_imbalance", "Events accepted less all their fates: 0, or a bug");
    metrics.total("events_unrouted", "Events of sources that feed no destination", ledger.unrouted);
    for (name, totals) in &ledger.destinations {
        let of = || vec![("destination", name.clone())];
        accepted(of(), totals.accepted);
        delivered(of(), totals.delivered);
        pending(of(), signed(totals.pending));
        dead(of(), signed(totals.dead));
        imbalance(of(), totals.imbalance());
        for (code, count) in &totals.skipped {
            let mut labels = of();
            labels.push(("reason", code.word().to_owned()));
            skipped(labels, signed(*count));
        }
    }
}

fn of_delivery(metrics: &mut Metrics<'_>, glances: &[(String, Glance)]) {
    let calls = metrics.counter("calls", "Calls made to InMoment");
    let saved = metrics.counter("calls_saved", "Calls that were not needed");
    let in_flight = metrics.gauge("calls_in_flight", "Calls under way");
    let lanes = metrics.gauge("lanes", "End users with events in memory");
    let state = metrics.gauge("destination_state", "1 for the state the destination is in");
    let limit = metrics.gauge("budget_limit", "Calls InMoment allows a window");
    let remaining = metrics.gauge("budget_remaining", "Calls left in the window");
    let resets = metrics.gauge("budget_resets_at_seconds", "When the window ends, UNIX seconds");
    for (name, glance) in glances {
        let of = || vec![("destination", name.clone())];
        calls(of(), glance.calls);
        saved(of(), glance.calls_saved.total());
        in_flight(of(), signed(glance.in_flight));
        lanes(of(), signed(glance.lanes));
        for each in STATES {
            let mut labels = of();
            labels.push(("state", state_word(each).to_owned()));
            state(labels, i64::from(glance.state == each));
        }
        if let Some(budget) = glance.budget {
            limit(of(), i64::from(budget.limit));
            remaining(of(), i64::from(budget.remaining));
            resets(of(), budget.resets_at.0.div_euclid(1_000));
        }
    }
}

fn of_gateway(metrics: &mut Metrics<'_>, ingress: &Ingress) {
    let requests = metrics.counter("gateway_requests", "Event requests answered, by source and status");
    let accepted = metrics.counter("gateway_events_accepted", "Events stored, by source");
    let rejected = metrics.counter("gateway_events_rejected", "Events that are none, by source");
    metrics.level("gateway_connections", "Connections open", signed(ingress.connections));
    let in_flight = signed(ingress.requests_in_flight);
    metrics.level("gateway_requests_in_flight", "Event requests being worked on", in_flight);
    for source in &ingress.sources {
        let of = || vec![("source", source.name.clone())];
        accepted(of(), source.events_accepted);
        rejected(of(), source.events_rejected);
        for (status, count) in &source.requests {
            let mut labels = of();
            labels.push(("status", status.to_string()));
            requests(labels, *count);
        }
    }
    for (status, count) in &ingress.unrecognised {
        requests(vec![("source", String::new()), ("status", status.to_string())], *count);
    }
}

fn of_transformer(metrics: &mut Metrics<'_>, work: &TransformerWork) {
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

fn signed<N: TryInto<i64>>(count: N) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

/// Declares metrics; what it gives back sets their values.
struct Metrics<'r>(&'r mut Registry);

impl Metrics<'_> {
    fn counter(&mut self, name: &str, help: &str) -> impl Fn(Labels, u64) + use<> {
        let family = Family::<Labels, Counter>::default();
        self.0.register(name, help, family.clone());
        move |labels, value| {
            family.get_or_create(&labels).inc_by(value);
        }
    }

    fn total(&mut self, name: &str, help: &str, value: u64) {
        let counter = Counter::<u64>::default();
        counter.inc_by(value);
        self.0.register(name, help, counter);
    }

    fn level(&mut self, name: &str, help: &str, value: i64) {
        let gauge = Gauge::<i64>::default();
        gauge.set(value);
        self.0.register(name, help, gauge);
    }

    fn gauge(&mut self, name: &str, help: &str) -> impl Fn(Labels, i64) + use<> {
        let family = Family::<Labels, Gauge>::default();
        self.0.register(name, help, family.clone());
        move |labels, value| {
            family.get_or_create(&labels).set(value);
        }
    }
}

#[cfg(test)]
mod tests;
