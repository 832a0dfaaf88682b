//! What has been seen of one InMoment's request log.

use crate::crowd::Person;
use crate::script::{Alias, What};
use crate::site::Site;
use journal::Position;
use sandbox::LogFilter;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// What has been seen of one InMoment so far.
pub(super) struct Writes {
    pub(super) seen: u64,
    /// Reachable for so long, and failing, before it may be given up.
    pub(super) give_up_after: u64,
    pub(super) unknown_user_wait: Duration,
    /// Whose an end-user id is.
    pub(super) owner: HashMap<String, usize>,
    /// What InMoment held before the history began, by end-user id.
    pub(super) held: HashMap<String, usize>,
    pub(super) created: HashSet<usize>,
    /// When InMoment last said that it does not know a person; gone once it does.
    pub(super) unknown: HashMap<usize, u64>,
    /// Where each token's events stand: the first of each message id, and what was requeued.
    pub(super) positions: HashMap<String, Vec<Position>>,
    /// How often each answer was carried out.
    pub(super) answers: HashMap<String, u64>,
    /// Answers of each person in the order they were carried out.
    pub(super) answered: HashMap<usize, Vec<(What, String)>>,
    pub(super) order: HashMap<(usize, Alias), Order>,
}

/// How far a person's events have been carried out.
#[derive(Default)]
pub(super) struct Order {
    pub(super) identify: Option<Position>,
    pub(super) answer: Option<Position>,
    /// The identify that made the person known: it may have overtaken answers.
    pub(super) creation: Option<Position>,
}

impl Writes {
    pub(super) fn new(people: &[Person], site: &Site) -> Writes {
        let held = people.iter().enumerate().filter(|(_, person)| person.held.is_some());
        let held = held.filter_map(|(place, person)| Some((person.end_user_id.clone()?, place)));
        let held: HashMap<String, usize> = held.collect();
        Writes {
            seen: site.inmoment.requests(&LogFilter::default()).last().map_or(0, |entry| entry.seq),
            // The time around an outage may count for as long as a back-off takes.
            give_up_after: millis(site.setup.give_up_lane_after)
                .saturating_sub(2 * millis(site.setup.retry_max)),
            unknown_user_wait: site.setup.unknown_user_wait,
            owner: held.clone(),
            held,
            created: HashSet::new(),
            unknown: HashMap::new(),
            positions: HashMap::new(),
            answers: HashMap::new(),
            answered: HashMap::new(),
            order: HashMap::new(),
        }
    }

    /// An event with this token may be carried out.
    pub(super) fn expect(&mut self, token: &str, position: Position) {
        self.positions.entry(token.to_owned()).or_default().push(position);
    }

    pub(super) fn carried_out(&self, token: &str) -> u64 {
        self.answers.get(token).copied().unwrap_or(0)
    }

    pub(super) fn unknown_at(&self, place: usize) -> Option<u64> {
        self.unknown.get(&place).copied()
    }

    pub(super) fn created(&self) -> usize {
        self.created.len()
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
