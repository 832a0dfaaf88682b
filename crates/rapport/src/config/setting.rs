//! The settings in force: every key with its value and origin. Secrets are not shown.

use secrecy::{ExposeSecret, SecretString};
use std::collections::{BTreeMap, BTreeSet};

/// The origin of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// the default
    Default,
    /// the configuration file, and the line in it
    File(usize),
    /// this variable of the environment
    Variable(String),
    /// `[delivery]`, for all destinations
    Delivery,
    /// the console, which stores it in the data folder
    Console,
}

/// One key.
#[derive(Debug, Clone)]
pub struct Setting {
    /// its whole name, as in `destinations[1].password`
    pub key: String,
    /// its value as in a file, with a secret hidden; `None` if it has none
    pub value: Option<String>,
    /// the secret itself, to detect changes
    pub secret: Option<SecretString>,
    /// where it comes from
    pub origin: Origin,
}

impl Setting {
    fn is_as(&self, other: &Setting) -> bool {
        let secret = |setting: &Setting| setting.secret.as_ref().map(|it| it.expose_secret().to_owned());
        self.value == other.value && secret(self) == secret(other)
    }
}

/// The keys that differ between two configurations, sorted.
pub fn changed(before: &[Setting], after: &[Setting]) -> BTreeSet<String> {
    let by_key = |settings: &[Setting]| -> BTreeMap<String, Setting> {
        settings.iter().map(|setting| (setting.key.clone(), setting.clone())).collect()
    };
    let (before, after) = (by_key(before), by_key(after));
    let keys = before.keys().chain(after.keys());
    let differs = |key: &&String| match (before.get(*key), after.get(*key)) {
        (Some(before), Some(after)) => !before.is_as(after),
        _ => true,
    };
    keys.filter(differs).cloned().collect()
}

/// The settings as a file with all keys, each with its origin; `file` is the name of that file.
pub fn written(settings: &[Setting], file: &str) -> Vec<String> {
    let mut groups: Vec<(String, Vec<&Setting>)> = Vec::new();
    for setting in settings {
        let list = setting.key.rfind(']').map_or("", |end| &setting.key[..=end]);
        match groups.iter_mut().find(|(name, _)| name == list) {
            Some((_, group)) => group.push(setting),
            None => groups.push((list.to_owned(), vec![setting])),
        }
    }
    // Keys outside lists come first, because in a file they would belong to the list before them.
    groups.sort_by_key(|(list, _)| !list.is_empty());
    let mut lines = Vec::new();
    for (list, group) in groups {
        if !list.is_empty() {
            lines.extend([String::new(), format!("[[{}]]", without_positions(&list))]);
        }
        for setting in group {
            let key = setting.key[list.len()..].trim_start_matches('.');
            let line = match &setting.value {
                Some(value) => format!("{key} = {value}"),
                None => format!("# {key} is not set"),
            };
            lines.push(match (&setting.value, origin(&setting.origin, file)) {
                (None, _) => line,
                (Some(_), origin) => format!("{line:<48}  # {origin}"),
            });
        }
    }
    lines
}

fn origin(origin: &Origin, file: &str) -> String {
    match origin {
        Origin::Default => "default".to_owned(),
        Origin::File(line) => format!("{file}:{line}"),
        Origin::Variable(name) => name.clone(),
        Origin::Delivery => "as in [delivery]".to_owned(),
        Origin::Console => "console".to_owned(),
    }
}

/// `destinations[1].rules[2]` is of the list `destinations.rules`.
pub(super) fn without_positions(key: &str) -> String {
    let mut name = String::with_capacity(key.len());
    let mut within = false;
    for character in key.chars() {
        match character {
            '[' => within = true,
            ']' => within = false,
            _ if within => {}
            _ => name.push(character),
        }
    }
    name
}

/// A text as in a file.
pub fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
