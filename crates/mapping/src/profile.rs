//! The differences between the two profiles: each is one switch, and there are no others
//! (docs/facts/mapping.md#profiles).
//!
//! `native` does what is best for the user; `rudderstack` does what rudder-transformer does, with its faults, so that
//! replacing it changes nothing. Even that profile does not copy faults that break requests or leak data: ids that are
//! put into URLs unencoded, one bad event that fails its whole batch, reply headers inside error texts, tokens that
//! never expire.

use crate::settings::Profile;

/// The switches between the profiles. Each comment says what happens if the switch is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProfileSwitches {
    /// Values are found, tested and written as JavaScript does: dotted keys are paths too, `""`, null and NaN are missing,
    /// fields keep their JSON types (docs/facts/transformer.md#helpers).
    pub javascript: bool,
    /// Numbers are ids (docs/facts/mapping.md#external-id; docs/facts/transformer.md#case-3, #case-4, #case-13, #case-14).
    pub numeric_ids: bool,
    /// The first entry of `context.externalId` is InMoment's id when it names no type (docs/facts/mapping.md#end-user-id;
    /// docs/facts/transformer.md#document-2).
    pub untyped_external_id: bool,
    /// If InMoment does not know an end-user id, the external id is looked up (docs/facts/mapping.md#identify;
    /// docs/facts/transformer.md#no-second-look-up). For delivery.
    pub second_lookup: bool,
    /// Properties are sent even if none are stored (docs/facts/mapping.md#overlay;
    /// docs/facts/transformer.md#property-merge).
    pub properties_over_nothing: bool,
    /// Properties become what InMoment accepts: nested objects become `key_sub`, lists of objects become JSON, nulls
    /// are left out, keys are cleaned, and `_date` and `_amount` become numbers; otherwise `[object Object]` and `null`
    /// are sent (docs/facts/mapping.md#property-values; docs/facts/transformer.md#property-text).
    pub flatten: bool,
    /// Milliseconds become seconds, and zero becomes text (docs/facts/mapping.md#epoch;
    /// docs/facts/transformer.md#seconds).
    pub scale_times: bool,
    /// The time of an event is corrected for clock skew; otherwise it is taken from the event unchanged
    /// (docs/facts/mapping.md#event-time).
    pub corrected_time: bool,
    /// If a time cannot be parsed, the next source is tried (docs/facts/mapping.md#next-time;
    /// docs/facts/transformer.md#case-36, #case-43).
    pub next_time: bool,
    /// If `traits` is empty, `context.traits` is read (docs/facts/mapping.md#which-traits;
    /// docs/facts/transformer.md#case-44).
    pub empty_traits_pass: bool,
    /// A score is an integer from 0 to 10; otherwise any value that JavaScript's comparison places in that range
    /// (docs/facts/transformer.md#case-62, #case-63).
    pub integer_score: bool,
    /// `properties.ip` and `properties.createdAt` are read (docs/facts/mapping.md#track; docs/facts/transformer.md#case-66, #case-71).
    pub survey_properties: bool,
    /// `eventType` may have spaces around it, and `_` or `-` inside (docs/facts/mapping.md#event-type; docs/facts/transformer.md#case-77).
    pub lenient_event_type: bool,
    /// `type` may have spaces around it (docs/facts/gateway.md#untrimmed-type; docs/facts/transformer.md#case-85).
    pub trimmed_type: bool,
    /// The names of this destination in `integrations` are read in any letter case; otherwise `wootric`, `Wootric`,
    /// `WOOTRIC`, the first that is truthy (docs/facts/mapping.md#integrations; docs/facts/transformer.md#case-79,
    /// #case-80).
    pub all_names: bool,
    /// Ids, e-mail and phone lose white space, control and invisible characters at both ends (docs/facts/mapping.md#tidied).
    pub tidied_ids: bool,
    /// Placeholders such as `undefined` for an id, an e-mail or a phone number count as missing
    /// (docs/facts/mapping.md#placeholders).
    pub placeholder_ids: bool,
    /// A track that names no `eventType` and has no field of a survey is skipped (docs/facts/mapping.md#not-a-survey).
    pub ordinary_tracks: bool,
    /// A `createdAt` of 1970 or before counts as missing (docs/facts/mapping.md#unset-times).
    pub unset_times: bool,
    /// No time is later than the arrival of the event (docs/facts/mapping.md#past-times).
    pub past_times: bool,
    /// An answer is not dated by its end user's sign-up (docs/facts/mapping.md#answer-date). For delivery.
    pub answer_date: bool,
    /// Events of the channel `sources` may have their time at other paths (docs/facts/transformer.md#retl-times).
    pub sources_channel: bool,
}

