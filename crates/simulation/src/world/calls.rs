//! Calls on their way to InMoment, those of a process that is gone too.

use super::{Doing, World};
use crate::report::Broken;
use delivery::CallId;
use inmoment::{Call, Called, Exchange, Outcome};
use std::time::Duration;

impl World {
    pub(super) fn execute(&mut self, d: usize, id: CallId, call: &Call) -> Result<(), Broken> {
        let (outcome, delay) = match self.sabotage.claim(call) {
            Some(outcome) => (outcome, 1),
            None => {
                let (mut outcome, delay) = self.carry(d, call, id.0)?;
                self.sabotage.outcome(&mut outcome);
                (outcome, delay)
            }
        };
        let exchange = Exchange::new(&call.request(), None, &[], self.wall().0, Duration::from_millis(delay));
        self.put_own(delay, d, Doing::Replied(id, Box::new(Called { outcome, exchange })));
        Ok(())
    }

    /// A call of a process that is gone: it arrives all the same, or the connection broke with the process.
    pub(super) fn straggle(&mut self, d: usize, call: &Call) -> Result<(), Broken> {
        if self.dice.chance(0.5) {
            self.counts.add("call outlives its process");
            let _nobody_hears_it = self.carry(d, call, 0)?;
        }
        Ok(())
    }

    fn carry(&mut self, d: usize, call: &Call, id: u64) -> Result<(Outcome, u64), Broken> {
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
        let excused = self.excused[d] || std::mem::take(&mut self.first_call[d]);
        self.ask(|oracle, sites, _, facts| oracle.observe(d, &mut sites[d], excused, facts))?;
        let rate = match &carried.outcome {
            Ok(reply) => reply.rate,
            Err(error) => error.rate,
        };
        self.excused[d] &= rate.limit.is_none();
        Ok((carried.outcome, carried.delay))
    }
}
