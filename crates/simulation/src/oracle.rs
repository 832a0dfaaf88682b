//! Judges a history by what was acknowledged, what InMoment was asked and holds, and what the journal says. It knows
//! nothing of how delivery works, only what it promises.
//!
//! * [`fates`]: every event meets the one fate the specifications give it.
//! * [`carried_out`], [`writes`]: what InMoment carried out came in order, once, and within its limit.
//! * [`stories`]: what is kept of answers and calls for people is what was delivered.
//! * [`holdings`]: in the end InMoment holds what the delivered events say.

mod book;
mod carried_out;
mod fates;
mod holdings;
mod stories;
mod writes;

pub(crate) use book::Facts;

use crate::crowd::Person;
use crate::report::Broken;
use crate::script::Message;
use crate::site::Site;
use crate::store::Store;
use book::{Accepted, Book};
use carried_out::Writes;
use journal::{Change, DestinationId, Fate, Position, ReadLimit, SkipCode};
use std::collections::{BTreeMap, HashMap};

/// The judge.
pub(crate) struct Oracle {
    books: Vec<Book>,
    /// Dead letters by number, with the destination and the event.
    letters: BTreeMap<u64, (usize, Position)>,
    last_letter: u64,
}

impl Oracle {
    pub(crate) fn new(ids: &[DestinationId], sites: &[Site], people: &[Person]) -> Oracle {
        let books = ids.iter().zip(sites).enumerate().map(|(d, (id, site))| Book {
            d,
            id: *id,
            accepted: BTreeMap::new(),
            first: HashMap::new(),
            fates: BTreeMap::new(),
            codes: BTreeMap::new(),
            writes: Writes::new(people, site),
            settlements: 0,
            answers: 0,
            lost_track: false,
        });
        Oracle { books: books.collect(), letters: BTreeMap::new(), last_letter: 0 }
    }

    /// The journal took a request in.
    pub(crate) fn accepted(
        &mut self,
        number: u64,
        messages: &[usize],
        destinations: &[usize],
        facts: &Facts<'_>,
    ) {
        for d in destinations {
            for (index, message) in (0..).zip(messages) {
                let position = Position { request: number, index };
                let accepted = self.books[*d].taken_in(*message, false, facts);
                self.books[*d].accept(position, accepted, &facts.script.messages[*message]);
            }
        }
    }

    /// Dead letters were taken: each is a new request from this number on, or discarded.
    pub(crate) fn letters_taken(
        &mut self,
        ids: &[u64],
        requeued_from: Option<u64>,
        facts: &Facts<'_>,
    ) -> Result<(), Broken> {
        for (offset, id) in (0..).zip(ids) {
            let Some((d, position)) = self.letters.remove(id) else {
                return Err(Broken(format!("the journal has a dead letter {id} that nobody wrote")));
            };
            let book = &mut self.books[d];
            let message = book.accepted[&position].message;
            match requeued_from {
                Some(from) => {
                    let position = Position { request: from + offset, index: 0 };
                    let accepted = book.taken_in(message, true, facts);
                    book.accept(position, accepted, &facts.script.messages[message]);
                }
                None => drop(book.fates.insert(position, Fate::Skipped(SkipCode::Discarded))),
            }
        }
        Ok(())
    }

    /// What the journal keeps of dead letters is what died, whole.
    pub(crate) fn check_letters(&self, journal: &Store, facts: &Facts<'_>) -> Result<(), Broken> {
        let page = journal.dead_letters()?;
        if page.items.len() != self.letters.len() {
            return Err(Broken(format!(
                "{} dead letters kept, {} died",
                page.items.len(),
                self.letters.len()
            )));
        }
        for letter in page.items {
            let Some((d, position)) = self.letters.get(&letter.id) else {
                return Err(Broken(format!("dead letter {} is of no event", letter.id)));
            };
            let message = &facts.script.messages[self.books[*d].accepted[position].message];
            if letter.event != message.text || letter.code.is_empty() || letter.reason.is_empty() {
                return Err(Broken(format!(
                    "dead letter {} does not hold the event and why it died",
                    letter.id
                )));
            }
        }
        Ok(())
    }

