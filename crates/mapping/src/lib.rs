//! One RudderStack event becomes at most one InMoment intent. Pure: no clock, no network, no state.

mod plan;
mod settings;

pub use plan::{
    Action, DeclineFields, EndUserFields, FieldSource, FormValue, Intent, Outcome, Plan, Properties, Refusal,
    ResponseFields, SkipReason, Who,
};
pub use settings::{
    ConsentEntry, ConsentSettings, LastSurveyed, Profile, ResponseCreatedAt, Settings, SourceConsent,
};
