//! An end user's properties, from the event's traits (mapping.md 5, transformer.md 2.6).
//!
//! Native: InMoment takes one level of texts, so nested objects are spelled out as `key_sub`, lists joined, and nulls left
//! out. Two values may want one key; then the one an author most plainly meant wins: the one less deeply nested, then the one
//! whose key needed no cleaning, then the first.

use crate::explain::Reader;
use crate::plan::{FieldSource, Properties, Refusal};
use crate::{js, text};
use event::time::Moment;
use indexmap::IndexMap;
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::str::FromStr;

/// Traits that have fields of their own (mapping.md 3).
pub(crate) const EXCLUDED: [&str; 6] = ["userId", "anonymousId", "id", "email", "phone", "createdAt"];

const SOURCES: [&str; 2] = ["traits", "context.traits"];

/// Reads the properties; `prefix` is `properties` or `end_user[properties]`.
pub(crate) fn read(reader: &mut Reader<'_>, prefix: &str) -> Result<Properties, Refusal> {
    let entries = match traits(reader) {
        None => Vec::new(),
        Some((source, traits)) if reader.switches.flatten => flattened(reader, source, traits),
        Some((source, traits)) => written_by_javascript(reader.explains, source, traits)?,
    };
    let mut properties = Properties::new();
    for Entry { key, source, value, rule } in entries {
        if reader.explains {
            reader.fields.push(FieldSource {
                field: format!("{prefix}[{key}]"),
                from: Some(source),
                value: Some(Value::String(value.clone())),
                rule: rule.to_owned(),
            });
        }
        properties.push((key, Value::String(value)));
    }
    Ok(properties)
}

struct Entry {
    key: String,
    source: String,
    value: String,
    rule: &'static str,
}

/// The first of the two traits that there are.
fn traits<'a>(reader: &Reader<'a>) -> Option<(&'static str, &'a Value)> {
    let switches = reader.switches;
    let is_there = |value: &Value| if switches.javascript { js::is_usable(value) } else { value.is_object() };
    let is_passed =
        |value: &Value| switches.empty_traits_pass && value.as_object().is_some_and(Map::is_empty);
    SOURCES.iter().find_map(|source| {
        reader.at(source).filter(|value| is_there(value) && !is_passed(value)).map(|value| (*source, value))
    })
}

/// Where each came from is written down for `explains` alone.
fn written_by_javascript(explains: bool, source: &str, traits: &Value) -> Result<Vec<Entry>, Refusal> {
    let entry = |key: String, value: String| Entry {
        source: if explains { format!("{source}.{key}") } else { String::new() },
        key,
        value,
        rule: "as JavaScript writes it",
    };
    let mut entries = Vec::new();
    match traits {
        Value::Object(traits) => {
            for (key, value) in js::entries(traits) {
                if !EXCLUDED.contains(&key) {
                    entries.push(entry(key.to_owned(), js::text(value)?));
                }
            }
        }
        // A list is an object with its indexes as keys, and so is a text.
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                entries.push(entry(at.to_string(), js::text(item)?));
            }
        }
        Value::String(text) => {
            for (at, unit) in text.encode_utf16().enumerate() {
                entries.push(entry(at.to_string(), String::from_utf16_lossy(&[unit])));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    Ok(entries)
}

fn flattened(reader: &mut Reader<'_>, source: &str, traits: &Value) -> Vec<Entry> {
    let Some(traits) = traits.as_object() else { return Vec::new() };
    let mut flat = Flat::default();
    flat.object(source, "", traits, 0);
    for note in flat.notes {
        reader.note(note);
    }
    flat.entries.into_iter().map(|(key, ranked)| Entry { key, ..ranked.entry }).collect()
}

/// A value with how plainly its key was meant; the least wins.
struct Ranked {
    rank: (usize, bool),
    entry: Entry,
}

#[derive(Default)]
struct Flat {
    entries: IndexMap<String, Ranked>,
    notes: Vec<String>,
}

impl Flat {
    fn object(&mut self, source: &str, prefix: &str, members: &Map<String, Value>, depth: usize) {
        for (key, value) in members {
            if depth == 0 && EXCLUDED.contains(&key.as_str()) {
                continue;
            }
            let source = format!("{source}.{key}");
            let key = if depth == 0 { key.clone() } else { format!("{prefix}_{key}") };
            if let Value::Object(members) = value {
                self.object(&source, &key, members, depth + 1);
            } else if let Some((value, rule)) = property(value) {
                self.put(source, &key, value, rule, depth);
            }
        }
    }

    fn put(&mut self, source: String, key: &str, value: String, rule: &'static str, depth: usize) {
        let clean = clean_key(key);
        if clean.is_empty() {
            // An empty key makes the whole of a form's properties a list.
            self.notes.push(format!("`{source}` is left out: its key is empty"));
            return;
        }
        let (value, rule) = match convention(&clean, &value) {
            Convention::None => (value, rule),
            Convention::Seconds(seconds) => (seconds, "a key ending `_date` takes UNIX seconds"),
            Convention::Amount(amount) => (amount, "a key ending `_amount` takes a number"),
            Convention::Broken(wanted) => {
                self.notes
                    .push(format!("`{source}` is sent as it is: its key asks for {wanted}, which it is not"));
                (value, rule)
            }
        };
        let rank = (depth, matches!(clean, Cow::Owned(_)));
        let entry = Entry { key: String::new(), source, value, rule };
        match self.entries.get_mut(&*clean) {
            Some(there) if there.rank <= rank => {
                self.notes.push(format!(
                    "`{}` is left out: `{}` has the same key",
                    entry.source, there.entry.source
                ));
            }
            Some(there) => {
                self.notes.push(format!(
                    "`{}` is left out: `{}` has the same key",
                    there.entry.source, entry.source
                ));
                *there = Ranked { rank, entry };
            }
            None => {
                self.entries.insert(clean.into_owned(), Ranked { rank, entry });
            }
        }
    }
}

/// A value that is no object, as text, and the rule for it; `None` for what is left out.
fn property(value: &Value) -> Option<(String, &'static str)> {
    let Value::Array(items) = value else {
        return text::property(value).map(|text| (text, "as text"));
    };
    if items.iter().any(|item| item.is_array() || item.is_object()) {
        return Some((value.to_string(), "a list of lists or objects, as JSON"));
    }
    let items: Vec<String> = items.iter().filter_map(text::property).collect();
    Some((items.join(","), "a list, joined by commas"))
}

/// A key as InMoment's store takes it (inmoment-api.md 4.6).
fn clean_key(key: &str) -> Cow<'_, str> {
    if key.contains(['\0', '$', '.']) {
        Cow::Owned(key.replace('\0', "").replace(['$', '.'], "_"))
    } else {
        Cow::Borrowed(key)
    }
}

enum Convention {
    None,
    Seconds(String),
    Amount(String),
    /// The value is not what the key asks for.
    Broken(&'static str),
}

/// What a key's ending asks of its value (inmoment-api.md 4.6).
fn convention(key: &str, value: &str) -> Convention {
    if value.is_empty() {
        return Convention::None;
    }
    if key.ends_with("_date") {
        return match Moment::parse(value) {
            Some(moment) => Convention::Seconds(moment.unix_seconds().to_string()),
            None => Convention::Broken("a date"),
        };
    }
    if key.ends_with("_amount") {
        return match Number::from_str(value.trim()) {
            Ok(number) => Convention::Amount(event::number::decimal(&number)),
            Err(_) => Convention::Broken("a number"),
        };
    }
    Convention::None
}

#[cfg(test)]
mod tests;
