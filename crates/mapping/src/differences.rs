//! The differences between the two profiles for one event, and the rules that cause them.
//!
//! If both profiles have the same result, there is no difference. Otherwise the event is planned with the switches of
//! `rudderstack`, and then again after each of [`RULES`] has been set to what `native` does: the change of the result
//! is that rule's difference. So one event may have several differences, each with the values before and after its rule
//! was set.
//!
//! Two plans are equal if they send the same form to InMoment: `9` and `"9"` are equal in a form, and a hash has no
//! order. Two refusals are equal if their codes are: their words name the sources that were read, which differ.
//!
//! A plan does not depend on InMoment's data. If these may make a difference, the difference is reported and marked so.

mod compare;
mod difference;

pub use difference::{Difference, Effect, FieldDifference};

use crate::plan::PlanOutcome;
use crate::planning::filtered;
use crate::profile::{RULES, Rule};
use crate::settings::{Profile, Settings};
use compare::Planned;
use event::Event;
use std::borrow::Cow;

/// The differences between the profiles for an event. The settings' own profile does not matter. If there is no
/// difference whose [`Effect::depends_on`] is `None`, both profiles have the same plan.
pub fn differences(event: &Event, settings: &Settings) -> Vec<Difference> {
    if filtered(event, settings).is_some() { Vec::new() } else { differences_unfiltered(event, settings) }
}

/// The same for an event that has already passed the filters for `integrations` and consent, as rudder-server's events
/// have.
pub fn differences_unfiltered(event: &Event, settings: &Settings) -> Vec<Difference> {
    let planned = |profile: Profile| Planned::by(profile.switches(), event, settings);
    let (rudderstack, native) = (planned(Profile::Rudderstack), planned(Profile::Native));
    let possible = possible(&rudderstack.outcome, &native.outcome);
    if rudderstack.is_same(&native) {
        return possible;
    }
    let mut found = rule_by_rule(event, settings, &rudderstack);
    keep_what_lasts(&mut found, &rudderstack, &native);
    found.extend(possible);
    found
}

/// Sets one rule after the other.
fn rule_by_rule(event: &Event, settings: &Settings, rudderstack: &Planned) -> Vec<Difference> {
    let mut switches = *Profile::Rudderstack.switches();
    let mut before = Cow::Borrowed(rudderstack);
    let mut found = Vec::new();
    for rule in RULES.iter().filter(|rule| !rule.depends_on_inmoment) {
        rule.turn_to_native(&mut switches);
        let after = Planned::by(&switches, event, settings);
        if let Some((effect, fields)) = before.step_to(&after) {
            found.push(Difference { rule, effect, fields });
        }
        before = Cow::Owned(after);
    }
    found
}

/// A field that one rule changes and a later rule changes back is not a difference.
fn keep_what_lasts(found: &mut Vec<Difference>, rudderstack: &Planned, native: &Planned) {
    let is_of_fields = |effect| matches!(effect, Effect::OtherIds | Effect::OtherValues);
    let Some((overall, lasting)) = rudderstack.step_to(native) else { return };
    if !is_of_fields(overall) {
        return;
    }
    for difference in found.iter_mut().filter(|difference| is_of_fields(difference.effect)) {
        difference.fields.retain(|field| lasting.iter().any(|other| other.field == field.field));
    }
    found.retain(|difference| !difference.fields.is_empty());
}

/// Rules that make a difference only with certain data of the end user at InMoment, if both profiles deliver the event.
fn possible(rudderstack: &PlanOutcome, native: &PlanOutcome) -> Vec<Difference> {
    let (PlanOutcome::Deliver(_), PlanOutcome::Deliver(intent)) = (rudderstack, native) else {
        return Vec::new();
    };
    let applies = |rule: &&Rule| match rule.name {
        "answer_date" => intent.action.may_be_dated_by_sign_up(),
        "second_lookup" => intent.who.end_user_id.is_some() && intent.who.external_id.is_some(),
        "properties_over_nothing" => !intent.action.properties().is_empty(),
        _ => false,
    };
    let told = |rule| Difference { rule, effect: Effect::DependsOnInmoment, fields: Vec::new() };
    RULES.iter().filter(applies).map(told).collect()
}
