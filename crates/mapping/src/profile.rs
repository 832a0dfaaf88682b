//! Where the two profiles differ: one switch for each difference, and nowhere else (mapping.md 7).
//!
//! `native` is what is best for the user; `rudderstack` is what rudder-transformer answers, faults included, so that a swap
//! changes nothing. Not copied even there are faults that break requests or leak: ids put into URLs unencoded, one bad
//! event failing its whole batch, reply headers inside error texts, tokens that never expire.

use crate::settings::Profile;

/// The difference between the profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Switches {
    /// Values are found, tested and written as JavaScript does: dotted keys are paths too, `""`, null and NaN are missing,
    /// fields keep their JSON types (transformer.md 2.2).
    pub javascript: bool,
    /// Numbers are ids (mapping.md 2; transformer.md 2.9 rows 3, 4, 13, 14).
    pub numeric_ids: bool,
    /// The first entry of `context.externalId` is InMoment's id when it names no type (mapping.md 2; transformer.md 6.2 row 2).
    pub untyped_external_id: bool,
    /// An end-user id that InMoment does not know is followed by a look at the external id (mapping.md 3;
    /// transformer.md 2.4). For delivery.
    pub second_lookup: bool,
    /// Properties are sent also when none are stored (mapping.md 5; transformer.md 2.6).
    pub properties_over_nothing: bool,
    /// Properties become what InMoment takes: nested objects `key_sub`, lists of objects JSON, nulls nothing, keys clean, and
    /// `_date` and `_amount` numbers; otherwise `[object Object]` and `null` (mapping.md 5; transformer.md 2.6).
    pub flatten: bool,
    /// Milliseconds become seconds, and zero a text (mapping.md 6; transformer.md 2.3).
    pub scale_times: bool,
    /// The time of an event is the one corrected for clock skew; otherwise what stands in the event (mapping.md 4).
    pub corrected_time: bool,
    /// A time that does not parse lets the next source be tried (mapping.md 6; transformer.md 2.9 rows 36, 43).
    pub next_time: bool,
    /// An empty `traits` lets `context.traits` be looked at (mapping.md 3; transformer.md 2.9 row 44).
    pub empty_traits_pass: bool,
    /// A score is an integer from 0 to 10; otherwise whatever JavaScript compares within (transformer.md 2.9 rows 62, 63).
    pub integer_score: bool,
    /// `properties.ip` and `properties.createdAt` are read (mapping.md 4; transformer.md 2.9 rows 66, 71).
    pub survey_properties: bool,
    /// `eventType` may have spaces around it, and `_` or `-` inside (mapping.md 4; transformer.md 2.9 row 77).
    pub lenient_event_type: bool,
    /// `type` may have spaces around it (gateway.md 1.10; transformer.md 2.9 row 85).
    pub trimmed_type: bool,
    /// Our names in `integrations` in any letter case; otherwise `wootric`, `Wootric`, `WOOTRIC`, the first that is truthy
    /// (mapping.md 1; transformer.md 2.9 rows 79, 80).
    pub all_names: bool,
    /// Events of the channel `sources` may bring their time elsewhere (transformer.md 1.5, RETL override).
    pub sources_channel: bool,
}

const NATIVE: Switches = Switches {
    javascript: false,
    numeric_ids: true,
    untyped_external_id: true,
    second_lookup: true,
    properties_over_nothing: true,
    flatten: true,
    scale_times: true,
    corrected_time: true,
    next_time: true,
    empty_traits_pass: true,
    integer_score: true,
    survey_properties: true,
    lenient_event_type: true,
    trimmed_type: true,
    all_names: true,
    sources_channel: false,
};

const RUDDERSTACK: Switches = Switches {
    javascript: true,
    numeric_ids: false,
    untyped_external_id: false,
    second_lookup: false,
    properties_over_nothing: false,
    flatten: false,
    scale_times: false,
    corrected_time: false,
    next_time: false,
    empty_traits_pass: false,
    integer_score: false,
    survey_properties: false,
    lenient_event_type: false,
    trimmed_type: false,
    all_names: false,
    sources_channel: true,
};

impl Profile {
    /// The profile's switches.
    pub fn switches(self) -> &'static Switches {
        match self {
            Profile::Native => &NATIVE,
            Profile::Rudderstack => &RUDDERSTACK,
        }
    }
}
