//! The console's entries as a configuration file would have them, to show everything that is in force.
//!
//! A record is written as a part of a file and read by the reader of files. So its keys, defaults and values inherited
//! from `[delivery]` are shown as those of any entry of a file.

use super::model::Config;
use super::read;
use super::reader::{Notes, Section};
use super::setting::{Origin, Setting, quoted};
use super::surroundings::Nowhere;
use journal::Document;
use registry::{RuleRecord, RulesRecord};
use serde_json::{Map, Value, json};
use std::path::Path;

/// The sealed members of records. Their content is never shown.
const SEALED: [&str; 4] = ["write_key", "username", "password", "account_token"];

/// The placeholder for a sealed value. In a file it is a secret, which is never shown.
const HIDDEN: &str = "***";

/// The console's entries in a data folder, by kind.
#[derive(Debug, Default)]
pub struct KeptConfiguration {
    /// its sources
    pub sources: Vec<Document>,
    /// its destinations
    pub destinations: Vec<Document>,
    /// its rules, by the name of their destination, which may be one of the configuration
    pub rules: Vec<Document>,
}

/// Everything that is in force: the configuration's settings, and then those of the console's entries. If both have an
/// entry of the same name, the configuration's counts. Rules of the console come behind the destination's own.
pub fn in_force(config: &Config, kept: &KeptConfiguration) -> Vec<Setting> {
    let mut settings = config.settings.clone();
    let own = |document: &&Document| config.sources.iter().all(|source| source.name != document.key);
    let sources = kept.sources.iter().filter(own).enumerate();
    let sources: Vec<Setting> = sources
        .flat_map(|(nth, document)| entry(config, "sources", config.sources.len() + nth + 1, document))
        .collect();
    let of_sources = |setting: &Setting| setting.key.starts_with("sources[");
    let behind = settings.iter().rposition(of_sources).map_or(settings.len(), |last| last + 1);
    settings.splice(behind..behind, sources);
    let mut destinations: Vec<&str> = config.destinations.iter().map(|one| one.name.as_str()).collect();
    let own = |document: &&Document| config.destinations.iter().all(|one| one.name != document.key);
    for document in kept.destinations.iter().filter(own) {
        destinations.push(&document.key);
        settings.extend(entry(config, "destinations", destinations.len(), document));
    }
    for (nth, name) in destinations.into_iter().enumerate() {
        let of_file = config.destinations.get(nth).map_or(0, |destination| destination.rules.len());
        if let Some(document) = kept.rules.iter().find(|document| document.key == name) {
            insert_rules(&mut settings, nth + 1, of_file, document);
        }
    }
    settings
}

/// The settings of one entry, which has this number in its list.
fn entry(config: &Config, list: &'static str, number: usize, document: &Document) -> Vec<Setting> {
    let text = text_of(list, document);
    let notes = Notes::new(&text, Path::new(""), &Nowhere);
    if let Some(table) = notes.document() {
        let root = Section::root(&notes, table.get_ref());
        for section in root.sections(list) {
            // Only the settings are needed here; the code that opens the entry reports its problems.
            if list == "sources" {
                drop(read::source(section));
            } else {
                drop(read::destination(section, &config.delivery));
            }
        }
    }
    let mut settings = notes.into_found().settings;
    for setting in &mut settings {
        if let Some(rest) = setting.key.strip_prefix(&format!("{list}[1]")) {
            setting.key = format!("{list}[{number}]{rest}");
        }
        if matches!(setting.origin, Origin::File(_)) {
            setting.origin = Origin::Console;
        }
        // The placeholder for a secret has no origin.
        setting.secret = None;
    }
    settings
}

/// A record as a part of a configuration file. If it cannot be read, only its name is given.
fn text_of(list: &str, document: &Document) -> String {
    let mut record: Map<String, Value> = serde_json::from_str(&document.record).unwrap_or_default();
    for member in ["created_at", "old_keys"] {
        record.remove(member);
    }
    for member in SEALED {
        if let Some(sealed) = record.get_mut(member) {
            *sealed = json!(HIDDEN);
        }
    }
    // In a file, the keys of delivery are in the destination itself, and those about retries in a table.
    if let Some(Value::Object(delivery)) = record.remove("delivery") {
        let mut retry = Map::new();
        for (key, value) in delivery {
            match key.as_str() {
                "retry_first" => drop(retry.insert("first".to_owned(), value)),
                "retry_max" => drop(retry.insert("max".to_owned(), value)),
                "give_up_lane_after" => drop(retry.insert(key, value)),
                _ => drop(record.insert(key, value)),
            }
        }
        if !retry.is_empty() {
            record.insert("retry".to_owned(), Value::Object(retry));
        }
    }
    record.insert("name".to_owned(), json!(document.key));
    let entry = toml(Value::Object(record)).unwrap_or_else(|| toml::Value::Table(toml::Table::new()));
    let whole: toml::Table = [(list.to_owned(), toml::Value::Array(vec![entry]))].into_iter().collect();
    whole.to_string()
}

/// The same value in TOML, which has no null: a null is left out.
fn toml(value: Value) -> Option<toml::Value> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(switch) => toml::Value::Boolean(switch),
        Value::Number(number) => match number.as_i64() {
            Some(number) => toml::Value::Integer(number),
            None => toml::Value::Float(number.as_f64()?),
        },
        Value::String(text) => toml::Value::String(text),
        Value::Array(items) => toml::Value::Array(items.into_iter().filter_map(toml).collect()),
        Value::Object(members) => {
            let members = members.into_iter().filter_map(|(key, value)| Some((key, toml(value)?)));
            toml::Value::Table(members.collect())
        }
    })
}

/// Puts the console's rules of a destination behind its other keys, as in a file.
fn insert_rules(settings: &mut Vec<Setting>, number: usize, of_file: usize, document: &Document) {
    let Ok(record) = serde_json::from_str::<RulesRecord>(&document.record) else { return };
    let entry = format!("destinations[{number}]");
    let of_it =
        |setting: &Setting| setting.key.strip_prefix(&entry).is_some_and(|rest| rest.starts_with(['.', '[']));
    let behind = settings.iter().rposition(of_it).map_or(settings.len(), |last| last + 1);
    let rules = record.rules.iter().enumerate().flat_map(|(nth, rule)| {
        // The members are named one by one, so that a new member of a rule is not forgotten here.
        let RuleRecord { name, event, source, created_at: _ } = rule;
        let said = [("name", Some(name)), ("event", event.as_ref()), ("source", source.as_ref())];
        let list = format!("{entry}.rules[{}]", of_file + nth + 1);
        said.map(|(key, value)| Setting {
            key: format!("{list}.{key}"),
            value: value.map(|text| quoted(text)),
            secret: None,
            origin: if value.is_some() { Origin::Console } else { Origin::Default },
        })
    });
    let rules: Vec<Setting> = rules.collect();
    settings.splice(behind..behind, rules);
}
