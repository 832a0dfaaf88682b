//! The view of a destination's delivery settings: every key of the form, with defaults filled in.

use mapping::{LastSurveyed, NullTraits, Profile, ResponseCreatedAt};
use registry::units::write_duration;
use registry::{DeliverySettings, words};
use serde::Serialize;
use utoipa::ToSchema;

/// The delivery settings: every key, with defaults filled in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub(super) struct Filled {
    #[schema(value_type = words::Profile)]
    profile: Profile,
    concurrency: u32,
    unknown_user_wait: String,
    known_user_max_age: String,
    #[schema(value_type = words::LastSurveyed)]
    last_surveyed: LastSurveyed,
    #[schema(value_type = words::ResponseCreatedAt)]
    response_created_at: ResponseCreatedAt,
    /// texts that count as no id, in any letter case
    placeholder_ids: Vec<String>,
    #[schema(value_type = words::NullTraits)]
    null_traits: NullTraits,
    retry_first: String,
    retry_max: String,
    give_up_lane_after: String,
}

impl From<&DeliverySettings> for Filled {
    fn from(delivery: &DeliverySettings) -> Filled {
        Filled {
            profile: delivery.profile,
            concurrency: delivery.concurrency,
            unknown_user_wait: write_duration(delivery.unknown_user_wait),
            known_user_max_age: write_duration(delivery.known_user_max_age),
            last_surveyed: delivery.last_surveyed,
            response_created_at: delivery.response_created_at,
            placeholder_ids: delivery.placeholder_ids.0.clone(),
            null_traits: delivery.null_traits,
            retry_first: write_duration(delivery.retry.first),
            retry_max: write_duration(delivery.retry.max),
            give_up_lane_after: write_duration(delivery.retry.give_up_lane_after),
        }
    }
}

#[cfg(test)]
mod tests;
