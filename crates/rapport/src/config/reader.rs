//! Reads a TOML document key by key and collects its problems.
//!
//! The requested keys *are* the known keys: a key of the file that was never requested is unknown, and the nearest
//! requested key is suggested. So the list of keys cannot differ from the code that uses them, and a test can check
//! that the commented example mentions each of them.

use super::environment;
use super::problem::{Problem, TextPosition, code, meant, replaced};
use super::rendered::{list, rendered};
use super::setting::{Origin, Setting, quoted};
use super::surroundings::{self, Surroundings};
use registry::units;
use secrecy::SecretString;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Stands for a secret.
const HIDDEN: &str = "***";

/// The state shared while the whole document is read.
pub(super) struct Notes<'a> {
    text: &'a str,
    folder: PathBuf,
    surroundings: &'a dyn Surroundings,
    /// of the environment: a value of the variable at place n has a span that begins n + 1 bytes behind the text
    variables: Vec<(String, String)>,
    problems: RefCell<Vec<Problem>>,
    asked: RefCell<BTreeSet<String>>,
    settings: RefCell<Vec<Setting>>,
}

/// The results of reading a document.
pub(super) struct Findings {
    /// all problems
    pub(super) problems: Vec<Problem>,
    /// every requested key (`destinations.name` for one in a list)
    pub(super) asked: BTreeSet<String>,
    /// every requested key with its value, in the order of the requests
    pub(super) settings: Vec<Setting>,
}

impl<'a> Notes<'a> {
    pub(super) fn new(text: &'a str, folder: &Path, surroundings: &'a dyn Surroundings) -> Self {
        Notes {
            text,
            folder: folder.to_owned(),
            surroundings,
            variables: environment::variables(surroundings),
            problems: RefCell::default(),
            asked: RefCell::default(),
            settings: RefCell::default(),
        }
    }

    /// The document itself with the environment's values laid over it, unless it is not TOML.
    pub(super) fn document(&self) -> Option<Spanned<DeTable<'a>>> {
        match DeTable::parse(self.text) {
            Ok(mut table) => {
                environment::lay_over(
                    table.get_mut(),
                    &self.variables,
                    self.text.len() + 1,
                    &|nth, message| {
                        let span = self.text.len() + 1 + nth;
                        self.problem(Some(span..span), String::new(), code::INVALID_VALUE, message);
                    },
                );
                Some(table)
            }
            Err(error) => {
                self.problem(error.span(), String::new(), code::SYNTAX, error.message().to_owned());
                None
            }
        }
    }

    pub(super) fn problem(
        &self,
        span: Option<Range<usize>>,
        key: String,
        code: &'static str,
        message: String,
    ) {
        let variable = span.as_ref().and_then(|span| self.variable(span)).map(str::to_owned);
        let place = span.filter(|_| variable.is_none()).map(|span| TextPosition::of(self.text, span.start));
        self.problems.borrow_mut().push(Problem { place, variable, key, code, message });
    }

    /// The variable of a value, if it comes from the environment.
    fn variable(&self, span: &Range<usize>) -> Option<&str> {
        let nth = span.start.checked_sub(self.text.len() + 1)?;
        self.variables.get(nth).map(|(name, _)| name.as_str())
    }

    fn origin(&self, span: &Range<usize>) -> Origin {
        match self.variable(span) {
            Some(name) => Origin::Variable(name.to_owned()),
            None => Origin::File(TextPosition::of(self.text, span.start).line),
        }
    }

    /// Variables that look like keys but are not.
    pub(super) fn stray_variables(&self) -> Vec<String> {
        environment::stray(self.surroundings, &self.asked.borrow())
    }

    /// All results.
    pub(super) fn into_found(self) -> Findings {
        Findings {
            problems: self.problems.into_inner(),
            asked: self.asked.into_inner(),
            settings: self.settings.into_inner(),
        }
    }
}

/// A table of the document. A table that is not in the file returns `None` for every key, so that defaults apply.
pub(super) struct Section<'n, 'd, 'a> {
    notes: &'n Notes<'a>,
    path: String,
    /// the path without positions in lists
    shape: String,
    table: Option<&'d DeTable<'a>>,
    span: Option<Range<usize>>,
    asked: RefCell<BTreeSet<&'static str>>,
    /// the origin of a value that neither the file nor the environment has
    otherwise: Origin,
}

