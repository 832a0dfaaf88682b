//! The SDKs and the door. An SDK sends its batches one after another and repeats one until it sees a 200.

use super::handed_in::{Answer, Write};
use super::happening::{Doing, Happening};
use super::state::World;
use crate::report::Broken;
use crate::script::What;
use event::RequestShape;
use journal::{JournalError, NewRequest, Rejected};

impl World {
    /// A source's next batch is sent.
    pub(super) fn send(&mut self, source: usize) -> Result<(), Broken> {
        let Some(batch) = self.script.batches[source].get(self.sent[source]) else { return Ok(()) };
        let (shape, body, messages) = (batch.shape, batch.body.clone(), batch.messages.clone());
        let Some(journal) = self.journal.open().filter(|_| self.process.is_some()) else {
            return self.send_again(source, 30_000);
        };
        let scan =
            event::scan(&body, shape).map_err(|error| Broken(format!("a good body is refused: {error}")))?;
        self.check_scan(&scan, shape, &messages)?;
        if scan.all_rejected() {
            self.counts.add("batch refused");
            return self.send_next(source);
        }
        let destinations = self.scenario.routes[source].clone();
        let request = NewRequest {
            source: self.sources[source],
            shape,
            request_id: self.dice.bytes(),
            received_at: self.wall(),
            request_ip: Some("198.51.100.4".to_owned()),
            events: scan.events,
            rejected: scan
                .rejects
                .iter()
                .map(|reject| Rejected { index: reject.index, code: reject.code.as_str().to_owned() })
                .collect(),
            destinations: destinations.iter().map(|d| self.settings[*d].id).collect(),
            body,
        };
        let (request_id, from) = (request.request_id, self.journal.end()?);
        let receipt = journal.append(request);
        let write = Write::Append { source, request_id, from, messages, destinations };
        self.hand_over(write, Answer::Append(receipt))
    }

    /// What became of a batch.
    pub(super) fn batch_answered(
        &mut self,
        source: usize,
        number: Result<u64, JournalError>,
        messages: &[usize],
        destinations: &[usize],
    ) -> Result<(), Broken> {
        match number {
            Ok(number) => self.acknowledge(source, number, messages, destinations),
            Err(JournalError::Full) => {
                self.counts.add("batch sent to a full disk");
                self.send_again(source, 30_000)
            }
            Err(error) if self.journal.may_say(&error) => {
                self.counts.add("batch sent to a failing disk");
                self.send_again(source, 30_000)
            }
            Err(error) => Err(Broken(format!("the journal refused a request: {error}"))),
        }
    }

    /// Stored; the SDK may learn of it or not.
    fn acknowledge(
        &mut self,
        source: usize,
        number: u64,
        messages: &[usize],
        destinations: &[usize],
    ) -> Result<(), Broken> {
        let what = messages.iter().map(|place| &self.script.messages[*place]);
        let what = what
            .map(|m| format!("{} {:?} of {:?}", m.token, m.what, m.person))
            .collect::<Vec<_>>()
            .join(", ");
        self.note(format_args!("source {source}: request {number}: {what}"));
        self.ask(|oracle, _, _, facts| oracle.accepted(number, messages, destinations, facts));
        self.announce();
        if !self.calm && self.dice.chance(self.scenario.danger.lost_receipt) {
            self.counts.add("batch sent again");
            return self.send_again(source, 60_000);
        }
        self.send_next(source)
    }

    /// The journal tells every driver that it holds more.
    pub(super) fn announce(&mut self) {
        for d in 0..self.settings.len() {
            let after = self.dice.latency(2, 50);
            self.put(self.now + after, Happening::Of(self.lives[d], d, Doing::Appended));
        }
    }

    pub(super) fn send_again(&mut self, source: usize, within: u64) -> Result<(), Broken> {
        let after = self.dice.between(50, within);
        self.put(self.now + after, Happening::Send(source));
        Ok(())
    }

    fn send_next(&mut self, source: usize) -> Result<(), Broken> {
        self.sent[source] += 1;
        if let Some(batch) = self.script.batches[source].get(self.sent[source]) {
            let at = batch.at.max(self.now + self.dice.between(1, 50));
            self.put(at, Happening::Send(source));
        }
        Ok(())
    }

    /// The door refuses exactly the events that break its rules.
    fn check_scan(&self, scan: &event::Scan, shape: RequestShape, messages: &[usize]) -> Result<(), Broken> {
        let bad = |what: What| matches!(what, What::NotAnObject | What::WithoutIds);
        let wanted = (0..).zip(messages).filter(|(_, place)| bad(self.script.messages[**place].what));
        let wanted: Vec<u32> = wanted.map(|(index, _)| index).collect();
        let refused: Vec<u32> = scan.rejects.iter().map(|reject| reject.index).collect();
        let events = u32::try_from(messages.len()).unwrap_or(u32::MAX);
        if scan.events == events && refused == wanted {
            return Ok(());
        }
        Err(Broken(format!("of {events} events in {shape:?} {} were seen, {refused:?} refused", scan.events)))
    }
}
