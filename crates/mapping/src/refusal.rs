//! The codes and words of events that cannot be delivered as they are. Where RudderStack has a text for the same error,
//! the text is kept to the letter, because people search for it (docs/facts/mapping.md#identity, #identify, #track,
//! docs/facts/transformer.md#error-texts).

use crate::plan::{DeadReason, EndUserFields, FormValue, Who};
use crate::profile::ProfileSwitches;
use crate::settings::Profile;
use crate::{js, text};
use event::ReadError;

/// The event has no type.
pub const TYPE_MISSING: &str = "type_missing";
/// The event names no end user.
pub const IDENTITY_MISSING: &str = "identity_missing";
/// The event has only placeholders such as `undefined` for ids.
pub const ID_PLACEHOLDER: &str = "id_placeholder";
/// A track does not say whether it is a response or a decline.
pub const EVENT_TYPE_MISSING: &str = "event_type_missing";
/// A track names another kind.
pub const EVENT_TYPE_UNSUPPORTED: &str = "event_type_unsupported";
/// A response without a score.
pub const SCORE_MISSING: &str = "score_missing";
/// The score is not valid.
pub const SCORE_INVALID: &str = "score_invalid";
/// A response without an IP address.
pub const IP_MISSING: &str = "ip_missing";
/// A response without a page.
pub const ORIGIN_URL_MISSING: &str = "origin_url_missing";
/// A value that JavaScript cannot convert to text; only in the profile `rudderstack` only.
pub const VALUE_UNCONVERTIBLE: &str = "value_unconvertible";
/// InMoment does not know the end user of a response or decline. For delivery.
pub const END_USER_UNKNOWN: &str = "end_user_unknown";
/// An end user is to be created without an external id. For delivery.
pub const EXTERNAL_ID_MISSING: &str = "external_id_missing";
/// An end user is to be created without e-mail and phone. For delivery.
pub const EMAIL_OR_PHONE_MISSING: &str = "email_or_phone_missing";
/// The e-mail of an end user who is to be created belongs to another end user. For delivery.
pub const EMAIL_BELONGS_TO_ANOTHER_USER: &str = "email_belongs_to_another_user";

impl DeadReason {
    pub(crate) fn new(code: &'static str, reason: impl Into<String>) -> DeadReason {
        DeadReason { code, reason: reason.into() }
    }

    pub(crate) fn type_missing() -> DeadReason {
        DeadReason::new(TYPE_MISSING, "Event type is required")
    }

    pub(crate) fn identity_missing() -> DeadReason {
        DeadReason::new(
            IDENTITY_MISSING,
            "wootricEndUserId/userId are missing. At least one parameter must be provided",
        )
    }

    pub(crate) fn id_placeholder() -> DeadReason {
        DeadReason::new(
            ID_PLACEHOLDER,
            "What stands for wootricEndUserId/userId is a placeholder such as \"undefined\" and names nobody",
        )
    }

    pub(crate) fn event_type_missing() -> DeadReason {
        DeadReason::new(EVENT_TYPE_MISSING, "Event Type is missing from Integration object")
    }

    pub(crate) fn event_type_unsupported() -> DeadReason {
        DeadReason::new(EVENT_TYPE_UNSUPPORTED, "Event Type not supported")
    }

    pub(crate) fn score_missing() -> DeadReason {
        DeadReason::new(SCORE_MISSING, r#"Missing required value from "properties.feedbackScore""#)
    }

    pub(crate) fn score_invalid() -> DeadReason {
        DeadReason::new(SCORE_INVALID, "Invalid Score")
    }

    pub(crate) fn ip_missing(switches: &ProfileSwitches) -> DeadReason {
        let reason = if switches.survey_properties {
            r#"Missing required value from ["context.ip","request_ip","properties.ip"]"#
        } else {
            r#"Missing required value from ["context.ip","request_ip"]"#
        };
        DeadReason::new(IP_MISSING, reason)
    }

    pub(crate) fn origin_url_missing(switches: &ProfileSwitches) -> DeadReason {
        let reason = if switches.javascript {
            r#"Missing required value from "pageUrl""#
        } else {
            r#"Missing required value from ["context.page.url","properties.url"]"#
        };
        DeadReason::new(ORIGIN_URL_MISSING, reason)
    }

    pub(crate) fn unreadable(error: ReadError) -> DeadReason {
        DeadReason::new(error.code(), error.to_string())
    }

    /// InMoment knows neither of the ids of a track (docs/facts/mapping.md#unknown-user).
    pub fn end_user_unknown(who: &Who) -> DeadReason {
        let reason = match (&who.end_user_id, &who.external_id) {
            (Some(id), _) => format!("No user found with wootric end user Id : {id}"),
            (None, id) => format!("No user found with userId : {}", id.as_deref().unwrap_or_default()),
        };
        DeadReason::new(END_USER_UNKNOWN, reason)
    }

    /// The e-mail of an end user who is to be created belongs to an end user with another external id
    /// (docs/facts/mapping.md#taken-fields).
    pub fn email_belongs_to_another_user() -> DeadReason {
        DeadReason::new(
            EMAIL_BELONGS_TO_ANOTHER_USER,
            "The e-mail belongs to an end user who has another external id",
        )
    }
}

/// Why an end user whom InMoment does not know cannot be created from an identify; `None` if it can
/// (docs/facts/mapping.md#create-needs). This is known before a call is spent.
pub fn create_refusal(profile: Profile, who: &Who, fields: &EndUserFields) -> Option<DeadReason> {
    create_refusal_by(profile.switches(), who, fields)
}

pub(crate) fn create_refusal_by(
    switches: &ProfileSwitches,
    who: &Who,
    fields: &EndUserFields,
) -> Option<DeadReason> {
    let given = |field: &Option<FormValue>| match field {
        Some(value) if switches.javascript => !js::is_empty(value),
        Some(value) => text::scalar(value).is_some(),
        None => false,
    };
    if who.external_id.is_none() {
        return Some(DeadReason::new(EXTERNAL_ID_MISSING, "userId is missing"));
    }
    if given(&fields.email) || given(&fields.phone_number) {
        return None;
    }
    Some(DeadReason::new(
        EMAIL_OR_PHONE_MISSING,
        "email/phone number are missing. At least one parameter must be provided",
    ))
}
