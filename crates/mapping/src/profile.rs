//! Where the two profiles differ: one switch for each difference, and nowhere else (docs/facts/mapping.md#profiles).
//!
//! `native` is what is best for the user; `rudderstack` is what rudder-transformer answers, faults included, so that a swap
//! changes nothing. Not copied even there are faults that break requests or leak: ids put into URLs unencoded, one bad
//! event failing its whole batch, reply headers inside error texts, tokens that never expire.

use crate::settings::Profile;

/// The difference between the profiles.
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
    /// An end-user id that InMoment does not know is followed by a look at the external id (docs/facts/mapping.md#identify;
    /// docs/facts/transformer.md#no-second-look-up). For delivery.
    pub second_lookup: bool,
    /// Properties are sent also when none are stored (docs/facts/mapping.md#overlay; docs/facts/transformer.md#property-merge).
    pub properties_over_nothing: bool,
    /// Properties become what InMoment takes: nested objects `key_sub`, lists of objects JSON, nulls nothing, keys clean, and
    /// `_date` and `_amount` numbers; otherwise `[object Object]` and `null` (docs/facts/mapping.md#property-values;
    /// docs/facts/transformer.md#property-text).
    pub flatten: bool,
    /// Milliseconds become seconds, and zero a text (docs/facts/mapping.md#epoch; docs/facts/transformer.md#seconds).
    pub scale_times: bool,
    /// The time of an event is the one corrected for clock skew; otherwise what stands in the event (docs/facts/mapping.md#event-time).
    pub corrected_time: bool,
    /// A time that does not parse lets the next source be tried (docs/facts/mapping.md#next-time; docs/facts/transformer.md#case-36, #case-43).
    pub next_time: bool,
    /// An empty `traits` lets `context.traits` be looked at (docs/facts/mapping.md#which-traits; docs/facts/transformer.md#case-44).
    pub empty_traits_pass: bool,
    /// A score is an integer from 0 to 10; otherwise whatever JavaScript compares within (docs/facts/transformer.md#case-62, #case-63).
    pub integer_score: bool,
    /// `properties.ip` and `properties.createdAt` are read (docs/facts/mapping.md#track; docs/facts/transformer.md#case-66, #case-71).
    pub survey_properties: bool,
    /// `eventType` may have spaces around it, and `_` or `-` inside (docs/facts/mapping.md#event-type; docs/facts/transformer.md#case-77).
    pub lenient_event_type: bool,
    /// `type` may have spaces around it (docs/facts/gateway.md#untrimmed-type; docs/facts/transformer.md#case-85).
    pub trimmed_type: bool,
    /// Our names in `integrations` in any letter case; otherwise `wootric`, `Wootric`, `WOOTRIC`, the first that is truthy
    /// (docs/facts/mapping.md#integrations; docs/facts/transformer.md#case-79, #case-80).
    pub all_names: bool,
    /// Ids, e-mail and phone lose white space, control and invisible characters at both ends (docs/facts/mapping.md#tidied).
    pub tidied_ids: bool,
    /// Texts such as `undefined` that stand where an id, an e-mail or a phone number was missing count as missing
    /// (docs/facts/mapping.md#placeholders).
    pub placeholder_ids: bool,
    /// A track that names no `eventType` and carries no field of a survey is skipped (docs/facts/mapping.md#not-a-survey).
    pub ordinary_tracks: bool,
    /// A `createdAt` of 1970 or before counts as missing (docs/facts/mapping.md#unset-times).
    pub unset_times: bool,
    /// No time is later than the arrival of the event (docs/facts/mapping.md#past-times).
    pub past_times: bool,
    /// An answer is not dated by its giver's sign-up (docs/facts/mapping.md#answer-date). For delivery.
    pub answer_date: bool,
    /// Events of the channel `sources` may bring their time elsewhere (docs/facts/transformer.md#retl-times).
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
    /// whether it decides in delivery, by what InMoment holds, and nothing in the plan shows it
    pub depends_on_inmoment: bool,
    /// sets the first one's switch as the second one has it
    turn: fn(&mut ProfileSwitches, &ProfileSwitches),
}

impl Rule {
    /// Sets this rule's switch to what `native` does.
    pub(crate) fn turn_to_native(&self, switches: &mut ProfileSwitches) {
        (self.turn)(switches, &NATIVE);
    }
}

/// Equal when they are the same rule.
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

/// A rule's name is its switch's, so that the two cannot part.
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

