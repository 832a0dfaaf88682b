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
    /// both deliver the event, but do another thing
    OtherIntent,
    /// both deliver the event, for another id
    OtherIds,
    /// both deliver the event, with other values
    OtherValues,
    /// neither delivers the event, for another reason
    OtherReason,
    /// what InMoment holds decides whether there is a difference at all
    DependsOnInmoment,
}

impl Effect {
    /// What it means, in words.
    pub fn words(self) -> &'static str {
        match self {
            Effect::OnlyNativeDelivers => "delivered by native only",
            Effect::OnlyRudderstackDelivers => "delivered by rudderstack only",
            Effect::OtherIntent => "delivered by both, as another thing",
            Effect::OtherIds => "delivered by both, for another id",
            Effect::OtherValues => "delivered by both, with other values",
            Effect::OtherReason => "delivered by neither, for another reason",
            Effect::DependsOnInmoment => "may differ, by what InMoment holds",
        }
    }

    /// What else decides whether there is a difference; `None` when the event alone does.
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

/// What one rule makes of an event in either profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// the rule
    pub rule: &'static Rule,
    /// what it means
    pub effect: Effect,
    /// what differs; empty when nothing in the plan does
    pub fields: Vec<FieldDifference>,
}
