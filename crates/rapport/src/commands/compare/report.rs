//! The result of a comparison: counts, and one example of each kind of difference. Its size is bounded, however many
//! events there are.

use crate::failure::Failure;
use crate::output::Out;
use crate::table;
use mapping::{Difference, Effect, FieldDifference, RULES, Rule};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;

/// The number of unreadable lines that are named.
const NAMED: usize = 100;
/// The length to which values are cut for people.
const LONGEST_VALUE: usize = 120;

/// The position of an event in the file.
#[derive(Clone, Copy)]
pub(super) struct EventLocation {
    line: u64,
    /// the kind of its container, and its number in it
    within: Option<(&'static str, u64)>,
}

impl EventLocation {
    /// The value that begins on this line.
    pub(super) fn line(line: u64) -> EventLocation {
        EventLocation { line, within: None }
    }

    /// One of several of the value that begins on this line.
    pub(super) fn within(line: u64, what: &'static str, nth: usize) -> EventLocation {
        EventLocation { line, within: Some((what, u64::try_from(nth).unwrap_or(u64::MAX).saturating_add(1))) }
    }
}

impl fmt::Display for EventLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        self.within.map_or(Ok(()), |(what, nth)| write!(f, ", {what} {nth}"))
    }
}

/// What has been compared so far.
#[derive(Default)]
pub(super) struct Report {
    events: u64,
    different: u64,
    passed_over: u64,
    unreadable: u64,
    named: Vec<Unreadable>,
    /// By the rule's place in [`RULES`].
    found: BTreeMap<(usize, Effect), Tally>,
}

struct Unreadable {
    place: EventLocation,
    code: &'static str,
    what: String,
}

/// Differences of one kind.
struct Tally {
    events: u64,
    example: Example,
}

/// The first of them.
struct Example {
    message_id: Option<String>,
    place: EventLocation,
    fields: Vec<FieldDifference>,
}

impl Report {
    /// Notes that an event was compared.
    pub(super) fn compared(
        &mut self,
        place: EventLocation,
        message_id: Option<&str>,
        found: Vec<Difference>,
    ) {
        self.events += 1;
        self.different += u64::from(found.iter().any(|difference| difference.effect.depends_on().is_none()));
        for Difference { rule, effect, fields } in found {
            let nth = RULES.iter().position(|other| other == rule).unwrap_or(RULES.len());
            let first = || Tally {
                events: 0,
                example: Example { message_id: message_id.map(str::to_owned), place, fields },
            };
            self.found.entry((nth, effect)).or_insert_with(first).events += 1;
        }
    }

    /// Notes a value that is not an event.
    pub(super) fn unreadable(&mut self, place: EventLocation, code: &'static str, what: String) {
        self.unreadable += 1;
        if self.named.len() < NAMED {
            self.named.push(Unreadable { place, code, what });
        }
    }

    /// Events for destinations of another type.
    pub(super) fn passed_over(&mut self, events: usize) {
        self.passed_over += u64::try_from(events).unwrap_or(u64::MAX);
    }

    /// Ends the comparison after the last value.
    pub(super) fn is_complete(&self) -> bool {
        self.unreadable == 0
    }

    /// Each rule that makes or may make a difference, with its effects.
    fn by_rule(&self) -> impl Iterator<Item = (&'static Rule, Vec<(Effect, &Tally)>)> {
        RULES.iter().enumerate().filter_map(|(nth, rule)| {
            let found = self.found.iter().filter(move |((other, _), _)| *other == nth);
            let effects: Vec<(Effect, &Tally)> = found.map(|((_, effect), tally)| (*effect, tally)).collect();
            (!effects.is_empty()).then_some((rule, effects))
        })
    }

    /// The report for programs.
    pub(super) fn json(&self) -> Value {
        let effect = |(effect, tally): (Effect, &Tally)| {
            let Example { message_id, place, fields } = &tally.example;
            json!({
                "effect": effect,
                "depends_on": effect.depends_on(),
                "events": tally.events,
                "example": {"message_id": message_id, "place": place.to_string(), "fields": fields},
            })
        };
        let rules = self.by_rule().map(|(rule, effects)| {
            json!({
                "rule": rule.name,
                "rudderstack": rule.rudderstack,
                "native": rule.native,
                "effects": effects.into_iter().map(effect).collect::<Vec<_>>(),
            })
        });
        let named = self.named.iter().map(|Unreadable { place, code, what }| {
            json!({"place": place.to_string(), "code": code, "reason": what})
        });
        json!({
            "events": self.events,
            "same": self.events - self.different,
            "different": self.different,
            "unreadable": self.unreadable,
            "passed_over": self.passed_over,
            "rules": rules.collect::<Vec<_>>(),
            "unreadable_examples": named.collect::<Vec<_>>(),
        })
    }

    /// The report for people.
    pub(super) fn write(&self, out: &mut Out<'_>) -> Result<(), Failure> {
        if !self.found.is_empty() {
            let rows = self.by_rule().flat_map(|(rule, effects)| {
                let row = |(effect, tally): (Effect, &Tally)| {
                    vec![rule.name.to_owned(), tally.events.to_string(), effect.words().to_owned()]
                };
                effects.into_iter().map(row).collect::<Vec<_>>()
            });
            out.line(table::plain(&["rule", "events", "what it means"], rows.collect()))?;
            out.line("")?;
        }
        for (rule, effects) in self.by_rule() {
            out.line(rule.name)?;
            out.line(format!("  rudderstack  {}", rule.rudderstack))?;
            out.line(format!("  native       {}", rule.native))?;
            for (effect, tally) in effects {
                write_example(effect, &tally.example, out)?;
            }
            out.line("")?;
        }
        for Unreadable { place, code, what } in &self.named {
            out.line(format!("{place}: {what} [{code}]"))?;
        }
        if self.unreadable > u64::try_from(self.named.len()).unwrap_or(u64::MAX) {
            out.line("and so on")?;
        }
        out.line(self.totals())?;
        Ok(())
    }

    fn totals(&self) -> String {
        let mut totals = format!(
            "{} compared: {} the same in both profiles, {} different, {} unreadable",
            table::counted(self.events, "event"),
            self.events - self.different,
            self.different,
            self.unreadable
        );
        if self.passed_over > 0 {
            let others = table::counted(self.passed_over, "event");
            totals.push_str(&format!("; {others} for destinations of another type passed over"));
        }
        totals
    }
}

fn write_example(effect: Effect, example: &Example, out: &mut Out<'_>) -> Result<(), Failure> {
    let Example { message_id, place, fields } = example;
    let id = message_id.as_ref().map_or(String::new(), |id| format!("{} (", table::visible(id)));
    let end = if id.is_empty() { "" } else { ")" };
    out.line(format!("  {}, e.g. {id}{place}{end}", effect.words()))?;
    if let Some(field) = fields.first() {
        let value = |value: &Option<Value>| value.as_ref().map_or("nothing".to_owned(), to_text);
        let more = fields.len() - 1;
        let more = if more > 0 {
            format!(", and {} more", table::counted(more as u64, "field"))
        } else {
            String::new()
        };
        out.line(format!(
            "    {}: rudderstack {}, native {}{more}",
            table::visible(&field.field),
            value(&field.rudderstack),
            value(&field.native)
        ))?;
    }
    Ok(())
}

/// A value as JSON, cut if it is long.
fn to_text(value: &Value) -> String {
    let text = table::visible(&value.to_string());
    match text.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