/// Every rule, in the order in which they are turned to tell them apart: first what an event is and whom it is about, then its
/// fields; the reading of times before the choice among them; and last the one that touches everything.
pub static RULES: [Rule; 22] = [
    rule!(trimmed_type,
        rudderstack: "takes `type` with the spaces around it, and knows no such type",
        native: "ignores spaces around `type`"),
    rule!(numeric_ids,
        rudderstack: "takes a number for no id",
        native: "takes a number as an id, with all its digits"),
    rule!(untyped_external_id,
        rudderstack: "passes over entries of `context.externalId` that name no type",
        native: "takes the first entry of `context.externalId` as InMoment's id when it names no type"),
    rule!(tidied_ids,
        rudderstack: "takes ids, e-mail and phone with whatever stands around them",
        native: "takes white space, control and invisible characters off both ends of ids, e-mail and phone"),
    rule!(placeholder_ids,
        rudderstack: "takes `undefined`, `null` and the like for ids, e-mails and phone numbers",
        native: "takes them for missing, because they would make one end user of many and reach nobody"),
    rule!(all_names,
        rudderstack: "looks for `eventType` under `wootric`, `Wootric` and `WOOTRIC`, the first that is there",
        native: "looks for `eventType` under `InMoment(formerly Wootric)`, `InMoment` and `Wootric` in any letter case, the first that has one"),
    rule!(lenient_event_type,
        rudderstack: "takes `create response` and `create decline` as `eventType`, in any letter case",
        native: "takes them also with white space and invisible characters around, and with `_` or `-` for the space"),
    rule!(ordinary_tracks,
        rudderstack: "takes every track for an answer, and fails when it names no `eventType`",
        native: "skips a track that names no `eventType` and has neither `properties.feedbackScore` nor `properties.feedbackText`"),
    rule!(integer_score,
        rudderstack: "sends as the score, as it is, whatever JavaScript finds to be from 0 to 10",
        native: "takes whole numbers from 0 to 10 as scores, and refuses anything else"),
    rule!(survey_properties,
        rudderstack: "does not read `properties.ip` and `properties.createdAt`",
        native: "reads `properties.ip` and `properties.createdAt`"),
    rule!(empty_traits_pass,
        rudderstack: "takes an empty `traits` for all traits there are",
        native: "reads `context.traits` when `traits` is empty"),
    rule!(flatten,
        rudderstack: "writes properties as JavaScript does: nothing as `null`, objects as `[object Object]`",
        native: "leaves nulls out, spells objects out as `key_sub`, gives `_date` and `_amount` the numbers InMoment wants, and cleans keys of what a form or InMoment's store cannot hold"),
    rule!(scale_times,
        rudderstack: "reads times as JavaScript does, and sends digits as they are, milliseconds too",
        native: "reads ISO 8601, what programs and mail print, compact dates, and epoch times by their size, and sends seconds"),
    rule!(next_time,
        rudderstack: "takes the first time there is, and none if that one cannot be read",
        native: "takes the first time that can be read"),
    rule!(sources_channel,
        rudderstack: "lets an event of the channel `sources` have its time in its context or traits",
        native: "takes the time from `timestamp` whatever the channel"),
    rule!(corrected_time,
        rudderstack: "takes `timestamp` and `originalTimestamp` as they stand, and no time if there is none",
        native: "takes the time corrected for the sender's clock, and when the event was received if it has none"),
    rule!(unset_times,
        rudderstack: "sends a `createdAt` of 0 or less",
        native: "takes a `createdAt` of 0 or less for one that was never set"),
    rule!(past_times,
        rudderstack: "sends times that lie in the future",
        native: "sends no time later than the arrival of the event"),
    rule!(answer_date, by InMoment,
        rudderstack: "dates an answer by the `createdAt` of the traits, also when that is the end user's sign-up",
        native: "dates an answer by the event's time when the traits' `createdAt` is the end user's sign-up"),
    rule!(second_lookup, by InMoment,
        rudderstack: "looks for an end user by InMoment's id alone when the event names one",
        native: "looks by the external id too when InMoment does not know the id that the event names"),
    rule!(properties_over_nothing, by InMoment,
        rudderstack: "sends no properties for an end user who has none yet",
        native: "sends the event's properties also for an end user who has none yet"),
    rule!(javascript,
        rudderstack: "finds, tests and writes values as JavaScript does: keys with dots are paths, blanks, booleans and objects are values",
        native: "takes texts and numbers that say something, and tries the next source after anything else"),
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
