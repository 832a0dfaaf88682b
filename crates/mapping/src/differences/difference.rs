//! A difference between the two profiles about one event: its rule, its fields, and what it means.

use crate::plan::FormValue;
use crate::profile::Rule;
use serde::Serialize;

/// What a difference means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// native delivers the event, rudderstack does not
    OnlyNativeDelivers,
    /// rudderstack delivers the event, native does not
    OnlyRudderstackDelivers,
    /// both deliver the event, with different actions
    OtherIntent,
    /// both deliver the event, with different ids
    OtherIds,
    /// both deliver the event, with different values
    OtherValues,
    /// neither delivers the event, for different reasons
    OtherReason,
    /// InMoment's data decide whether there is a difference at all
    DependsOnInmoment,
}

impl Effect {
    /// What it means, in words.
    pub fn words(self) -> &'static str {
        match self {
            Effect::OnlyNativeDelivers => "delivered by native only",
            Effect::OnlyRudderstackDelivers => "delivered by rudderstack only",
            Effect::OtherIntent => "delivered by both, with different actions",
            Effect::OtherIds => "delivered by both, with different ids",
            Effect::OtherValues => "delivered by both, with different values",
            Effect::OtherReason => "delivered by neither, for different reasons",
            Effect::DependsOnInmoment => "may differ, by what InMoment holds",
        }
    }

    /// What decides whether there is a difference, besides the event; `None` if the event alone decides.
    pub fn depends_on(self) -> Option<&'static str> {
        (self == Effect::DependsOnInmoment).then_some("inmoment")
    }
}

/// One field, or `outcome` or `intent`, as each profile has it.
#[derive(Clone, PartialEq, Serialize)]
pub struct FieldDifference {
    /// InMoment's field, as in [`FieldSource`](crate::FieldSource)
    pub field: String,
    /// what `rudderstack` sends
    pub rudderstack: Option<FormValue>,
    /// what `native` sends
    pub native: Option<FormValue>,
}

/// The effect of one rule on an event in each profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// the rule
    pub rule: &'static Rule,
    /// what it means
    pub effect: Effect,
    /// the fields that differ; empty if no field of the plan does
    pub fields: Vec<FieldDifference>,
}
