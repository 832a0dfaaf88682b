//! Writes on their way to the journal, and what became of those of which nobody heard.
//!
//! A journal in memory answers at once. The durable one answers when the world has its writer work: what was handed in until then is
//! one group. There are three outcomes:
//! * **acknowledged**: it is there from then on, whatever happens;
//! * **refused**: it is not there. But where the disk failed, the log may hold all of it, and a process that starts before anything
//!   else was written finds it: then it is as if nobody had heard;
//! * **in doubt**: the process died first. The next one finds it or not, and whole or not at all.

use super::handed_in::{Answer, Done, HandedIn, Unanswered, Write};
use super::happening::Happening;
use super::state::World;
use crate::report::Broken;
use crate::sabotage::Sabotage;
use crate::store::Store;
use journal::JournalError;

impl World {
    /// A write was handed in.
    pub(super) fn hand_over(&mut self, write: Write, answer: Answer) -> Result<(), Broken> {
        let handed_in = HandedIn { write, as_of: self.as_of_now() };
        if self.sabotage == Sabotage::AnswerBeforeWriting && handed_in.is_commit() {
            self.expect_write();
            return self.answered(handed_in, answer, Ok(0));
        }
        self.unanswered.push(Unanswered { handed_in, answer });
        if matches!(self.journal, Store::Memory(_)) {
            return self.hear_answers();
        }
        self.expect_write();
        Ok(())
    }

    fn expect_write(&mut self) {
        if !self.write_is_due {
            self.write_is_due = true;
            let after = self.dice.latency(3, 300);
            self.put(self.now + after, Happening::Write(self.processes));
        }
    }

    /// The journal's writer works until nothing waits, or until the power fails.
    pub(super) fn write(&mut self) -> Result<(), Broken> {
        let danger = if self.calm { 0.0 } else { self.scenario.danger.before_commit };
        let Store::Sqlite(disk) = &mut self.journal else { return Ok(()) };
        self.write_is_due = false;
        disk.endanger(danger);
        loop {
            let Store::Sqlite(disk) = &mut self.journal else { return Ok(()) };
            if !disk.write_group() || disk.has_gone() {
                break;
            }
            if disk.dies_unheard(danger) {
                self.die("after a write, before its answer");
                return Ok(());
            }
            self.hear_answers()?;
        }
        let now = self.now;
        let Store::Sqlite(disk) = &mut self.journal else { return Ok(()) };
        if !disk.has_gone() {
            disk.keep_house(now);
        }
        if disk.has_failed() {
            self.die("in the middle of a write");
            return Ok(());
        }
        self.hear_answers()
    }

    /// Takes in what the journal has answered.
    fn hear_answers(&mut self) -> Result<(), Broken> {
        let mut committed = false;
        for mut waiting in std::mem::take(&mut self.unanswered) {
            match waiting.answer.now() {
                Some(done) => {
                    committed |= done.is_ok() && waiting.handed_in.is_commit();
                    self.answered(waiting.handed_in, waiting.answer, done)?;
                }
                None => self.unanswered.push(waiting),
            }
        }
        if committed && self.journal.is_due_for_a_look() {
            return self.ask(|oracle, _, journal, facts| oracle.check_journal(journal, facts));
        }
        Ok(())
    }

    fn answered(&mut self, handed_in: HandedIn, answer: Answer, done: Done) -> Result<(), Broken> {
        match &done {
            Ok(_) => self.failed.clear(),
            Err(error) => {
                self.waits_blurred = true;
                if matches!(error, JournalError::Disk(_)) {
                    self.failed.push(handed_in.clone());
                }
            }
        }
        match handed_in.write {
            Write::Append { source, messages, destinations, .. } => {
                self.batch_answered(source, done, &messages, &destinations)
            }
            Write::Commit { d, life, changes, .. } => match answer {
                Answer::Commit(_, rest) => self.commit_answered(d, life, &changes, rest, done.map(drop)),
                _ => Ok(()),
            },
            Write::Letters { ids, requeued_from } => self.letters_answered(&ids, requeued_from, done),
        }
    }

    fn letters_answered(
        &mut self,
        ids: &[u64],
        requeued_from: Option<u64>,
        done: Done,
    ) -> Result<(), Broken> {
        match done {
            Ok(taken) if taken == ids.len() as u64 => {
                let requeued = requeued_from.is_some();
                self.counts.add(if requeued { "dead letters requeued" } else { "dead letters discarded" });
                self.letters_taken(ids, requeued_from)?;
                self.announce();
                Ok(())
            }
            Err(error) if self.journal.may_say(&error) => Ok(()),
            other => Err(Broken(format!("{} dead letters were to be taken: {other:?}", ids.len()))),
        }
    }

    fn letters_taken(&mut self, ids: &[u64], requeued_from: Option<u64>) -> Result<(), Broken> {
        self.ask(|oracle, _, journal, facts| {
            oracle.letters_taken(ids, requeued_from, facts)?;
            oracle.check_letters(journal, facts)?;
            oracle.check_journal(journal, facts)
        })
    }

    /// The process is gone, and with it the answers that it waited for.
    pub(super) fn lose_journal(&mut self, in_good_order: bool) {
        let Store::Sqlite(disk) = &mut self.journal else { return };
        if in_good_order {
            disk.stop(crate::store::End::InOrder)
        } else {
            disk.kill()
        }
        self.write_is_due = false;
        self.in_doubt.append(&mut self.failed);
        for Unanswered { handed_in, .. } in std::mem::take(&mut self.unanswered) {
            if let Write::Append { source, .. } = &handed_in.write {
                let after = self.dice.between(50, 30_000);
                self.put(self.now + after, Happening::Send(*source));
            }
            self.in_doubt.push(handed_in);
        }
    }

    /// Counts what the disk did.
    pub(super) fn count_of_disk(&mut self) {
        let Store::Sqlite(disk) = &self.journal else { return };
        for (what, times) in disk.counts() {
            self.counts.add_many(what, times);
        }
        let operations = disk.operations();
        self.note(format_args!("{operations} operations of the disk"));
    }
}