const NATIVE: ProfileSwitches = ProfileSwitches {
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
    tidied_ids: true,
    placeholder_ids: true,
    ordinary_tracks: true,
    unset_times: true,
    past_times: true,
    answer_date: true,
    sources_channel: false,
};

const RUDDERSTACK: ProfileSwitches = ProfileSwitches {
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
    tidied_ids: false,
    placeholder_ids: false,
    ordinary_tracks: false,
    unset_times: false,
    past_times: false,
    answer_date: false,
    sources_channel: true,
};

/// One difference between the profiles: a switch, its name, and what it means in plain words.
pub struct Rule {
    /// its switch's name, in reports and programs
    pub name: &'static str,
    /// what the profile `rudderstack` does
    pub rudderstack: &'static str,
    /// what the profile `native` does
    pub native: &'static str,
    /// whether it applies in delivery, depends on InMoment's data, and does not show in the plan
    pub depends_on_inmoment: bool,
    /// sets this rule's switch in the first set to its value in the second
    turn: fn(&mut ProfileSwitches, &ProfileSwitches),
}

impl Rule {
    /// Sets this rule's switch to what `native` does.
    pub(crate) fn turn_to_native(&self, switches: &mut ProfileSwitches) {
        (self.turn)(switches, &NATIVE);
    }
}

