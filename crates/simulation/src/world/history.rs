//! One history, from its seed to its end.

use super::happening::{Doing, Happening};
use super::state::World;
use super::watch::Watch;
use crate::agenda::Agenda;
use crate::crowd::Person;
use crate::dice::Dice;
use crate::medium::Medium;
use crate::oracle::Oracle;
use crate::report::{Broken, Counts, Failure, Report};
use crate::sabotage::Sabotage;
use crate::scenario::{HOUR, Scenario};
use crate::script::Script;
use crate::site::Site;
use crate::store::{OnDisk, Store};
use crate::times::Times;
use crate::trace::Trace;
use delivery::DestinationSettings;
use event::{Millis, SourceKind};
use journal::{DestinationId, Journal, JournalError, MemoryJournal, SourceId};
use std::sync::{Arc, Mutex};

/// After this much calm whatever is still pending is stuck.
const SETTLE_LIMIT: u64 = 30 * 24 * HOUR;
/// So often a new journal is begun on a disk that fails, before the disk is a good one.
const FOUNDING_TRIES: u32 = 4;
/// How likely the power fails while a journal is made.
const FOUNDING_DANGER: f64 = 0.2;
/// More happens in no history that comes to rest.
const MOST_HAPPENINGS: u64 = 400_000;

/// Runs the history of one seed.
///
/// # Errors
/// When something did not hold.
pub fn run(seed: u64) -> Result<Report, Box<Failure>> {
    run_with(seed, Sabotage::None, false)
}

/// Runs the history of one seed, with something broken on purpose or its whole history kept.
///
/// # Errors
/// When something did not hold.
pub fn run_with(seed: u64, sabotage: Sabotage, keep_history: bool) -> Result<Report, Box<Failure>> {
    run_on(Medium::Memory, seed, sabotage, keep_history)
}

/// The same, with this journal.
///
/// # Errors
/// When something did not hold.
pub fn run_on(
    medium: Medium,
    seed: u64,
    sabotage: Sabotage,
    keep_history: bool,
) -> Result<Report, Box<Failure>> {
    let failure = |broken: Broken, history| Box::new(Failure { seed, medium, broken: broken.0, history });
    let world = World::new(medium, seed, sabotage, keep_history);
    let mut world = world.map_err(|broken| failure(broken, Vec::new()))?;
    match world.run() {
        Ok(()) => {
            world.count_of_disk();
            Ok(Report::new(seed, world.trace, world.counts))
        }
        Err(broken) => Err(failure(broken, world.trace.into_lines())),
    }
}

impl World {
    fn new(medium: Medium, seed: u64, sabotage: Sabotage, keep_history: bool) -> Result<World, Broken> {
        let mut dice = Dice::new(seed);
        let mut scenario = Scenario::draw(&mut dice);
        // Some time in 2026, at any second of a minute and hour of a day.
        let begin = Millis(1_780_000_000_000 + dice.signed(0, 86_400_000));
        let mut people = Vec::new();
        for number in 0..scenario.people {
            let person = Person::draw(number, &people, scenario.sources, &mut dice);
            people.push(person);
        }
        Person::pair_up(&mut people, &mut dice);
        let times = Arc::new(Mutex::new(Times::new(begin)));
        let mut journal = store(medium, seed, &times, sabotage);
        let names: Vec<String> =
            (1..=scenario.setups.len()).map(|number| format!("inmoment-{number}")).collect();
        let (ids, sources) = found(&mut journal, &names, scenario.sources)?;
        let (mut sites, mut settings) = (Vec::new(), Vec::new());
        for ((name, id), setup) in names.into_iter().zip(&ids).zip(std::mem::take(&mut scenario.setups)) {
            let mut site = Site::new(setup, &mut people, begin, seed).map_err(Broken)?;
            site.credulous = sabotage == Sabotage::BelieveAnother;
            settings.push(settings_of(&site, name, *id));
            sites.push(site);
        }
        let script = Script::write(&scenario, &people, begin, &mut dice);
        let mut world = World {
            oracle: Oracle::new(&ids, &sites, &people),
            sent: vec![0; scenario.sources],
            excused: vec![true; sites.len()],
            first_call: vec![true; sites.len()],
            lied_until: vec![0; sites.len()],
            trace: Trace::new(keep_history),
            counts: Counts::default(),
            agenda: Agenda::new(),
            now: 0,
            skew: 0,
            waits_blurred: false,
            process: None,
            processes: 0,
            handed: vec![None; sites.len()],
            lives: vec![0; sites.len()],
            watch: Watch::new(sites.len()),
            forgotten: Vec::new(),
            calm: false,
            dice,
            scenario,
            people,
            script,
            sites,
            settings,
            sources,
            journal,
            unanswered: Vec::new(),
            failed: Vec::new(),
            in_doubt: Vec::new(),
            write_is_due: false,
            times,
            begin,
            sabotage,
        };
        world.fill_agenda();
        Ok(world)
    }

    fn fill_agenda(&mut self) {
        for (place, person) in self.people.iter().enumerate() {
            self.trace.note(0, format_args!("person {place}: {person}"));
        }
        self.put(0, Happening::Start);
        for source in 0..self.scenario.sources {
            if let Some(first) = self.script.batches[source].first() {
                let at = first.at;
                self.put(at, Happening::Send(source));
            }
        }
        for (at, incident) in self.scenario.incidents.clone() {
            self.put(at, Happening::Incident(incident));
        }
    }

