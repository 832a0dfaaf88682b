//! The result of mapping one event: what shall happen, and why.

use serde::Serialize;
use serde_json::Value;

/// A value as it goes into a form body. The native profile makes text only; the rudderstack profile keeps JSON types
/// where the peer does.
pub type FormValue = Value;

/// Properties in the order they are sent.
pub type Properties = Vec<(String, FormValue)>;

/// Why an event is not for this destination: it is done with, and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// neither identify nor track
    UnsupportedType,
    /// the end user denied a consent this destination needs
    ConsentDenied,
    /// opted out through `integrations`
    IntegrationDisabled,
    /// a track that names no `eventType` and has no field of a survey
    NotASurvey,
    /// an operator's rule says so
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

/// Whom an event is about (docs/facts/mapping.md#identity). At least one of the two is there.
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
    /// `last_surveyed` is for a create only (setting `on-create`)
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

/// What shall be done.
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
    /// What it is called.
    pub fn word(&self) -> &'static str {
        match self {
            Action::UpsertEndUser(_) => "UpsertEndUser",
            Action::CreateResponse(_) => "CreateResponse",
            Action::CreateDecline(_) => "CreateDecline",
        }
    }

    /// Whether what is known of its giver decides what dates an answer (docs/facts/mapping.md#answer-date).
    pub fn may_be_dated_by_sign_up(&self) -> bool {
        match self {
            Action::UpsertEndUser(_) => false,
            Action::CreateResponse(fields) => fields.event_time.is_some(),
            Action::CreateDecline(fields) => fields.event_time.is_some(),
        }
    }

    /// Dates an answer by when it was given: SDKs repeat in every track the traits of the last identify, `createdAt` among them, so
    /// a `created_at` from there that is the giver's sign-up, to the second, gives way to the event's time (docs/facts/mapping.md#answer-date).
    /// Whether it did. `signed_up` are the values known as the giver's `external_created_at`, in UNIX seconds.
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

    /// The same for fields in place: what dates an answer with this `created_at`, this time instead, and a giver of whom this is known.
    pub fn date<'a>(
        created_at: Option<&'a FormValue>,
        event_time: Option<&'a FormValue>,
        signed_up: Option<i64>,
    ) -> Option<&'a FormValue> {
        event_time.filter(|_| is_second(created_at, signed_up)).or(created_at)
    }

    /// The event's properties in it.
    pub fn properties(&self) -> &Properties {
        match self {
            Action::UpsertEndUser(fields) => &fields.properties,
            Action::CreateResponse(fields) => &fields.properties,
            Action::CreateDecline(fields) => &fields.properties,
        }
    }
}

/// Whether a time of a plan is one of these seconds.
fn is_second(time: Option<&FormValue>, seconds: impl IntoIterator<Item = i64>) -> bool {
    let told = time.and_then(Value::as_str).and_then(|text| text.parse::<i64>().ok());
    told.is_some() && seconds.into_iter().any(|known| Some(known) == told)
}

/// What shall be done, to whom.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Intent {
    /// to whom
    pub who: Who,
    /// what
    pub action: Action,
}

/// The three fates a mapping can decide on.
#[expect(clippy::large_enum_variant, reason = "nearly every outcome is the large one, and it is moved once")]
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum PlanOutcome {
    /// to be delivered
    Deliver(Intent),
    /// not for this destination
    Skip(SkipReason),
    /// cannot be delivered as it is
    Dead(DeadReason),
}

/// Where one field's value came from, or why it has none.
#[derive(Clone, PartialEq, Serialize)]
pub struct FieldSource {
    /// InMoment's field, e.g. `email` or `properties[plan]`
    pub field: String,
    /// the path in the event that fed it, e.g. `context.traits.email`
    pub from: Option<String>,
    /// the value as it will be sent
    pub value: Option<FormValue>,
    /// the rule that applied, in words
    pub rule: String,
}

/// An event's outcome with the reasons for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// what shall happen
    pub outcome: PlanOutcome,
    /// every field that was looked at, in InMoment's order
    pub fields: Vec<FieldSource>,
    /// rules that decided about the event as a whole, and warnings, in words
    pub notes: Vec<String>,
}
