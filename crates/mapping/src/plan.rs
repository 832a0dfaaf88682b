//! The result of mapping one event: the outcome and its reasons.

use serde::Serialize;
use serde_json::Value;

/// A value as it goes into a form body. The profile `native` makes only texts; the profile `rudderstack` keeps JSON
/// types where rudder-transformer does.
pub type FormValue = Value;

/// Properties in the order in which they are sent.
pub type Properties = Vec<(String, FormValue)>;

/// Why an event is not for this destination. Such an event is counted and needs nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// neither identify nor track
    UnsupportedType,
    /// the end user denied a consent this destination needs
    ConsentDenied,
    /// the event opts out of InMoment through `integrations`
    IntegrationDisabled,
    /// a track that names no `eventType` and has no field of a survey
    NotASurvey,
    /// a rule of an operator skips the event
    Rule,
}

impl SkipReason {
    /// The stable code (docs/errors.md).
    pub fn code(self) -> &'static str {
        match self {
            SkipReason::UnsupportedType => "unsupported_type",
            SkipReason::ConsentDenied => "consent_denied",
            SkipReason::IntegrationDisabled => "integration_disabled",
            SkipReason::NotASurvey => "not_a_survey",
            SkipReason::Rule => "rule",
        }
    }
}

/// Why an event can never be delivered as it is: a dead letter.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct DeadReason {
    /// the stable code (docs/errors.md)
    pub code: &'static str,
    /// the reason in words
    pub reason: String,
}

/// Whom an event is about (docs/facts/mapping.md#identity). At least one of the two ids is present.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Who {
    /// InMoment's id
    pub end_user_id: Option<String>,
    /// the caller's id
    pub external_id: Option<String>,
}

/// Fields of an `UpsertEndUser` (docs/facts/mapping.md#identify).
#[derive(Clone, PartialEq, Default, Serialize)]
pub struct EndUserFields {
    /// `email`
    pub email: Option<FormValue>,
    /// `phone_number`
    pub phone_number: Option<FormValue>,
    /// `last_surveyed`, UNIX seconds
    pub last_surveyed: Option<FormValue>,
    /// whether `last_surveyed` is sent only when the end user is created (setting `on-create`)
    pub last_surveyed_on_create_only: bool,
    /// `external_created_at`, UNIX seconds
    pub external_created_at: Option<FormValue>,
    /// `properties[…]` of the event alone, before they are laid over the stored ones
    pub properties: Properties,
}

/// Fields of a `CreateResponse` (docs/facts/mapping.md#track).
#[derive(Clone, PartialEq, Serialize)]
pub struct ResponseFields {
    /// `score`
    pub score: FormValue,
    /// `ip_address`
    pub ip_address: FormValue,
    /// `origin_url`
    pub origin_url: FormValue,
    /// `text`
    pub text: Option<FormValue>,
    /// `created_at`, UNIX seconds
    pub created_at: Option<FormValue>,
    /// what dates it if `created_at` is the giver's sign-up, UNIX seconds; see [`Action::dated`]
    pub event_time: Option<FormValue>,
    /// `end_user[properties][…]` of the event alone
    pub properties: Properties,
}

/// Fields of a `CreateDecline` (docs/facts/mapping.md#track).
#[derive(Clone, PartialEq, Default, Serialize)]
pub struct DeclineFields {
    /// `origin_url`
    pub origin_url: Option<FormValue>,
    /// `created_at`, UNIX seconds
    pub created_at: Option<FormValue>,
    /// what dates it if `created_at` is the giver's sign-up, UNIX seconds; see [`Action::dated`]
    pub event_time: Option<FormValue>,
    /// `end_user[properties][…]` of the event alone
    pub properties: Properties,
}

/// The action at InMoment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Action {
    /// create or update the end user
    UpsertEndUser(EndUserFields),
    /// create a survey response
    CreateResponse(ResponseFields),
    /// create a survey decline
    CreateDecline(DeclineFields),
}