/// A value together with its position, for problems that are found later.
#[derive(Debug, Clone)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) span: Range<usize>,
}

impl<'n, 'd, 'a> Section<'n, 'd, 'a> {
    /// The document's own table.
    pub(super) fn root(notes: &'n Notes<'a>, table: &'d DeTable<'a>) -> Self {
        Section {
            notes,
            path: String::new(),
            shape: String::new(),
            table: Some(table),
            span: None,
            asked: RefCell::default(),
            otherwise: Origin::Default,
        }
    }

    /// From now on, a key that is missing here has the value of the other table.
    pub(super) fn otherwise(&mut self, origin: Origin) {
        self.otherwise = origin;
    }

    fn below(&self, key: &str) -> (String, String) {
        let join = |path: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        (join(&self.path), join(&self.shape))
    }

    /// The value, table or list of tables at a key.
    fn look_up(&self, key: &'static str) -> Option<&'d Spanned<DeValue<'a>>> {
        self.asked.borrow_mut().insert(key);
        self.notes.asked.borrow_mut().insert(self.below(key).1);
        self.table?.get(key)
    }

    /// A value, which is recorded to show the values in force.
    fn value(&self, key: &'static str) -> Option<&'d Spanned<DeValue<'a>>> {
        let value = self.look_up(key);
        let (shown, origin) = match value {
            Some(value) => (Some(rendered(value.get_ref())), self.notes.origin(&value.span())),
            None => (None, self.otherwise.clone()),
        };
        let setting = Setting { key: self.below(key).0, value: shown, secret: None, origin };
        self.notes.settings.borrow_mut().push(setting);
        value
    }

    /// Records the value of a requested key that is missing; `text` is the value as in a file.
    fn comes_to(&self, key: &'static str, text: String) {
        let path = self.below(key).0;
        let mut settings = self.notes.settings.borrow_mut();
        if let Some(last) = settings.iter_mut().rev().find(|setting| setting.key == path)
            && last.value.is_none()
        {
            last.value = Some(text);
        }
    }

    /// Records the value of a variable, which has no type, as in a file.
    fn read_as(&self, key: &'static str, text: String) {
        let path = self.below(key).0;
        let mut settings = self.notes.settings.borrow_mut();
        if let Some(last) = settings.iter_mut().rev().find(|setting| setting.key == path) {
            last.value = Some(text);
        }
    }

    /// The value, or its default, which `write` writes as in a file.
    fn or<T>(&self, key: &'static str, value: Option<T>, default: T, write: impl FnOnce(&T) -> String) -> T {
        value.unwrap_or_else(|| {
            self.comes_to(key, write(&default));
            default
        })
    }

    /// Records a problem with a key of this table.
    pub(super) fn problem(&self, key: &str, span: Option<Range<usize>>, code: &'static str, message: String) {
        self.notes.problem(span.or_else(|| self.span.clone()), self.below(key).0, code, message);
    }

    fn invalid(&self, key: &str, value: &Spanned<DeValue<'_>>, message: String) {
        self.problem(key, Some(value.span()), code::INVALID_VALUE, message);
    }

    fn wrong_kind(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let found = value.get_ref().type_str();
        self.invalid(key, value, format!("this must be {wanted}, and is of the kind {found}"));
    }

    /// Records that a key without default is missing.
    pub(super) fn missing(&self, key: &'static str, what: &str) {
        if self.table.is_none_or(|table| !table.contains_key(key)) {
            self.problem(key, None, code::MISSING_KEY, format!("this key is needed: {what}"));
        }
    }

