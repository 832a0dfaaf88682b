//! An end user's properties, from the event's traits (docs/facts/mapping.md#properties, docs/facts/transformer.md#properties).
//!
//! In the profile `native`: InMoment accepts one level of texts, so nested objects are flattened to `key_sub`, lists
//! are joined, and nulls are left out. If two values get the same key, the less deeply nested value wins, then the
//! value whose key needed no cleaning, then the first. Values for which a form has no room are left out
//! ([`crate::room`]). The work is proportional to the size of the event, whatever the depth of its objects and the
//! length of their keys.

use crate::explain::EventMapper;
use crate::plan::{DeadReason, FieldSource, Properties};
use crate::room::{FormRoom, LONGEST_KEY, PROPERTIES};
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

/// The largest number of notes about single traits.
const MOST_NOTES: usize = 50;

const SOURCES: [&str; 2] = ["traits", "context.traits"];

/// Reads the properties; `prefix` is `properties` or `end_user[properties]`.
pub(crate) fn read(reader: &mut EventMapper<'_>, prefix: &str) -> Result<Properties, DeadReason> {
    let (entries, mut too_many) = match traits(reader) {
        None => (Vec::new(), 0),
        Some((source, traits)) if reader.switches.flatten => flattened(reader, source, traits),
        Some((source, traits)) => {
            let beyond = members(traits).saturating_sub(PROPERTIES);
            (written_by_javascript(reader.explains, source, traits)?, beyond)
        }
    };
    let mut properties = Properties::new();
    let mut room = FormRoom::default();
    for Entry { key, source, value, rule } in entries {
        if !room.takes(&key, &value) {
            too_many += 1;
            continue;
        }
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
    if too_many > 0 {
        let room = "InMoment's form has no room for more (4,000 properties, 768 KiB)";
        reader.note(format!("{}: {room}", left_out(too_many, "property", "properties")));
    }
    Ok(properties)
}

/// `1 trait is left out`, `2 traits are left out`.
fn left_out(many: usize, one: &str, more: &str) -> String {
    if many == 1 { format!("1 {one} is left out") } else { format!("{many} {more} are left out") }
}

/// How many members JavaScript finds in a value.
fn members(value: &Value) -> usize {
    match value {
        Value::Object(members) => members.len(),
        Value::Array(items) => items.len(),
        Value::String(text) => text.encode_utf16().count(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

struct Entry {
    key: String,
    source: String,
    /// A text, or null for a stored property that is to be removed.
    value: Value,
    rule: &'static str,
}

/// The first of the two `traits` that is present.
fn traits<'a>(reader: &EventMapper<'a>) -> Option<(&'static str, &'a Value)> {
    let switches = reader.switches;
    let is_there = |value: &Value| if switches.javascript { js::is_usable(value) } else { value.is_object() };
    let is_passed =
        |value: &Value| switches.empty_traits_pass && value.as_object().is_some_and(Map::is_empty);
    SOURCES.iter().find_map(|source| {
        reader.at(source).filter(|value| is_there(value) && !is_passed(value)).map(|value| (*source, value))
    })
}

/// The source of each is recorded only for `explains`.
fn written_by_javascript(explains: bool, source: &str, traits: &Value) -> Result<Vec<Entry>, DeadReason> {
    let entry = |key: String, value: String| Entry {
        source: if explains { format!("{source}.{key}") } else { String::new() },
        key,
        value: Value::String(value),
        rule: "as JavaScript writes it",
    };
    let mut entries = Vec::new();
    match traits {
        Value::Object(traits) => {
            for (key, value) in js::entries(traits).into_iter().take(PROPERTIES) {
                // This applies to both profiles, because such a value breaks the request at every try.
                let key = without_nul(key);
                if !EXCLUDED.contains(&&*key) {
                    entries.push(entry(key.into_owned(), without_nul(&js::text(value)?).into_owned()));
                }
            }
        }
        // JavaScript treats a list, and a text, as an object with its indexes as keys.
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate().take(PROPERTIES) {
                entries.push(entry(at.to_string(), without_nul(&js::text(item)?).into_owned()));
            }
        }
        Value::String(text) => {
            for (at, unit) in text.encode_utf16().enumerate().take(PROPERTIES) {
                entries.push(entry(at.to_string(), String::from_utf16_lossy(&[unit])));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    Ok(entries)
}

/// The entries, and the number of entries for which there is no room.
fn flattened(reader: &mut EventMapper<'_>, source: &str, traits: &Value) -> (Vec<Entry>, usize) {
    let Some(traits) = traits.as_object() else { return (Vec::new(), 0) };
    let clears = reader.settings.null_traits == NullTraits::Clear;
    let mut flat = Flat { clears, explains: reader.explains, ..Flat::default() };
    flat.object(&mut TraitPath { source: source.to_owned(), key: String::new(), depth: 0 }, traits);
    for note in flat.notes() {
        reader.note(note);
    }
    let entries = flat.entries.into_iter().map(|(key, ranked)| Entry { key, ..ranked.entry });
    (entries.collect(), flat.too_many)
}

/// A value with the precedence of its key; the lowest wins.
struct Ranked {
    rank: (usize, bool),
    entry: Entry,
}

/// The position of a value in the traits. One text serves all values: it grows on the way down and shrinks on the way
/// up.
struct TraitPath {
    /// its path in the event
    source: String,
    /// its key, as in the event
    key: String,
    depth: usize,
}

impl TraitPath {
    /// Descends to a member, and returns when `then` is done.
    fn at(&mut self, member: &str, then: impl FnOnce(&mut TraitPath)) {
        let (source, key) = (self.source.len(), self.key.len());
        self.source.push('.');
        self.source.push_str(&without_nul(member));
        if self.depth > 0 {
            self.key.push('_');
        }
        self.key.push_str(member);
        self.depth += 1;
        then(self);
        self.depth -= 1;
        self.source.truncate(source);
        self.key.truncate(key);
    }

    /// How deeply a member is nested: 0 directly below the traits.
    fn rank(&self) -> usize {
        self.depth - 1
    }
}

#[derive(Default)]
struct Flat {
    entries: IndexMap<String, Ranked>,
    notes: Vec<String>,
    /// The number of values that were left out because of a long key, and because there was no room.
    long_keys: usize,
    too_many: usize,
    /// The number of further notes about single values.
    unsaid: usize,
    /// Whether a null clears the stored property of its key.
    clears: bool,
    /// Whether the notes are wanted.
    explains: bool,
}

impl Flat {
    fn object(&mut self, path: &mut TraitPath, members: &Map<String, Value>) {
        for (key, value) in members {
            if path.depth == 0 && EXCLUDED.contains(&key.as_str()) {
                continue;
            }
            if path.key.len() + usize::from(path.depth > 0) + key.len() > LONGEST_KEY {
                self.long_keys += 1;
                continue;
            }
            path.at(key, |path| self.member(path, value));
        }
    }

    fn member(&mut self, path: &mut TraitPath, value: &Value) {
        if let Value::Object(members) = value {
            self.object(path, members);
        } else if value.is_null() && self.clears {
            let rule = "it is null: the stored property of this name is removed (null_traits)";
            self.put(path, None, rule);
        } else if value.is_null() {
            self.say(|| format!("`{}` is null, which has no effect (null_traits)", path.source));
        } else if let Some((value, rule)) = property(value) {
            self.put(path, Some(value), rule);
        }
    }

    /// Notes what is done with a single value; if there are many, only with the first ones.
    fn say(&mut self, note: impl FnOnce() -> String) {
        if self.explains && self.notes.len() < MOST_NOTES {
            self.notes.push(note());
        } else {
            self.unsaid += usize::from(self.explains);
        }
    }

    /// Adds a value under its key; `None` removes the stored property.
    fn put(&mut self, path: &TraitPath, value: Option<String>, rule: &'static str) {
        let clean = clean_key(&path.key);
        let source = &path.source;
        if says_nothing(&clean) {
            // An empty key turns all properties of a form into a list.
            return self
                .say(|| format!("`{source}` is left out: its key has no character that InMoment can hold"));
        }
        let is_cleaned = matches!(clean, Cow::Owned(_));
        let rank = (path.rank(), is_cleaned);
        if let Some(there) = self.entries.get(&*clean) {
            let (loser, winner) = if there.rank <= rank {
                (source, &there.entry.source)
            } else {
                (&there.entry.source, source)
            };
            let (loser, winner, loses) = (loser.clone(), winner.clone(), there.rank <= rank);
            self.say(|| format!("`{loser}` is left out: `{winner}` has the same key"));
            if loses {
                return;
            }
        } else if self.entries.len() >= PROPERTIES {
            self.too_many += 1;
            return;
        }
        let (value, rule) = match convention(&clean, value.as_deref().unwrap_or_default()) {
            Convention::None if is_cleaned && value.is_some() => {
                (value, "its key is changed where InMoment's form and store could not hold it")
            }
            Convention::None => (value, rule),
            Convention::Seconds(seconds) => (Some(seconds), "a key ending `_date` takes UNIX seconds"),
            Convention::Amount(amount) => (Some(amount), "a key ending `_amount` takes a number"),
            Convention::Broken(wanted) => {
                self.say(|| {
                    format!(
                        "`{source}` is sent unchanged: its key demands {wanted}, and the value is not one"
                    )
                });
                (value, rule)
            }
        };
        let value = value.map_or(Value::Null, Value::String);
        let entry = Entry { key: String::new(), source: source.clone(), value, rule };
        self.entries.insert(clean.into_owned(), Ranked { rank, entry });
    }

    /// All notes about single values and about long keys.
    fn notes(&mut self) -> Vec<String> {
        let mut notes = std::mem::take(&mut self.notes);
        match self.unsaid {
            0 => {}
            1 => notes.push("The same applies to 1 more trait.".to_owned()),
            many => notes.push(format!("The same applies to {many} more traits.")),
        }
        if self.long_keys > 0 {
            let keys = if self.long_keys == 1 { "its key" } else { "their keys" };
            let lost = left_out(self.long_keys, "trait", "traits");
            notes.push(format!("{lost}: {keys} would be longer than {LONGEST_KEY} bytes"));
        }
        notes
    }
}

/// A value other than an object, as text, and the rule that applied; `None` if it is left out.
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

/// A key that a form and InMoment's store accept: brackets are syntax of the form, `$` and `.` of the store
/// (docs/facts/inmoment-api.md#property-keys).
fn clean_key(key: &str) -> Cow<'_, str> {
    if key.contains(['\0', '$', '.', '[', ']']) {
        Cow::Owned(key.replace('\0', "").replace(['$', '.', '[', ']'], "_"))
    } else {
        Cow::Borrowed(key)
    }
}

/// The key is empty, or has only blanks or `_`.
fn says_nothing(key: &str) -> bool {
    key.chars().all(|c| c == '_' || c.is_whitespace()) || event::identity::is_blank(key)
}

enum Convention {
    None,
    Seconds(String),
    Amount(String),
    /// The value is not of the type that the key's suffix demands.
    Broken(&'static str),
}

/// The type that a key's suffix demands of its value (docs/facts/inmoment-api.md#property-suffixes).
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
