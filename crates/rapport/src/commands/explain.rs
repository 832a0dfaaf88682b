//! `rapport explain`: the plan of an event with its reasons, in both profiles; it sends nothing and uses no state.
//!
//! The input may be one event, a batch as SDKs send it, or several events. Data that only a server has (the caller, a
//! destination's consents) are not known here; the output says so where it matters.

mod identities;

use super::input::{self, Document, Documents};
use crate::cli;
use crate::failure::{Exit, Failure, code};
use crate::output::Out;
use crate::table;
use delivery::Outlook;
use event::{Envelope, Event, Millis, SourceKind};
use identities::Identities;
use mapping::{FieldSource, Intent, Plan, PlanOutcome, Profile, Settings};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::io::{self, BufRead};
use std::path::Path;

/// A placeholder for the caller's address, which only a server knows.
pub(super) const CALLER: &str = "127.0.0.1";

/// Runs the command.
pub(super) fn run(args: &cli::Explain, now: Millis, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let given = Documents::new(input::open(&args.file)?);
    let profile = args.profile.profile();
    let texts = events(given, &args.file)?;
    let mut identities = Identities::default();
    for (nth, event) in texts.iter().enumerate() {
        let index = u32::try_from(nth).unwrap_or(u32::MAX);
        let mut explained = Explained::new(event, index, profile, now);
        explained.notes.extend(identities.note(nth + 1, explained.identity.as_ref()));
        if args.json {
            out.json(&explained.json())?;
        } else {
            if nth > 0 {
                out.line("")?;
            }
            explained.write(out)?;
        }
    }
    Ok(Exit::Done)
}

/// The texts of the events in the input. Either all of it is understood, or nothing is explained.
fn events(mut given: Documents<impl BufRead>, file: &Path) -> Result<Vec<String>, Failure> {
    let mut events = Vec::new();
    let mut length = 0;
    while let Some(document) = given.next().map_err(|error| input::unreadable(file, &error))? {
        let Document { text, .. } = document.map_err(|error| not_json(error.what))?;
        length += text.len();
        if length > input::MAX_LENGTH {
            return Err(input::unreadable(file, &io::Error::other("it is longer than 64 MiB")));
        }
        match input::batch(&text) {
            Some(batch) => events.extend(batch.into_iter().map(Cow::into_owned)),
            None => events.push(text),
        }
    }
    if events.is_empty() { Err(not_json("there is no event in it".to_owned())) } else { Ok(events) }
}

fn not_json(what: String) -> Failure {
    Failure::new(code::INPUT_NOT_JSON, what).advice("give one event, one batch, or one event a line")
}

/// One event's plans.
struct Explained {
    message_id: String,
    kind: String,
    profile: Profile,
    plan: Plan,
    other: Plan,
    /// The calls that its delivery may need.
    outlook: Option<Outlook>,
    notes: Vec<String>,
    /// Its message id, and a note about it.
    identity: Option<(String, u128)>,
}

impl Explained {
    fn new(text: &str, index: u32, profile: Profile, now: Millis) -> Explained {
        let envelope = Envelope {
            source: None,
            source_kind: SourceKind::Server,
            received_at: now,
            request_ip: Some(CALLER.to_owned()),
            forced: None,
            request_id: [0; 16],
            index,
        };
        let event = Event::read(text, &envelope);
        let foresee = |profile| {
            let settings = Settings { profile, ..Settings::default() };
            let plan = event.as_ref().map(|event| mapping::plan(event, &settings));
            let mut plan = plan.unwrap_or_else(|error| Plan::unreadable(*error));
            let outlook = delivery::foresee(&mut plan.outcome, &settings);
            (plan, outlook)
        };
        let other = match profile {
            Profile::Native => Profile::Rudderstack,
            Profile::Rudderstack => Profile::Native,
        };
        let (plan, outlook) = foresee(profile);
        let mut explained = Explained {
            message_id: String::new(),
            kind: String::new(),
            profile,
            plan,
            other: foresee(other).0,
            outlook,
            notes: Vec::new(),
            identity: None,
        };
        if let Ok(event) = &event {
            explained.kind = event.kind.as_str().to_owned();
            explained.message_id = event.message_id.clone();
            if event.message_id_generated {
                explained.message_id = String::new();
            }
            explained.identity = Some((explained.message_id.clone(), event.content_hash()));
            if explained.plan.fields.iter().any(|field| field.from.as_deref() == Some("request_ip"))
                && !event.body.contains_key("request_ip")
            {
                explained
                    .notes
                    .push(format!("{CALLER} stands in for the caller's address, which only a server knows"));
            }
        }
        explained
    }

    fn json(&self) -> Value {
        let (outcome, code, reason) = outcome_words(&self.plan.outcome);
        let intent = intent_of(&self.plan.outcome);
        let calls = self.outlook.as_ref().map(|outlook| {
            let (known, unknown) = calls(outlook);
            json!({"end_user_known": known, "end_user_unknown": unknown})
        });
        json!({
            "message_id": self.message_id,
            "type": self.kind,
            "profile": self.profile,
            "outcome": outcome,
            "code": code,
            "reason": reason,
            "intent": intent.map(|intent| intent.action.word()),
            "who": intent.map(|intent| &intent.who),
            "fields": self.plan.fields,
            "calls": calls,
            "notes": self.all_notes(),
            "other_profile": self.differences().into_iter().map(|(what, here, there)| {
                json!({"what": what, "here": here, "there": there})
            }).collect::<Vec<_>>(),
        })
    }

