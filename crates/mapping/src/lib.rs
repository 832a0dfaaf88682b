//! Maps one RudderStack event to at most one InMoment intent. The crate is pure: it has no clock, no network and no
//! state.
//!
//! [`plan`] decides and gives the reasons: which path of the event supplied which field, and by which rule. Settings
//! choose between two profiles; all their differences are in [`ProfileSwitches`]. [`overlay`] lays the properties of a
//! plan over the stored ones, which only delivery knows; [`create_refusal`] says that an end user cannot be created,
//! before a call is spent on it. [`differences`] finds the differences between the profiles for an event, and the rules
//! that cause them. [`outcome_unfiltered`] and [`looks_at`] are for callers that map very many events and need no
//! reasons.

mod consent;
mod dates;
mod differences;
mod explain;
mod identify;
mod integrations;
mod js;
mod js_date;
mod overlay;
mod part;
mod path;
mod plan;
mod planning;
mod profile;
mod properties;
mod redacted;
pub mod refusal;
mod room;
mod seconds;
mod settings;
mod text;
mod track;
mod who;

pub use differences::{Difference, Effect, FieldDifference, differences, differences_unfiltered};
pub use overlay::{Laid, overlay};
pub use part::looks_at;
pub use plan::{
    Action, DeadReason, DeclineFields, EndUserFields, FieldSource, FormValue, Intent, Plan, PlanOutcome,
    Properties, ResponseFields, SkipReason, Who,
};
pub use planning::{outcome_unfiltered, plan, plan_unfiltered};
pub use profile::{ProfileSwitches, RULES, Rule};
pub use refusal::create_refusal;
pub use settings::{
    ConsentEntry, ConsentSettings, LastSurveyed, NullTraits, PlaceholderIds, Profile, ResponseCreatedAt,
    Settings, SkipRule, SkipScope, SourceConsent,
};
pub use text::{same_as_stored, stored_text};
pub use who::who;
