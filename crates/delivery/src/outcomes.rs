//! Broadcasts the fates of events to listeners as soon as they are durable. It does not wait for a listener: one that
//! is too slow misses notices, which it sees by their numbers.

use event::Millis;
use journal::{Change, Fate, Position};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::broadcast;

/// The largest number of notices that are kept for slow listeners.
const KEPT: usize = 4_096;

/// The notice that an event's fate at one destination is durable. There is no notice for a dead letter that an operator
/// discards or requeues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeNotice {
    /// Counts this destination's notices, from 1 since its delivery was started.
    pub sequence: u64,
    /// the destination's name
    pub destination: Arc<str>,
    /// the event
    pub position: Position,
    /// its fate
    pub fate: Fate,
    /// the reason: a skip's word or a dead letter's code; `None` for a delivered event
    pub code: Option<String>,
    /// when it became durable
    pub at: Millis,
}

/// The sender of notices.
pub(crate) struct Outcomes {
    destination: Arc<str>,
    sender: broadcast::Sender<OutcomeNotice>,
    sequence: u64,
}

impl Outcomes {
    pub(crate) fn new(destination: Arc<str>) -> Self {
        Outcomes { destination, sender: broadcast::Sender::new(KEPT), sequence: 0 }
    }

    pub(crate) fn source(&self) -> broadcast::WeakSender<OutcomeNotice> {
        self.sender.downgrade()
    }

    /// Sends notices for the fates among these changes, which are durable.
    pub(crate) fn tell(&mut self, changes: &[Change], at: Millis) {
        let fates = changes.iter().filter_map(|change| match change {
            Change::Fate(position, fate) => Some((*position, *fate)),
            _ => None,
        });
        if self.sender.receiver_count() == 0 {
            self.sequence += fates.count() as u64;
            return;
        }
        let codes = dead_letter_codes(changes);
        for (position, fate) in fates {
            self.sequence += 1;
            let code = match fate {
                Fate::Delivered => None,
                Fate::Skipped(skip) => Some(skip.word()),
                Fate::Dead => codes.get(&position).copied(),
            };
            // An error means that the last listener was just dropped.
            let _ = self.sender.send(OutcomeNotice {
                sequence: self.sequence,
                destination: Arc::clone(&self.destination),
                position,
                fate,
                code: code.map(str::to_owned),
                at,
            });
        }
    }
}

fn dead_letter_codes(changes: &[Change]) -> HashMap<Position, &str> {
    let letters = changes.iter().filter_map(|change| match change {
        Change::DeadLetter(letter) => Some((letter.position, letter.code.as_str())),
        _ => None,
    });
    letters.collect()
}