    fn all_notes(&self) -> Vec<&String> {
        self.plan.notes.iter().chain(&self.notes).collect()
    }

    fn write(&self, out: &mut Out<'_>) -> Result<(), Failure> {
        let (outcome, code, reason) = outcome_words(&self.plan.outcome);
        let because = match (code, reason) {
            (Some(code), Some(reason)) => format!(": {} [{code}]", table::visible(&reason)),
            (Some(code), None) => format!(" [{code}]"),
            _ => String::new(),
        };
        let kind = if self.kind.is_empty() { "no type" } else { &self.kind };
        let id = if self.message_id.is_empty() { "no messageId" } else { &self.message_id };
        out.line(format!("{} ({}) -> {outcome}{because}", table::visible(kind), table::visible(id)))?;
        if let Some(intent) = intent_of(&self.plan.outcome) {
            out.line(format!("intent: {} for {}", intent.action.word(), who_words(intent)))?;
        }
        if let Some(outlook) = &self.outlook {
            let (known, unknown) = calls(outlook);
            out.line(format!("calls:  {known} when the end user is known; when not, {unknown}"))?;
        }
        if !self.plan.fields.is_empty() {
            out.line("")?;
            let rows = self.plan.fields.iter().map(row).collect();
            out.line(table::plain(&["field", "value", "from", "rule"], rows))?;
        }
        for note in self.all_notes() {
            out.line(format!("note: {}", table::visible(note)))?;
        }
        let differences = self.differences();
        if !differences.is_empty() {
            let (here, there) = match self.profile {
                Profile::Native => ("native", "rudderstack"),
                Profile::Rudderstack => ("rudderstack", "native"),
            };
            out.line("")?;
            let rows = differences
                .into_iter()
                .map(|(what, here, there)| [what, here, there].map(|text| table::visible(&text)).to_vec());
            out.line(table::plain(&["where the profiles differ", here, there], rows.collect()))?;
        }
        Ok(())
    }

    /// The differences between the two profiles: the subject, and the value in each.
    fn differences(&self) -> Vec<(String, String, String)> {
        let mut rows = Vec::new();
        let outcome = |plan: &Plan| {
            let (word, code, _) = outcome_words(&plan.outcome);
            code.map_or_else(|| word.to_owned(), |code| format!("{word} [{code}]"))
        };
        let (here, there) = (outcome(&self.plan), outcome(&self.other));
        if here != there {
            rows.push(("outcome".to_owned(), here, there));
        }
        if intent_of(&self.plan.outcome).is_none() && intent_of(&self.other.outcome).is_none() {
            return rows;
        }
        let mut names: Vec<&str> = Vec::new();
        for field in self.plan.fields.iter().chain(&self.other.fields) {
            if !names.contains(&field.field.as_str()) {
                names.push(&field.field);
            }
        }
        for name in names {
            let value = |plan: &Plan| {
                let field = plan.fields.iter().find(|field| field.field == name);
                field.and_then(|field| field.value.as_ref()).map_or_else(|| "-".to_owned(), Value::to_string)
            };
            let (here, there) = (value(&self.plan), value(&self.other));
            if here != there {
                rows.push((name.to_owned(), here, there));
            }
        }
        rows
    }
}

fn outcome_words(outcome: &PlanOutcome) -> (&'static str, Option<String>, Option<String>) {
    match outcome {
        PlanOutcome::Deliver(_) => ("deliver", None, None),
        PlanOutcome::Skip(reason) => ("skip", Some(reason.code().to_owned()), None),
        PlanOutcome::Dead(refusal) => {
            ("dead letter", Some(refusal.code.to_owned()), Some(refusal.reason.clone()))
        }
    }
}

fn intent_of(outcome: &PlanOutcome) -> Option<&Intent> {
    match outcome {
        PlanOutcome::Deliver(intent) => Some(intent),
        _ => None,
    }
}

fn who_words(intent: &Intent) -> String {
    let end_user = intent.who.end_user_id.as_ref().map(|id| format!("end-user id {}", table::visible(id)));
    let external = intent.who.external_id.as_ref().map(|id| format!("external id {}", table::visible(id)));
    [end_user, external].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The number of calls of the intent, with a known and with an unknown end user.
fn calls(outlook: &Outlook) -> (String, String) {
    let known = match outlook.known {
        0 => "none".to_owned(),
        known if outlook.none_if_same => format!("{known} (none when nothing changes)"),
        known => known.to_string(),
    };
    let what = if outlook.known > 0 { "look-ups and the write" } else { "look-ups" };
    let waits = if outlook.waits { "; it waits while InMoment does not know the end user" } else { "" };
    (known, format!("up to {}, {what}{waits}", outlook.unknown))
}

fn row(field: &FieldSource) -> Vec<String> {
    let value = match &field.value {
        Some(Value::String(text)) => table::visible(text),
        Some(other) => other.to_string(),
        None => "-".to_owned(),
    };
    let from = field.from.as_deref().unwrap_or("-");
    vec![table::visible(&field.field), value, table::visible(from), table::visible(&field.rule)]
}

#[cfg(test)]
mod tests;