    /// Whether the key is in the file.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.is_some_and(|table| table.contains_key(key))
    }

    /// Whether the table itself is there.
    pub(super) fn is_there(&self) -> bool {
        self.table.is_some()
    }

    /// A text.
    pub(super) fn text(&self, key: &'static str) -> Option<At<String>> {
        let value = self.value(key)?;
        let DeValue::String(text) = value.get_ref() else {
            self.wrong_kind(key, value, "a text in quotes");
            return None;
        };
        Some(At { value: text.to_string(), span: value.span() })
    }

    /// A text read by `parse`.
    pub(super) fn parsed<T, E: std::fmt::Display>(
        &self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(key)?;
        match parse(&text.value) {
            Ok(value) => Some(value),
            Err(error) => {
                self.problem(key, Some(text.span), code::INVALID_VALUE, error.to_string());
                None
            }
        }
    }

    /// `true` or `false`.
    fn switch(&self, key: &'static str) -> Option<bool> {
        let value = self.value(key)?;
        let switch = match value.get_ref() {
            DeValue::Boolean(switch) => Some(*switch),
            // A variable has no type.
            DeValue::String(text) if self.is_variable(value) => text.parse().ok(),
            _ => None,
        };
        match switch {
            Some(switch) => self.read_as(key, switch.to_string()),
            None => self.wrong_kind(key, value, "true or false"),
        }
        switch
    }

    /// `true` or `false`, or the default.
    pub(super) fn switch_or(&self, key: &'static str, default: bool) -> bool {
        self.or(key, self.switch(key), default, bool::to_string)
    }

    fn is_variable(&self, value: &Spanned<DeValue<'_>>) -> bool {
        self.notes.variable(&value.span()).is_some()
    }

    /// A whole number within a range.
    pub(super) fn number(&self, key: &'static str, range: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let value = self.value(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(digits) => u32::from_str_radix(digits.as_str(), digits.radix()).ok(),
            DeValue::String(text) if self.is_variable(value) => text.trim().parse().ok(),
            _ => {
                self.wrong_kind(key, value, "a whole number");
                return None;
            }
        };
        let number = number.filter(|number| range.contains(number));
        match number {
            Some(number) => self.read_as(key, number.to_string()),
            None => {
                let (low, high) = (range.start(), range.end());
                self.invalid(key, value, format!("this must be a whole number from {low} to {high}"));
            }
        }
        number
    }

    /// A whole number within a range, or the default.
    pub(super) fn number_or(
        &self,
        key: &'static str,
        range: std::ops::RangeInclusive<u32>,
        default: u32,
    ) -> u32 {
        self.or(key, self.number(key, range), default, u32::to_string)
    }

    /// A duration, or the default.
    pub(super) fn duration_or(&self, key: &'static str, default: Duration) -> Duration {
        let write = |duration: &Duration| quoted(&units::write_duration(*duration));
        self.or(key, self.parsed(key, units::duration), default, write)
    }

    /// A size in bytes, or the default.
    pub(super) fn size_or(&self, key: &'static str, default: u64) -> u64 {
        self.or(key, self.parsed(key, units::size), default, |size| quoted(&units::write_size(*size)))
    }

    /// A text read by `parse`, or the default, which is a text, too.
    pub(super) fn parsed_or<T, E: std::fmt::Display>(
        &self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
        default: T,
        text: &str,
    ) -> T {
        self.or(key, self.parsed(key, parse), default, |_| quoted(text))
    }

    /// One of a few words, or the default.
    pub(super) fn choice_or<T: Copy + PartialEq>(
        &self,
        key: &'static str,
        choices: &[(&str, T)],
        default: T,
    ) -> T {
        let word = |value: &T| choices.iter().find(|(_, one)| one == value).map_or("", |(word, _)| *word);
        self.or(key, self.choice(key, choices), default, |value| quoted(word(value)))
    }

    /// A list of texts, or the default.
    pub(super) fn texts_or(&self, key: &'static str, default: &[String]) -> Vec<String> {
        let texts = self.texts(key).map(|texts| texts.into_iter().map(|text| text.value).collect());
        self.or(key, texts, default.to_vec(), |texts| list(texts))
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = choices.iter().find(|(word, _)| *word == text.value);
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            let message = format!(
                "this must be one of {}{}",
                words.join(", "),
                meant(&text.value, words.iter().copied())
            );
            self.problem(key, Some(text.span), code::INVALID_VALUE, message);
        }
        found.map(|(_, value)| *value)
    }

    /// A list of texts.
    pub(super) fn texts(&self, key: &'static str) -> Option<Vec<At<String>>> {
        let value = self.value(key)?;
        if let (DeValue::String(text), true) = (value.get_ref(), self.is_variable(value)) {
            let Some(texts) = environment::texts(text) else {
                self.invalid(
                    key,
                    value,
                    "this must be a list, as in one,two or [\"one\", \"two\"]".to_owned(),
                );
                return None;
            };
            self.read_as(key, list(&texts));
            return Some(texts.into_iter().map(|text| At { value: text, span: value.span() }).collect());
        }
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_kind(key, value, "a list of texts, as in [\"one\", \"two\"]");
            return None;
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(text) => texts.push(At { value: text.to_string(), span: item.span() }),
                _ => self.wrong_kind(key, item, "a text in quotes"),
            }
        }
        Some(texts)
    }

    /// A secret: the text itself, or where it is (`env:NAME`, `file:PATH` beside the configuration).
    pub(super) fn secret(&self, key: &'static str) -> Option<At<SecretString>> {
        let At { value: text, span } = self.text(key)?;
        let fetched = surroundings::fetch(&text, &self.notes.folder, self.notes.surroundings);
        self.hide(key, &text, fetched.as_ref().ok());
        match fetched {
            Ok(value) => Some(At { value, span }),
            Err(message) => {
                self.problem(key, Some(span), code::SECRET_UNAVAILABLE, message);
                None
            }
        }
    }

    /// Removes a secret from the records; its path is not a secret.
    fn hide(&self, key: &str, text: &str, secret: Option<&SecretString>) {
        let path = self.below(key).0;
        let mut settings = self.notes.settings.borrow_mut();
        let Some(setting) = settings.iter_mut().rev().find(|setting| setting.key == path) else { return };
        let place = text.starts_with("env:") || text.starts_with("file:");
        setting.value = Some(if place { quoted(text) } else { quoted(HIDDEN) });
        setting.secret = secret.cloned();
    }

    /// A table below this one.
    pub(super) fn section(&self, key: &'static str) -> Section<'n, 'd, 'a> {
        let value = self.look_up(key);
        let table = value.and_then(|value| {
            let DeValue::Table(table) = value.get_ref() else {
                self.wrong_kind(key, value, "a table");
                return None;
            };
            Some(table)
        });
        let (path, shape) = self.below(key);
        let span = value.map(Spanned::span);
        let otherwise = self.otherwise.clone();
        Section { notes: self.notes, path, shape, table, span, asked: RefCell::default(), otherwise }
    }

    /// A list of tables below this one.
    pub(super) fn sections(&self, key: &'static str) -> Vec<Section<'n, 'd, 'a>> {
        let Some(value) = self.look_up(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_kind(
                key,
                value,
                &format!("a list of tables: begin each with [[{}]]", self.below(key).1),
            );
            return Vec::new();
        };
        let (path, shape) = self.below(key);
        let mut sections = Vec::with_capacity(items.len());
        for (nth, item) in items.iter().enumerate() {
            match item.get_ref() {
                DeValue::Table(table) => sections.push(Section {
                    notes: self.notes,
                    path: format!("{path}[{}]", nth + 1),
                    shape: shape.clone(),
                    table: Some(table),
                    span: Some(item.span()),
                    asked: RefCell::default(),
                    otherwise: Origin::Default,
                }),
                _ => self.wrong_kind(key, item, "a table"),
            }
        }
        sections
    }

    /// Records every key of the table that was not requested. It must be called after all keys were requested.
    pub(super) fn finish(self) {
        let Some(table) = self.table else { return };
        let asked = self.asked.borrow();
        for (key, _) in table {
            let name: &str = key.get_ref();
            if !asked.contains(name) {
                let known: Vec<&str> = asked.iter().copied().collect();
                let shape = self.below(name).1;
                let message = match (replaced(&shape), meant(name, known.iter().copied())) {
                    (Some(instead), _) => format!("this key is gone: {instead}"),
                    (None, near) if near.is_empty() => {
                        format!("unknown key; known here: {}", known.join(", "))
                    }
                    (None, near) => format!("unknown key{near}"),
                };
                self.problem(name, Some(key.span()), code::UNKNOWN_KEY, message);
            }
        }
    }
}
