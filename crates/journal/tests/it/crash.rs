//! Killed at any moment, the journal still holds everything it answered for.

use crate::child;
use crate::sample::{ALL, attempt, batch, death, fate, position, still};
use journal::{
    Archive, Change, DeadLetterFilter, DeliveryStore, EventFilter, Fate, Fates, Intake, Options, SavedCalls,
    SqliteJournal,
};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

const ROUNDS: usize = 10;

#[test]
fn what_was_answered_survives_a_kill_at_any_moment() {
    let folder = tempfile::tempdir().unwrap();
    let mut answered = Answered::default();
    for round in 0..ROUNDS {
        let patience = 1 + round * 7919 % 400;
        run_and_kill(folder.path(), patience, &mut answered);
        check(folder.path(), &answered);
    }
    assert!(answered.appended.len() > ROUNDS && answered.dead > 0, "the child did its work");
}

#[derive(Default)]
struct Answered {
    /// numbers, and how many events of each have a fate
    appended: BTreeMap<u64, u64>,
    dead: usize,
    /// requests with a call
    called: Vec<u64>,
}

fn run_and_kill(folder: &Path, patience: usize, answered: &mut Answered) {
    let mut process = child::command("crash::writer", folder, "").spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
    for (place, line) in lines.by_ref().enumerate() {
        answered.note(&line);
        if place == patience {
            process.kill().unwrap();
            break;
        }
    }
    // What it said before it died, and nobody had read yet, it has answered for as well.
    lines.for_each(|line| answered.note(&line));
    assert!(!process.wait().unwrap().success(), "it never ends by itself");
}

impl Answered {
    fn note(&mut self, line: &str) {
        let mut words = line.split(' ');
        match (words.next(), words.next().and_then(|word| word.parse().ok())) {
            (Some("appended"), Some(number)) => assert_eq!(self.appended.insert(number, 0), None),
            (Some("decided"), Some(number)) => *self.appended.get_mut(&number).unwrap() += 1,
            (Some("died"), Some(number)) => {
                *self.appended.get_mut(&number).unwrap() += 1;
                self.dead += 1;
                self.called.push(number);
            }
            _ => {}
        }
    }
}

fn check(folder: &Path, answered: &Answered) {
    let journal = SqliteJournal::open(folder, Options::new(still(0))).unwrap();
    let destination = journal.destination("inmoment").unwrap();
    let page = journal.read(destination, 0, ALL).unwrap();
    for (number, decided) in &answered.appended {
        let request = page.requests.iter().find(|request| request.number == *number);
        let request = request.unwrap_or_else(|| panic!("request {number} was answered and is gone"));
        assert_eq!(request.body, batch(request.source, &[], 3, tag(*number)).body);
        let stored = request.fates.iter().filter(|byte| **byte != Fate::PENDING).count() as u64;
        assert!(stored >= *decided, "a fate of request {number} was answered and is gone");
    }
    journal.await_search().unwrap();
    assert_eq!(found(&journal), (page.end - 1) * 3, "every event is found, whatever the index looked like");
    let letters = journal.dead_letters(&DeadLetterFilter::default(), usize::MAX).unwrap();
    assert!(letters.items.len() >= answered.dead);
    let totals = &journal.ledger().unwrap().destinations["inmoment"];
    assert_eq!(totals.imbalance(), 0);
    assert_eq!(totals.dead, letters.items.len() as u64);
    for number in &answered.called {
        assert_eq!(
            journal.attempts(position(*number, 1), 9).unwrap().len(),
            1,
            "a call was answered and is gone"
        );
    }
    assert_eq!(totals.accepted, (page.end - 1) * 3);
}

/// How many events are found.
fn found(journal: &SqliteJournal) -> u64 {
    let mut filter = EventFilter::default();
    let mut count = 0;
    loop {
        let page = journal.events(&filter, 1_000).unwrap();
        count += page.items.len() as u64;
        filter.before = page.next;
        if page.next.is_none() {
            return count;
        }
    }
}

/// Requests are told apart by a tag made of their number.
fn tag(number: u64) -> u8 {
    u8::try_from(number % 251).unwrap()
}

/// Appends eight at a time, decides some of them, and says what was answered; until it is killed.
#[test]
#[ignore = "the child process of the test above"]
fn writer() {
    let journal = SqliteJournal::open(&child::folder(), Options::new(still(0))).unwrap();
    let (source, destination) = crate::sample::wired(&journal);
    let mut next = journal.restore(destination).unwrap().end;
    loop {
        let receipts: Vec<_> = (next..next + 8)
            .map(|number| journal.append(batch(source, &[destination], 3, tag(number))))
            .collect();
        let decided = journal.commit(destination, vec![fate(next, 0, Fate::Delivered)]);
        for receipt in receipts {
            child::tell(&format!("appended {}", receipt.wait().unwrap().number));
        }
        decided.wait().unwrap();
        child::tell(&format!("decided {next}"));
        let calls = Change::Calls { made: 1, saved: SavedCalls::default() };
        let changes = [&death(next, 1, "c")[..], &[calls, Change::Attempt(attempt(&[(next, 1)]))]].concat();
        journal.commit(destination, changes).wait().unwrap();
        child::tell(&format!("died {next}"));
        next += 8;
    }
}
