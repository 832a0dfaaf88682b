//! The parts of the server: every task and thread that runs as long as the server does, and its state.

use crate::parameters::instant;
use event::Millis;
use serde::Serialize;
use supervise::PartReport;
use utoipa::ToSchema;

/// A part of the server: a task or thread that runs as long as the server, or as long as the port or delivery that it
/// belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ServerPart)]
pub(crate) struct ServerPartView {
    name: String,
    state: PartStateView,
    /// when this state began
    since: String,
    /// how often parts of this name have failed and started again since the server started
    restarts: u64,
    /// the error with which it ended last; null if it never has
    #[schema(required)]
    last_words: Option<String>,
}

/// The state of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = PartState)]
enum PartStateView {
    /// it is running
    Running,
    /// it failed, and starts again after a pause
    Restarting,
    /// it was asked to stop and has not ended yet
    Stopping,
    /// it failed and does not start again; the process ends
    Down,
}

/// The present state of all parts, in the order in which they started.
pub(super) fn of(reports: Vec<PartReport>, now: Millis) -> Vec<ServerPartView> {
    reports.into_iter().map(|report| ServerPartView::of(report, now)).collect()
}

impl ServerPartView {
    fn of(report: PartReport, now: Millis) -> ServerPartView {
        let lasts = i64::try_from(report.lasts.as_millis()).unwrap_or(i64::MAX);
        ServerPartView {
            name: report.name.to_string(),
            state: match report.state {
                supervise::PartState::Running => PartStateView::Running,
                supervise::PartState::Restarting => PartStateView::Restarting,
                supervise::PartState::Stopping => PartStateView::Stopping,
                supervise::PartState::Down => PartStateView::Down,
            },
            since: instant(Millis(now.0.saturating_sub(lasts))),
            restarts: report.restarts,
            last_words: report.last_words,
        }
    }
}