    fn run(&mut self) -> Result<(), Broken> {
        let mut happenings = 0;
        while let Some((at, what)) = self.agenda.next() {
            if what.is_void() {
                continue;
            }
            self.now = at;
            self.keep_time();
            happenings += 1;
            if happenings > MOST_HAPPENINGS || at > self.scenario.calm_at + SETTLE_LIMIT {
                return Err(self.stuck("it does not come to rest"));
            }
            self.excuse_silence();
            self.happen(what)?;
            self.watch_over()?;
            if self.calm && self.is_at_rest()? {
                return self.judge_the_end();
            }
        }
        Err(self.stuck("nothing is going to happen any more"))
    }

    fn happen(&mut self, what: Happening) -> Result<(), Broken> {
        match what {
            Happening::Send(source) => self.send(source),
            Happening::Start => self.start(),
            Happening::Incident(incident) => self.befall(incident),
            Happening::Write(process) => {
                if process == self.processes && self.process.is_some() {
                    self.write()
                } else {
                    Ok(())
                }
            }
            Happening::Revive(process, d) => {
                if process == self.processes {
                    self.revive(d)
                } else {
                    Ok(())
                }
            }
            Happening::Of(life, d, doing) if life == self.lives[d] && self.driver(d).is_some() => {
                self.proceed(d, doing)
            }
            Happening::Of(_, d, Doing::Execute(_, call, _)) => self.straggle(d, &call),
            Happening::Of(..) => Ok(()),
        }
    }

    fn is_at_rest(&self) -> Result<bool, Broken> {
        let sent_all = self.sent.iter().zip(&self.script.batches).all(|(sent, all)| *sent >= all.len());
        let Some(process) = self.process.as_ref().filter(|_| sent_all) else { return Ok(false) };
        if !process.is_idle() {
            return Ok(false);
        }
        if (0..self.settings.len()).any(|d| self.oracle.pending_at(d) > 0) || !self.unanswered.is_empty() {
            return Ok(false);
        }
        let ledger = self.journal.ledger()?;
        if ledger.destinations.values().any(|totals| totals.pending > 0) {
            return Ok(false);
        }
        let restored = self.settings.iter().map(|settings| self.journal.restore(settings.id));
        let restored: Vec<_> = restored.collect::<Result<_, _>>()?;
        Ok(restored.iter().flat_map(|one| &one.conflicts).all(|conflict| conflict.settlement.is_none()))
    }

    fn judge_the_end(&mut self) -> Result<(), Broken> {
        self.note(format_args!("everything has its fate"));
        self.ask(|oracle, sites, journal, facts| oracle.at_rest(sites, journal, facts))
    }
}

fn store(medium: Medium, seed: u64, times: &Arc<Mutex<Times>>, sabotage: Sabotage) -> Store {
    match medium {
        Medium::Memory => {
            let told = Arc::clone(times);
            Store::Memory(Arc::new(MemoryJournal::new().with_ages(move |stamp| told.lock().ok()?.age(stamp))))
        }
        Medium::Sqlite => Store::Sqlite(Box::new(OnDisk::new(seed, times, sabotage.lie()))),
    }
}

/// The destinations and sources with their numbers, made in the journal. On a disk that fails this is tried until it succeeds.
fn found(
    store: &mut Store,
    names: &[String],
    sources: usize,
) -> Result<(Vec<DestinationId>, Vec<SourceId>), Broken> {
    for attempt in 0.. {
        if let Store::Sqlite(disk) = &mut *store
            && let Err(error) = disk.start(0, attempt >= FOUNDING_TRIES, FOUNDING_DANGER)
        {
            if !store.may_say(&error) || attempt >= FOUNDING_TRIES {
                return Err(Broken(format!("a new journal cannot be made: {error}")));
            }
            continue;
        }
        let Some(journal) = store.open() else { break };
        match make_all(&*journal, names, sources) {
            Ok(made) => return Ok(made),
            Err(error) if store.may_say(&error) && attempt < FOUNDING_TRIES => {}
            Err(error) => return Err(Broken(format!("a new journal takes no names: {error}"))),
        }
        drop(journal);
        if let Store::Sqlite(disk) = &mut *store {
            disk.kill();
        }
    }
    Err(Broken("there is no journal".to_owned()))
}

fn make_all(
    journal: &dyn Journal,
    names: &[String],
    sources: usize,
) -> Result<(Vec<DestinationId>, Vec<SourceId>), JournalError> {
    let destinations = names.iter().map(|name| journal.destination(name)).collect::<Result<_, _>>()?;
    let source = |n| journal.source(&format!("source-{n}"), SourceKind::Server);
    Ok((destinations, (0..sources).map(source).collect::<Result<_, _>>()?))
}

fn settings_of(site: &Site, name: String, id: DestinationId) -> DestinationSettings {
    let setup = &site.setup;
    let mut settings = DestinationSettings::new(name, id);
    settings.mapping.last_surveyed = setup.last_surveyed;
    settings.mapping.response_created_at = setup.response_created_at;
    settings.concurrency = setup.concurrency;
    settings.window = setup.window;
    settings.unknown_user_wait = setup.unknown_user_wait;
    settings.known_user_max_age = setup.known_user_max_age;
    settings.retry.max = setup.retry_max;
    settings.retry.give_up_lane_after = setup.give_up_lane_after;
    settings
}