    /// A commit has become true.
    pub(crate) fn committed(
        &mut self,
        d: usize,
        changes: &[Change],
        facts: &Facts<'_>,
    ) -> Result<(), Broken> {
        self.books[d].judge_stories(changes, facts).map_err(|why| named(d, &why))?;
        for change in changes {
            match change {
                Change::DeadLetter(letter) => {
                    self.last_letter += 1;
                    self.letters.insert(self.last_letter, (d, letter.position));
                    self.books[d].codes.insert(letter.position, letter.code.clone());
                }
                Change::Fate(position, fate) => {
                    let code = changes.iter().find_map(|change| match change {
                        Change::DeadLetter(letter) if letter.position == *position => {
                            Some(letter.code.as_str())
                        }
                        _ => None,
                    });
                    self.books[d].fate(*position, *fate, code, facts).map_err(|why| named(d, &why))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// A commit whose outcome nobody heard has not become true, as far as can be seen. What cannot be seen may have.
    pub(crate) fn may_have_committed(&mut self, d: usize, changes: &[Change]) {
        let settles = |change: &&Change| matches!(change, Change::Conflict(one) if one.settlement.is_some());
        self.books[d].settlements +=
            u32::try_from(changes.iter().filter(settles).count()).unwrap_or(u32::MAX);
    }

    /// Whether this event has met its fate.
    pub(crate) fn has_fate(&self, d: usize, position: Position) -> bool {
        self.books[d].fates.contains_key(&position)
    }

    /// How many events want their fate at this destination.
    pub(crate) fn pending_at(&self, d: usize) -> usize {
        self.books[d].accepted.len() - self.books[d].fates.len()
    }

    /// When writes to this destination were sent is recorded by a clock that may be wrong.
    pub(crate) fn lost_track(&mut self, d: usize) {
        self.books[d].lost_track = true;
    }

    /// InMoment was asked something.
    pub(crate) fn observe(
        &mut self,
        d: usize,
        site: &mut Site,
        excused: bool,
        facts: &Facts<'_>,
    ) -> Result<(), Broken> {
        self.books[d].observe(site, excused, facts).map_err(|why| named(d, &why))
    }

    /// The journal's own counts agree with each other and with ours, and no cursor has passed a pending event.
    pub(crate) fn check_journal(&self, journal: &Store, facts: &Facts<'_>) -> Result<(), Broken> {
        let ledger = journal.ledger()?;
        for (d, (book, totals)) in self.books.iter().zip(ledger.destinations.values()).enumerate() {
            let ours = book.tally();
            let theirs =
                [totals.accepted, totals.delivered, totals.skipped_total(), totals.dead, totals.pending];
            book.check_reuse(totals.message_ids_reused, facts).map_err(|why| named(d, &why))?;
            if totals.imbalance() != 0 || ours != theirs {
                let names = "accepted, delivered, skipped, dead, pending";
                return Err(named(
                    d,
                    &format!("the ledger says {theirs:?}, it should say {ours:?} ({names})"),
                ));
            }
            let cursor = journal.restore(book.id)?.cursor;
            let one = ReadLimit { events: 1, bytes: 1 };
            let first = journal.read(book.id, 0, one)?.requests.first().map(|request| request.number);
            if first.is_some_and(|first| first < cursor) {
                return Err(named(d, &format!("the cursor is at {cursor}, request {first:?} is pending")));
            }
        }
        Ok(())
    }

    /// Nothing is pending and nothing will happen any more.
    pub(crate) fn at_rest(
        &self,
        sites: &mut [Site],
        journal: &Store,
        facts: &Facts<'_>,
    ) -> Result<(), Broken> {
        self.check_journal(journal, facts)?;
        self.check_letters(journal, facts)?;
        for (d, (book, site)) in self.books.iter().zip(sites).enumerate() {
            let lost = book.accepted.keys().find(|position| !book.fates.contains_key(position));
            if let Some(position) = lost {
                return Err(named(d, &format!("{} was lost", book.tell(*position, facts))));
            }
            let judged =
                book.check_kept(journal.answers(book.id)?).and_then(|()| book.check_holdings(site, facts));
            let conflicts = journal.restore(book.id)?.conflicts;
            let judged = judged.and_then(|()| book.check_conflicts(&conflicts, site, facts));
            judged.map_err(|why| named(d, &why))?;
        }
        Ok(())
    }

    /// Events without a fate, for the story of a history that got stuck.
    pub(crate) fn pending(&self, facts: &Facts<'_>) -> Vec<String> {
        let mut all = Vec::new();
        for (d, book) in self.books.iter().enumerate() {
            let pending = book.accepted.keys().filter(|position| !book.fates.contains_key(position));
            all.extend(pending.map(|position| named(d, &book.tell(*position, facts)).0));
        }
        all
    }
}

impl Book {
    fn taken_in(&self, message: usize, requeued: bool, facts: &Facts<'_>) -> Accepted {
        Accepted { message, at: facts.now, reachable: facts.reachable[self.d], requeued }
    }

    fn accept(&mut self, position: Position, accepted: Accepted, message: &Message) {
        let identity = (message.message_id.clone(), message.content);
        let first = *self.first.entry(identity).or_insert(position);
        if first == position || accepted.requeued {
            self.writes.expect(&message.token, position);
        }
        self.accepted.insert(position, accepted);
    }

    /// Accepted, delivered, skipped, dead, pending: as the ledger should count.
    fn tally(&self) -> [u64; 5] {
        let mut tally = [0; 5];
        for (position, accepted) in &self.accepted {
            // A requeued event is the event that died, pending once more.
            tally[0] += u64::from(!accepted.requeued);
            match self.fates.get(position) {
                Some(Fate::Delivered) => tally[1] += 1,
                Some(Fate::Skipped(_)) => tally[2] += 1,
                Some(Fate::Dead) => tally[3] += 1,
                None => tally[4] += 1,
            }
        }
        tally[3] -= self.accepted.values().filter(|accepted| accepted.requeued).count() as u64;
        tally
    }

    /// An event, for people.
    fn tell(&self, position: Position, facts: &Facts<'_>) -> String {
        let Position { request, index } = position;
        match self.accepted.get(&position).map(|accepted| &facts.script.messages[accepted.message]) {
            Some(message) => {
                format!(
                    "event {request}.{index} ({} {}, {:?})",
                    message.message_id, message.token, message.what
                )
            }
            None => format!("event {request}.{index}"),
        }
    }
}

fn named(d: usize, why: &str) -> Broken {
    Broken(format!("destination {}: {why}", d + 1))
}
