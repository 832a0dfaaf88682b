//! An end user's properties, from the event's traits (docs/facts/mapping.md#properties, docs/facts/transformer.md#properties).
//!
//! Native: InMoment takes one level of texts, so nested objects are spelled out as `key_sub`, lists joined, and nulls left
//! out. Two values may want one key; then the one an author most plainly meant wins: the one less deeply nested, then the one
//! whose key needed no cleaning, then the first.

use crate::explain::Reader;
use crate::plan::{FieldSource, Properties, Refusal};
use crate::settings::NullTraits;
use crate::{js, text};
use event::identity::without_nul;
use event::time::Moment;
use indexmap::IndexMap;
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::str::FromStr;

/// Traits that have fields of their own (docs/facts/mapping.md#which-traits).
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
                value: Some(value.clone()).filter(|value| !value.is_null()),
                rule: rule.to_owned(),
            });
        }
        properties.push((key, value));
    }
    Ok(properties)
}

struct Entry {
    key: String,
    source: String,
    /// A text, or null for a stored property that is to go.
    value: Value,
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
        value: Value::String(value),
        rule: "as JavaScript writes it",
    };
    let mut entries = Vec::new();
    match traits {
        Value::Object(traits) => {
            for (key, value) in js::entries(traits) {
                // In either profile: what breaks the request, for its event or for ever.
                let key = without_nul(key);
                if !EXCLUDED.contains(&&*key) {
                    entries.push(entry(key.into_owned(), without_nul(&js::text(value)?).into_owned()));
                }
            }
        }
        // A list is an object with its indexes as keys, and so is a text.
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                entries.push(entry(at.to_string(), without_nul(&js::text(item)?).into_owned()));
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
    let clears = reader.settings.null_traits == NullTraits::Clear;
    let mut flat = Flat { clears, explains: reader.explains, ..Flat::default() };
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
    /// Whether a null clears the stored property of its key.
    clears: bool,
    /// Whether somebody reads the notes.
    explains: bool,
}

impl Flat {
    fn object(&mut self, source: &str, prefix: &str, members: &Map<String, Value>, depth: usize) {
        for (key, value) in members {
            if depth == 0 && EXCLUDED.contains(&key.as_str()) {
                continue;
            }
            let source = format!("{source}.{}", without_nul(key));
            let key = if depth == 0 { key.clone() } else { format!("{prefix}_{key}") };
            if let Value::Object(members) = value {
                self.object(&source, &key, members, depth + 1);
            } else if let Some((value, rule)) = property(value) {
                self.put(source, &key, Some(value), rule, depth);
            } else if self.clears && value.is_null() {
                self.put(
                    source,
                    &key,
                    None,
                    "it is null: the stored property of this name is removed (null_traits)",
                    depth,
                );
            } else if self.explains && value.is_null() {
                self.notes.push(format!("`{source}` is null, which says nothing (null_traits)"));
            }
        }
    }

    /// Takes a value under its key; `None` clears.
    fn put(&mut self, source: String, key: &str, value: Option<String>, rule: &'static str, depth: usize) {
        let clean = clean_key(key);
        if says_nothing(&clean) {
            // An empty key makes the whole of a form's properties a list.
            self.notes
                .push(format!("`{source}` is left out: its key has no character that InMoment can hold"));
            return;
        }
        let is_cleaned = matches!(clean, Cow::Owned(_));
        let (value, rule) = match convention(&clean, value.as_deref().unwrap_or_default()) {
            Convention::None if is_cleaned && value.is_some() => {
                (value, "its key is changed where InMoment's form and store could not hold it")
            }
            Convention::None => (value, rule),
            Convention::Seconds(seconds) => (Some(seconds), "a key ending `_date` takes UNIX seconds"),
            Convention::Amount(amount) => (Some(amount), "a key ending `_amount` takes a number"),
            Convention::Broken(wanted) => {
                self.notes
                    .push(format!("`{source}` is sent as it is: its key asks for {wanted}, which it is not"));
                (value, rule)
            }
        };
        let rank = (depth, is_cleaned);
        let value = value.map_or(Value::Null, Value::String);
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
        let rule = match value {
            Value::String(text) if text.contains('\0') => {
                "as text, without NUL, which InMoment's store cannot hold"
            }
            _ => "as text",
        };
        return text::property(value).map(|text| (text, rule));
    };
    if items.iter().any(|item| item.is_array() || item.is_object()) {
        return Some((text::storable(value).to_string(), "a list of lists or objects, as JSON"));
    }
    let items: Vec<String> = items.iter().filter_map(text::property).collect();
    Some((items.join(","), "a list, joined by commas"))
}

/// A key as a form and InMoment's store take it: brackets are the form's own syntax, `$` and `.` the store's
/// (docs/facts/inmoment-api.md#property-keys).
fn clean_key(key: &str) -> Cow<'_, str> {
    if key.contains(['\0', '$', '.', '[', ']']) {
        Cow::Owned(key.replace('\0', "").replace(['$', '.', '[', ']'], "_"))
    } else {
        Cow::Borrowed(key)
    }
}

/// A key of nothing, of blanks or of `_` alone.
fn says_nothing(key: &str) -> bool {
    key.chars().all(|c| c == '_' || c.is_whitespace()) || event::identity::is_blank(key)
}

enum Convention {
    None,
    Seconds(String),
    Amount(String),
    /// The value is not what the key asks for.
    Broken(&'static str),
}

/// What a key's ending asks of its value (docs/facts/inmoment-api.md#property-suffixes).
fn convention(key: &str, value: &str) -> Convention {
    if value.is_empty() {
        return Convention::None;
    }
    if key.ends_with("_date") {
        return match Moment::written(value) {
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
