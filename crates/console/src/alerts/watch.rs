//! Decides whether an alert fires, and what its webhook shall get. Pure.

use delivery::DestinationState;
use registry::AlertRecord;
use registry::alert::AlertKind;

/// The state of the server that alerts are checked against.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct WatchedState {
    /// when it was seen, UNIX ms
    pub(super) now: i64,
    pub(super) standings: Vec<WatchedDestination>,
    pub(super) dead: Vec<Dead>,
    /// free space of the disk that holds the data folder; `None`: not known
    pub(super) free_percent: Option<f64>,
}

/// A destination.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct WatchedDestination {
    pub(super) name: String,
    pub(super) state: Option<DestinationState>,
    /// when it began (UNIX ms), and the last error in words
    pub(super) trouble: Option<(i64, String)>,
    pub(super) oldest_pending_ms: Option<i64>,
}

impl WatchedDestination {
    /// A sentence with the reason, if the destination is in this state.
    fn message_in(&self, state: DestinationState) -> Option<String> {
        (self.state == Some(state)).then(|| {
            let why = self.trouble.as_ref().map_or_else(String::new, |(_, words)| format!(": {words}"));
            format!("destination {} is {}{why}. Its events wait, nothing is lost", self.name, state.word())
        })
    }
}

/// Dead letters of one destination and code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dead {
    pub(super) destination: String,
    pub(super) code: String,
    pub(super) count: u64,
}

/// What is wrong, in words; `None` when all is well. It names no end user.
pub(super) fn firing(alert: &AlertRecord, view: &WatchedState) -> Option<String> {
    let concerns = |name: &str| alert.destination.as_deref().is_none_or(|wanted| wanted == name);
    let standings = view.standings.iter().filter(|standing| concerns(&standing.name));
    match alert.kind {
        AlertKind::Halted => {
            joined(standings.filter_map(|standing| standing.message_in(DestinationState::Halted)))
        }
        AlertKind::Stuck => {
            joined(standings.filter_map(|standing| standing.message_in(DestinationState::Stuck)))
        }
        AlertKind::Broken => {
            joined(standings.filter_map(|standing| standing.message_in(DestinationState::Broken)))
        }
        AlertKind::Failing => {
            let limit = i64::try_from(alert.age().ok()?.as_millis()).unwrap_or(i64::MAX);
            joined(standings.filter_map(|standing| {
                let (since, _) = standing.trouble.as_ref()?;
                let lasting = view.now.saturating_sub(*since);
                let told = standing.message_in(DestinationState::Failing).filter(|_| lasting >= limit)?;
                Some(format!("{told} (for {})", span(lasting)))
            }))
        }
        AlertKind::OldestPending => {
            let limit = i64::try_from(alert.age().ok()?.as_millis()).unwrap_or(i64::MAX);
            joined(standings.filter_map(|standing| {
                let age = standing.oldest_pending_ms.filter(|age| *age > limit)?;
                Some(format!("destination {}: the oldest event has waited for {}", standing.name, span(age)))
            }))
        }
        AlertKind::DeadLetters => {
            let counted = view.dead.iter().filter(|dead| {
                concerns(&dead.destination) && alert.code.as_ref().is_none_or(|code| *code == dead.code)
            });
            let count: u64 = counted.map(|dead| dead.count).sum();
            let of = alert.code.as_ref().map(|code| format!(" with code {code}")).unwrap_or_default();
            let at = alert.destination.as_ref().map(|name| format!(" at {name}")).unwrap_or_default();
            (count > u64::from(alert.above)).then(|| format!("{count} dead letters{of}{at}"))
        }
        AlertKind::Disk => {
            let free = view.free_percent.filter(|free| *free < f64::from(alert.above))?;
            Some(format!(
                "the disk of the data folder has {free:.1} % left. When it is full, events are refused until there is room"
            ))
        }
    }
}

/// The message to be sent now: one when the alert begins, one when it ends, otherwise `None`.
pub(super) fn news(name: &str, alert: &AlertRecord, found: Option<&str>, known: bool) -> Option<String> {
    match (found, known) {
        (Some(text), false) => Some(format!("Rapport, alert {name}: {text}.")),
        (None, true) => {
            let over = match alert.kind {
                AlertKind::Halted | AlertKind::Failing | AlertKind::Stuck | AlertKind::Broken => {
                    "delivery goes on"
                }
                AlertKind::DeadLetters => "there are no longer too many dead letters",
                AlertKind::OldestPending => "no event waits too long any more",
                AlertKind::Disk => "there is room on the disk again",
            };
            Some(format!("Rapport, alert {name} is over: {over}."))
        }
        (Some(_), true) | (None, false) => None,
    }
}

fn joined(parts: impl Iterator<Item = String>) -> Option<String> {
    let parts: Vec<String> = parts.collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn span(millis: i64) -> String {
    let minutes = millis / 60_000;
    match minutes {
        0 => format!("{} s", millis / 1_000),
        1..=119 => format!("{minutes} min"),
        _ => format!("{} h", minutes / 60),
    }
}

#[cfg(test)]
mod tests;