/// Two values are equal if they are the same rule.
impl PartialEq for Rule {
    fn eq(&self, other: &Rule) -> bool {
        self.name == other.name
    }
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// A rule's name is made from its switch's, so that the two are always equal.
macro_rules! rule {
    ($switch:ident, rudderstack: $rudderstack:literal, native: $native:literal) => {
        rule!($switch, $rudderstack, $native, false)
    };
    ($switch:ident, by InMoment, rudderstack: $rudderstack:literal, native: $native:literal) => {
        rule!($switch, $rudderstack, $native, true)
    };
    ($switch:ident, $rudderstack:literal, $native:literal, $depends:literal) => {
        Rule {
            name: stringify!($switch),
            rudderstack: $rudderstack,
            native: $native,
            depends_on_inmoment: $depends,
            turn: |switches, to| switches.$switch = to.$switch,
        }
    };
}

/// Every rule, in the order in which they are set to find the differences: first the type and the end user of an event,
/// then its fields; the reading of times comes before the choice among them; the rule that affects everything comes
/// last.
pub static RULES: [Rule; 22] = [
    rule!(trimmed_type,
        rudderstack: "does not ignore spaces around `type`, so it does not know such a type",
        native: "ignores spaces around `type`"),
    rule!(numeric_ids,
        rudderstack: "does not accept a number as an id",
        native: "takes a number as an id, with all its digits"),
    rule!(untyped_external_id,
        rudderstack: "skips entries of `context.externalId` that have no type",
        native: "takes the first entry of `context.externalId` as InMoment's id when it has no type"),
    rule!(tidied_ids,
        rudderstack: "sends ids, e-mail and phone with the characters around them",
        native: "removes white space, control and invisible characters from both ends of ids, e-mail and phone"),
    rule!(placeholder_ids,
        rudderstack: "takes `undefined`, `null` and the like for ids, e-mails and phone numbers",
        native: "treats them as missing, because they would make one end user of many people and reach none of them"),
    rule!(all_names,
        rudderstack: "looks for `eventType` under `wootric`, `Wootric` and `WOOTRIC`, and takes the first that is present",
        native: "looks for `eventType` under `InMoment(formerly Wootric)`, `InMoment` and `Wootric` in any letter case, and takes the first that has one"),
    rule!(lenient_event_type,
        rudderstack: "accepts `create response` and `create decline` as `eventType`, in any letter case",
        native: "accepts them also with white space and invisible characters around, and with `_` or `-` for the space"),
    rule!(ordinary_tracks,
        rudderstack: "treats every track as an answer, and fails when it names no `eventType`",
        native: "skips a track that names no `eventType` and has neither `properties.feedbackScore` nor `properties.feedbackText`"),
    rule!(integer_score,
        rudderstack: "sends as the score any value that JavaScript compares as 0 to 10, unchanged",
        native: "accepts whole numbers from 0 to 10 as scores, and refuses anything else"),
    rule!(survey_properties,
        rudderstack: "does not read `properties.ip` and `properties.createdAt`",
        native: "reads `properties.ip` and `properties.createdAt`"),
    rule!(empty_traits_pass,
        rudderstack: "does not read `context.traits` when `traits` is empty",
        native: "reads `context.traits` when `traits` is empty"),
    rule!(flatten,
        rudderstack: "writes properties as JavaScript does: null as `null`, objects as `[object Object]`",
        native: "leaves nulls out, flattens objects to `key_sub`, converts `_date` and `_amount` to the numbers that InMoment needs, and removes characters from keys that a form or InMoment's store cannot hold"),
    rule!(scale_times,
        rudderstack: "reads times as JavaScript does, and sends digits unchanged, milliseconds too",
        native: "reads ISO 8601, the formats of programs and mail, compact dates, and epoch times by their size, and sends seconds"),
    rule!(next_time,
        rudderstack: "takes the first time that is present, and none if that time cannot be read",
        native: "takes the first time that can be read"),
    rule!(sources_channel,
        rudderstack: "reads the time of an event of the channel `sources` from its context or traits, too",
        native: "takes the time from `timestamp` whatever the channel"),
    rule!(corrected_time,
        rudderstack: "takes `timestamp` and `originalTimestamp` unchanged, and no time if neither is present",
        native: "takes the time corrected for the sender's clock, and the time of arrival if the event has none"),
    rule!(unset_times,
        rudderstack: "sends a `createdAt` of 0 or less",
        native: "treats a `createdAt` of 0 or less as never set"),
    rule!(past_times,
        rudderstack: "sends times in the future",
        native: "sends no time later than the arrival of the event"),
    rule!(answer_date, by InMoment,
        rudderstack: "dates an answer by the `createdAt` of the traits, also when that is the end user's sign-up",
        native: "dates an answer by the event's time when the traits' `createdAt` is the end user's sign-up"),
    rule!(second_lookup, by InMoment,
        rudderstack: "looks an end user up by InMoment's id alone when the event names one",
        native: "looks the end user up by the external id too when InMoment does not know the id that the event names"),
    rule!(properties_over_nothing, by InMoment,
        rudderstack: "sends no properties for an end user who has none yet",
        native: "sends the event's properties also for an end user who has none yet"),
    rule!(javascript,
        rudderstack: "finds, tests and writes values as JavaScript does: keys with dots are paths; blanks, booleans and objects are values",
        native: "takes texts that are not blank and numbers, and tries the next source after any other value"),
];

impl Profile {
    /// The profile's switches.
    pub fn switches(self) -> &'static ProfileSwitches {
        match self {
            Profile::Native => &NATIVE,
            Profile::Rudderstack => &RUDDERSTACK,
        }
    }
}

#[cfg(test)]
mod tests;
