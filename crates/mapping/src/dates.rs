//! How end users and answers are dated (docs/facts/mapping.md#answer-date, #seconds): when an event happened, when
//! somebody signed up, when an answer was given.
//!
//! No time is later than the arrival of the event: with a clock that runs ahead, a year of another calendar or a typing
//! error, InMoment would not survey the end user for years.

use crate::explain::{Conversion, EventMapper, nothing_in};
use crate::plan::{DeadReason, FormValue};
use crate::settings::ResponseCreatedAt;
use event::time::Moment;
use serde_json::Value;

const DAY_SECONDS: i64 = 24 * 60 * 60;

const ANSWER_FIELD: &str = "created_at";
const ANSWER: [&str; 1] = ["properties.createdAt"];
const TRAITS: [&str; 2] = ["traits.createdAt", "context.traits.createdAt"];

/// When the event happened, in UNIX seconds: its `timestamp`, else its `originalTimestamp` corrected to the gateway's
/// clock (docs/facts/mapping.md#event-time, docs/facts/gateway.md#times). Also returns its path and the rule that
/// applied.
pub(crate) fn event_time(reader: &EventMapper<'_>) -> (&'static str, FormValue, &'static str) {
    let received = reader.event.times.received;
    let own = |path: &str| reader.at(path).and_then(Moment::from_value).filter(|own| own.unix_seconds() > 0);
    let (source, moment, rule) = if let Some(own) = own("timestamp") {
        ("timestamp", own, "the event's own time, as UNIX seconds")
    } else if let Some(original) = own("originalTimestamp") {
        let sent = own("sentAt").unwrap_or(received);
        let rule = "corrected by received − sentAt, as UNIX seconds";
        let corrected = Some(received.corrected(sent, original)).filter(|moment| moment.unix_seconds() > 0);
        ("originalTimestamp", corrected.unwrap_or(received), rule)
    } else {
        (
            "receivedAt",
            received,
            "the event has no time of its own; the time of arrival counts, as UNIX seconds",
        )
    };
    let (seconds, arrival) = (moment.unix_seconds(), received.unix_seconds());
    if reader.switches.past_times && seconds > arrival {
        let rule = "it is later than the arrival; the time of arrival counts, as UNIX seconds";
        return (source, text(arrival), rule);
    }
    (source, text(seconds), rule)
}

/// When somebody signed up, from the first source that has such a time.
pub(crate) fn signed_up(
    reader: &mut EventMapper<'_>,
    field: &str,
    sources: &[&'static str],
) -> Result<Option<FormValue>, DeadReason> {
    if !reader.switches.scale_times {
        return reader.field(field, sources, Conversion::Seconds);
    }
    let found = first(reader, sources, Future::IsNone);
    record(reader, field, sources, found);
    Ok(found.map(|dated| text(dated.seconds)))
}

/// The date of an answer, and the date that replaces it if it is the end user's sign-up.
pub(crate) fn answered(
    reader: &mut EventMapper<'_>,
) -> Result<(Option<FormValue>, Option<FormValue>), DeadReason> {
    let switches = reader.switches;
    if reader.settings.response_created_at == ResponseCreatedAt::EventTime {
        let own = switches.scale_times.then(|| first(reader, &ANSWER, Future::IsArrival)).flatten();
        if let Some(own) = own.filter(|_| switches.survey_properties) {
            record(reader, ANSWER_FIELD, &ANSWER, Some(own));
            return Ok((Some(text(own.seconds)), None));
        }
        let (source, value, rule) = event_time(reader);
        reader.record(ANSWER_FIELD, Some(source), Some(&value), rule);
        return Ok((Some(value), None));
    }
    let all = [ANSWER[0], TRAITS[0], TRAITS[1]];
    let sources = if switches.survey_properties { &all[..] } else { &all[1..] };
    if !switches.scale_times {
        return Ok((reader.field(ANSWER_FIELD, sources, Conversion::Seconds)?, None));
    }
    let own = if switches.survey_properties { first(reader, &ANSWER, Future::IsArrival) } else { None };
    let from_traits = own.is_none();
    let found = own.or_else(|| first(reader, &TRAITS, Future::IsNone));
    record(reader, ANSWER_FIELD, sources, found);
    let Some(dated) = found else { return Ok((None, None)) };
    if !from_traits || !switches.answer_date {
        return Ok((Some(text(dated.seconds)), None));
    }
    let (source, instead, _) = event_time(reader);
    if reader.explains {
        let seconds = instead.as_str().unwrap_or_default();
        reader.note(format!(
            "`created_at` is the `createdAt` of the traits, which most SDKs repeat in every track. It counts unless it is known \
             as the end user's sign-up (`external_created_at`): then the event's own time counts, {seconds} from `{source}`. \
             `properties.createdAt` would always count."
        ));
    }
    Ok((Some(text(dated.seconds)), Some(instead)))
}

/// How a time far in the future is treated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Future {
    /// It is not a sign-up, so it is ignored.
    IsNone,
    /// It counts as the time of arrival.
    IsArrival,
}

/// A time and its path in the event.
#[derive(Clone, Copy)]
struct Dated {
    source: &'static str,
    seconds: i64,
    is_arrival: bool,
}

/// The first source that has a time; with the switch `next_time` off, the first source that has any value decides.
fn first(reader: &EventMapper<'_>, sources: &[&'static str], future: Future) -> Option<Dated> {
    for source in sources {
        let Some(value) = reader.source(source) else { continue };
        if let Some(seconds) = Moment::from_value(&value).and_then(|moment| sensible(reader, moment, future))
        {
            let arrival = reader.event.times.received.unix_seconds();
            let is_arrival = reader.switches.past_times && seconds > arrival;
            let seconds = if is_arrival { arrival } else { seconds };
            return Some(Dated { source, seconds, is_arrival });
        }
        if !reader.switches.next_time {
            return None;
        }
    }
    None
}

/// A time as seconds, unless it was never set or is not a time.
fn sensible(reader: &EventMapper<'_>, moment: Moment, future: Future) -> Option<i64> {
    let seconds = moment.unix_seconds();
    if reader.switches.unset_times && seconds <= 0 {
        return None;
    }
    // Up to a day, the cause is a clock that runs ahead or a missing time zone.
    let latest = reader.event.times.received.unix_seconds() + DAY_SECONDS;
    let is_beyond = reader.switches.past_times && future == Future::IsNone && seconds > latest;
    (!is_beyond).then_some(seconds)
}

fn record(reader: &mut EventMapper<'_>, field: &str, sources: &[&'static str], found: Option<Dated>) {
    if !reader.explains {
        return;
    }
    match found {
        Some(dated) => {
            let rule = if dated.is_arrival {
                "it is later than the arrival; the time of arrival counts, as UNIX seconds"
            } else {
                "the first source that has a time, as UNIX seconds"
            };
            reader.record(field, Some(dated.source), Some(&text(dated.seconds)), rule);
        }
        None => {
            let otherwise =
                if field == ANSWER_FIELD { "; InMoment dates the answer when it takes it" } else { "" };
            reader.record(
                field,
                None,
                None,
                format!("{} that is a time, set and not in the future{otherwise}", nothing_in(sources)),
            )
        }
    }
}

fn text(seconds: i64) -> FormValue {
    Value::String(seconds.to_string())
}
