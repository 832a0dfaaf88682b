//! Calls on their way to InMoment, those of a process that is gone too.

use super::happening::{Doing, Handed, LimitReport};
use super::state::World;
use crate::report::Broken;
use crate::sabotage::Sabotage;
use crate::site::Carried;
use inmoment::{Call, CallOutcome, Called, Exchange};
use std::time::Duration;
use tokio::sync::oneshot;

/// So long after the first true word that follows a lie about the limit nobody can know it.
const LIE_LASTS: u64 = 3 * 60_000;

impl World {
    pub(super) fn execute(
        &mut self,
        d: usize,
        id: u64,
        call: &Call,
        done: oneshot::Sender<Called>,
    ) -> Result<(), Broken> {
        self.watch.calls(d, self.now);
        if !self.calm && self.dice.chance(self.scenario.weather.panic) {
            return self.panic(d, id, call, done);
        }
        if let Some(driver) = self.driver(d) {
            driver.sends();
        }
        let (outcome, delay, told) = match self.sabotage.claim(call) {
            Some(outcome) => (outcome, 1, LimitReport::default()),
            None => {
                let Carried { mut outcome, delay, lied, .. } = self.carry(d, call, id)?;
                let told = LimitReport { limit: names_limit(&outcome), lie: lied };
                self.sabotage.outcome(&mut outcome);
                (outcome, delay, told)
            }
        };
        if self.sabotage.stops_for(&outcome) {
            self.watch.strike(d);
        }
        let took = Duration::from_millis(delay);
        let date_ms = outcome.is_ok().then(|| self.sites[d].clock(self.now));
        let exchange = Exchange { date_ms, ..Exchange::new(&call.request(), None, &[], self.wall().0, took) };
        self.put_own(delay, d, Doing::Replied(id, Box::new(Called { outcome, exchange }), told, done));
        Ok(())
    }

    /// A driver hears a reply. From then on it can know its limit, unless it was lied to.
    pub(super) fn hear(&mut self, d: usize, told: LimitReport) {
        let Some(driver) = self.driver(d) else { return };
        driver.hears(told.limit);
        self.excused[d] &= !told.limit;
        if told.lie {
            self.lied_until[d] = u64::MAX;
        } else if told.limit && self.lied_until[d] == u64::MAX {
            self.lied_until[d] = self.now + LIE_LASTS;
        }
    }

    /// No reply has told it how many calls are left: one at a time finds out.
    fn finds_out(&mut self, d: usize) -> bool {
        self.driver(d).is_some_and(|driver| driver.finds_out())
    }

    /// The window that its predecessor told the journal of has passed.
    fn is_out_of_date(&self, d: usize) -> bool {
        let truth = self.begin.0.saturating_add_unsigned(self.now);
        let over = |handed: Handed| handed.skew.is_none_or(|skew| handed.over.0 - skew <= truth);
        self.handed[d].is_none_or(over)
    }

    /// The task that makes a call dies, and the call may have been made: the driver hears that nobody knows.
    fn panic(&mut self, d: usize, id: u64, call: &Call, done: oneshot::Sender<Called>) -> Result<(), Broken> {
        self.counts.add("a call's task died");
        if self.dice.chance(0.5) {
            let _nobody_hears_it = self.carry(d, call, id)?;
        }
        if self.sabotage == Sabotage::LosePanickedCall {
            self.forgotten.push(done);
            return Ok(());
        }
        self.hear(d, LimitReport::default());
        drop(done);
        self.turn(d)
    }

    /// A call of a process that is gone: it arrives all the same, or the connection broke with the process.
    pub(super) fn straggle(&mut self, d: usize, call: &Call) -> Result<(), Broken> {
        if self.dice.chance(0.5) {
            self.counts.add("call outlives its process");
            let _nobody_hears_it = self.carry(d, call, 0)?;
        }
        Ok(())
    }

    fn carry(&mut self, d: usize, call: &Call, id: u64) -> Result<Carried, Broken> {
        let calm = Default::default();
        let weather = if self.calm { &calm } else { &self.scenario.weather };
        let wall = self.wall();
        let site = &mut self.sites[d];
        let carried = site.carry(call, self.now, wall, weather, self.scenario.timeout, &mut self.dice);
        self.counts.add(carried.how);
        let request = call.request();
        let form = request.form.as_deref().unwrap_or_default();
        let line =
            format_args!("{}: call {id} {} {} {} {form}", d + 1, carried.how, request.method, request.path);
        self.trace.note(self.now, line);
        let lied = self.now < self.lied_until[d];
        let first = carried.counted && std::mem::take(&mut self.first_call[d]);
        let unsure = (first || self.finds_out(d)) && self.is_out_of_date(d);
        let excused = lied || self.excused[d] || unsure;
        self.ask(|oracle, sites, _, facts| oracle.observe(d, &mut sites[d], excused, facts))?;
        Ok(carried)
    }
}

fn names_limit(outcome: &CallOutcome) -> bool {
    let limit = match outcome {
        Ok(reply) => reply.rate.limit,
        Err(error) => error.rate.limit,
    };
    limit.is_some()
}
