//! One history, from its seed to its end.

use super::happening::{Doing, Happening};
use super::state::World;
use super::times::Times;
use super::watch::Watch;
use crate::agenda::Agenda;
use crate::crowd::Person;
use crate::dice::Dice;
use crate::oracle::Oracle;
use crate::report::{Broken, Counts, Failure, Report};
use crate::sabotage::Sabotage;
use crate::scenario::{HOUR, Scenario};
use crate::script::Script;
use crate::site::Site;
use crate::trace::Trace;
use delivery::DestinationSettings;
use event::{Millis, SourceKind};
use journal::{DeliveryStore, DestinationId, Fates, Intake, JournalError, MemoryJournal};
use std::sync::{Arc, Mutex};

/// After this much calm whatever is still pending is stuck.
const SETTLE_LIMIT: u64 = 30 * 24 * HOUR;
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
    let failure = |broken: Broken, history| Box::new(Failure { seed, broken: broken.0, history });
    let mut world = World::new(seed, sabotage, keep_history).map_err(|broken| failure(broken, Vec::new()))?;
    match world.run() {
        Ok(()) => Ok(Report::new(seed, world.trace, world.counts)),
        Err(broken) => Err(failure(broken, world.trace.into_lines())),
    }
}

impl World {
    fn new(seed: u64, sabotage: Sabotage, keep_history: bool) -> Result<World, Broken> {
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
        let told = Arc::clone(&times);
        let journal = Arc::new(MemoryJournal::new().with_ages(move |stamp| told.lock().ok()?.age(stamp)));
        let error = |error: JournalError| Broken(error.to_string());
        let (mut sites, mut settings) = (Vec::new(), Vec::new());
        for (number, setup) in (1..).zip(std::mem::take(&mut scenario.setups)) {
            let name = format!("inmoment-{number}");
            let id = journal.destination(&name).map_err(error)?;
            let mut site = Site::new(setup, &mut people, begin, seed).map_err(Broken)?;
            site.credulous = sabotage == Sabotage::BelieveAnother;
            settings.push(settings_of(&site, name, id));
            sites.push(site);
        }
        let sources =
            (0..scenario.sources).map(|n| journal.source(&format!("source-{n}"), SourceKind::Server));
        let sources = sources.collect::<Result<Vec<_>, _>>().map_err(error)?;
        let script = Script::write(&scenario, &people, begin, &mut dice);
        let ids: Vec<DestinationId> = settings.iter().map(|settings| settings.id).collect();
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
        let ledger = self.journal.ledger().map_err(|error| Broken(error.to_string()))?;
        if ledger.destinations.values().any(|totals| totals.pending > 0) {
            return Ok(false);
        }
        let restored = self.settings.iter().map(|settings| self.journal.restore(settings.id));
        let restored: Vec<_> =
            restored.collect::<Result<_, _>>().map_err(|error| Broken(error.to_string()))?;
        Ok(restored.iter().flat_map(|one| &one.conflicts).all(|conflict| conflict.settlement.is_none()))
    }

    fn judge_the_end(&mut self) -> Result<(), Broken> {
        self.note(format_args!("everything has its fate"));
        self.ask(|oracle, sites, journal, facts| oracle.at_rest(sites, journal, facts))
    }
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