impl Action {
    /// The action's name.
    pub fn word(&self) -> &'static str {
        match self {
            Action::UpsertEndUser(_) => "UpsertEndUser",
            Action::CreateResponse(_) => "CreateResponse",
            Action::CreateDecline(_) => "CreateDecline",
        }
    }

    /// Whether the date of an answer depends on the known data of its end user (docs/facts/mapping.md#answer-date).
    pub fn may_be_dated_by_sign_up(&self) -> bool {
        match self {
            Action::UpsertEndUser(_) => false,
            Action::CreateResponse(fields) => fields.event_time.is_some(),
            Action::CreateDecline(fields) => fields.event_time.is_some(),
        }
    }

    /// Dates an answer by the time at which it was given: SDKs repeat the traits of the last identify in every track,
    /// `createdAt` among them, so if such a `created_at` is the end user's sign-up, to the second, the event's time
    /// replaces it (docs/facts/mapping.md#answer-date). Returns true if it was replaced. `signed_up` has the values
    /// that are known as the end user's `external_created_at`, in UNIX seconds.
    pub fn dated(&mut self, signed_up: impl IntoIterator<Item = i64>) -> bool {
        let (created_at, event_time) = match self {
            Action::UpsertEndUser(_) => return false,
            Action::CreateResponse(fields) => (&mut fields.created_at, &mut fields.event_time),
            Action::CreateDecline(fields) => (&mut fields.created_at, &mut fields.event_time),
        };
        let is_sign_up = event_time.is_some() && is_second(created_at.as_ref(), signed_up);
        if is_sign_up {
            *created_at = event_time.take();
        }
        is_sign_up
    }

    /// The same for single fields: the date of an answer with this `created_at`, this time as its replacement, and this
    /// sign-up of its end user.
    pub fn date<'a>(
        created_at: Option<&'a FormValue>,
        event_time: Option<&'a FormValue>,
        signed_up: Option<i64>,
    ) -> Option<&'a FormValue> {
        event_time.filter(|_| is_second(created_at, signed_up)).or(created_at)
    }

    /// The event's properties in this action.
    pub fn properties(&self) -> &Properties {
        match self {
            Action::UpsertEndUser(fields) => &fields.properties,
            Action::CreateResponse(fields) => &fields.properties,
            Action::CreateDecline(fields) => &fields.properties,
        }
    }
}

/// Whether a time of a plan is equal to one of these seconds.
fn is_second(time: Option<&FormValue>, seconds: impl IntoIterator<Item = i64>) -> bool {
    let told = time.and_then(Value::as_str).and_then(|text| text.parse::<i64>().ok());
    told.is_some() && seconds.into_iter().any(|known| Some(known) == told)
}

/// An action, and the end user whom it concerns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Intent {
    /// to whom
    pub who: Who,
    /// what
    pub action: Action,
}

/// The three outcomes of a mapping.
#[expect(clippy::large_enum_variant, reason = "nearly every outcome is the large one, and it is moved once")]
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum PlanOutcome {
    /// to be delivered
    Deliver(Intent),
    /// not for this destination
    Skip(SkipReason),
    /// the event cannot be delivered as it is
    Dead(DeadReason),
}

/// The source of one field's value, or why it has none.
#[derive(Clone, PartialEq, Serialize)]
pub struct FieldSource {
    /// InMoment's field, e.g. `email` or `properties[plan]`
    pub field: String,
    /// the path in the event that supplied it, e.g. `context.traits.email`
    pub from: Option<String>,
    /// the value as it will be sent
    pub value: Option<FormValue>,
    /// the rule that applied, in words
    pub rule: String,
}

/// An event's outcome with its reasons.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// what shall happen
    pub outcome: PlanOutcome,
    /// every field that was read, in InMoment's order
    pub fields: Vec<FieldSource>,
    /// rules that decided about the event as a whole, and warnings, in words
    pub notes: Vec<String>,
}
