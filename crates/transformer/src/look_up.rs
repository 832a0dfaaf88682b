//! Looks end users up: the end user that a job needs, and InMoment's answer (docs/facts/transformer.md#look-up).

use crate::account::Admission;
use crate::failure::JobFailure;
use crate::js::{is_truthy, scalar};
use event::raw;
use event::time::Moment;
use inmoment::{HttpReply, Lookup};
use mapping::{Profile, Who};
use serde_json::{Map, Value};

/// The end user to look up. Jobs with the same target share the look-up.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// By InMoment's id.
    Id(String),
    /// By the caller's id.
    External(String),
    /// By InMoment's id; if that is unknown, by the caller's (docs/facts/mapping.md#identify).
    Either(String, String),
}

impl Target {
    /// `rudderstack` never looks the external id up after an unknown end-user id
    /// (docs/facts/transformer.md#no-second-look-up).
    pub(crate) fn of(who: &Who, profile: Profile) -> Target {
        match (&who.end_user_id, &who.external_id) {
            (Some(id), Some(external)) if profile.switches().second_lookup => {
                Target::Either(id.clone(), external.clone())
            }
            (Some(id), _) => Target::Id(id.clone()),
            // A `Who` has at least one of the two ids.
            (None, external) => Target::External(external.clone().unwrap_or_default()),
        }
    }
}

/// The data of an end user that a request needs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) properties: Map<String, Value>,
    /// `external_created_at`, UNIX seconds
    pub(crate) signed_up: Option<i64>,
}

/// InMoment's answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum LookUpResult {
    User(User),
    Nobody,
    Failed(JobFailure),
}

/// Makes the one or two look-ups for a target.
pub(crate) async fn look_up(admission: &mut Admission<'_>, target: Target, profile: Profile) -> LookUpResult {
    match target {
        Target::Id(id) => once(admission, Lookup::Id(id), profile).await,
        Target::External(id) => once(admission, Lookup::ExternalId(id), profile).await,
        Target::Either(id, external) => match once(admission, Lookup::Id(id), profile).await {
            LookUpResult::Nobody => once(admission, Lookup::ExternalId(external), profile).await,
            found => found,
        },
    }
}

async fn once(admission: &mut Admission<'_>, lookup: Lookup, profile: Profile) -> LookUpResult {
    match admission.look_up(lookup).await {
        Err(failed) => LookUpResult::Failed(JobFailure::failed(&failed)),
        Ok(reply) => understood(&reply, profile),
    }
}

fn understood(reply: &HttpReply, profile: Profile) -> LookUpResult {
    match reply.status {
        200 => match user(reply) {
            Some(user) => LookUpResult::User(user),
            // rudder-transformer reads a proxy's page as "no such end user" and creates a second one; only the profile
            // that must change nothing does so, too (docs/facts/transformer.md#defect-b10).
            None if profile == Profile::Rudderstack => LookUpResult::Nobody,
            None => LookUpResult::Failed(JobFailure::look_up(&HttpReply { status: 502, ..reply.clone() })),
        },
        404 => LookUpResult::Nobody,
        _ => LookUpResult::Failed(JobFailure::look_up(reply)),
    }
}

fn user(reply: &HttpReply) -> Option<User> {
    let mut members = raw::object(&String::from_utf8_lossy(&reply.body)).ok()?;
    let id = members.remove("id").filter(is_truthy)?;
    let properties = match members.remove("properties") {
        Some(Value::Object(properties)) => properties,
        _ => Map::new(),
    };
    let signed_up = members.get("external_created_at").and_then(Moment::from_value).map(Moment::unix_seconds);
    Some(User { id: scalar(&id)?, properties, signed_up })
}
