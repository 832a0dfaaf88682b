//! Tells whoever listens what became of events, as soon as it is durable. Nobody is waited for: who listens too slowly
//! misses notices, and finds out by their number.

use event::Millis;
use journal::{Change, Fate, Position};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::broadcast;

/// Notices kept for slow listeners, at most.
const KEPT: usize = 4_096;

/// An event has met its fate at one destination, durably. Dead letters that an operator discards or requeues are not
/// told of here: that is nobody's delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeNotice {
    /// Counts this destination's notices, from 1 since its delivery was started.
    pub sequence: u64,
    /// the destination's name
    pub destination: Arc<str>,
    /// the event
    pub position: Position,
    /// what became of it
    pub fate: Fate,
    /// why: a skip's word or a dead letter's code; none for what was delivered
    pub code: Option<String>,
    /// since when that is durable
    pub at: Millis,
}

/// The telling end.
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

    /// These changes are durable.
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
            // An error means that the last listener has just gone.
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
