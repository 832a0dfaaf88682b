//! Reads a TOML document key by key and notes everything that is wrong with it.
//!
//! The keys somebody asks for *are* the known keys: what is in the file and was never asked for is an unknown key, and
//! the nearest one asked for is the suggestion. So the list of keys cannot drift from the code that uses them, and the
//! commented example can be tested for mentioning each of them.

use super::problem::{Place, Problem, code, replaced};
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

/// How like a known word another must be to be suggested (Damerau-Levenshtein over length, 1 = the same).
const NEAR: f64 = 0.5;

/// What reading the whole document shares.
pub(super) struct Notes<'a> {
    text: &'a str,
    folder: PathBuf,
    surroundings: &'a dyn Surroundings,
    problems: RefCell<Vec<Problem>>,
    asked: RefCell<BTreeSet<String>>,
}

impl<'a> Notes<'a> {
    pub(super) fn new(text: &'a str, folder: &Path, surroundings: &'a dyn Surroundings) -> Self {
        Notes {
            text,
            folder: folder.to_owned(),
            surroundings,
            problems: RefCell::default(),
            asked: RefCell::default(),
        }
    }

    /// The document itself, unless it is no TOML.
    pub(super) fn document(&self) -> Option<Spanned<DeTable<'a>>> {
        match DeTable::parse(self.text) {
            Ok(table) => Some(table),
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
        let place = span.map(|span| Place::of(self.text, span.start));
        self.problems.borrow_mut().push(Problem { place, key, code, message });
    }

    /// Everything noted, and every key asked for (`destinations.name` for one in a list).
    pub(super) fn into_parts(self) -> (Vec<Problem>, BTreeSet<String>) {
        (self.problems.into_inner(), self.asked.into_inner())
    }
}

/// A table of the document. One that is not in the file answers `None` to everything, so that defaults apply.
pub(super) struct Section<'n, 'd, 'a> {
    notes: &'n Notes<'a>,
    path: String,
    /// the path without positions in lists
    shape: String,
    table: Option<&'d DeTable<'a>>,
    span: Option<Range<usize>>,
    asked: RefCell<BTreeSet<&'static str>>,
}

/// A value together with where it stands, for problems found later.
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
        }
    }

    fn below(&self, key: &str) -> (String, String) {
        let join = |path: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        (join(&self.path), join(&self.shape))
    }

    fn value(&self, key: &'static str) -> Option<&'d Spanned<DeValue<'a>>> {
        self.asked.borrow_mut().insert(key);
        self.notes.asked.borrow_mut().insert(self.below(key).1);
        self.table?.get(key)
    }

    /// Notes a problem with a key of this table.
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

    /// Says that a key without default is missing.
    pub(super) fn missing(&self, key: &'static str, what: &str) {
        if self.table.is_none_or(|table| !table.contains_key(key)) {
            self.problem(key, None, code::MISSING_KEY, format!("this key is needed: {what}"));
        }
    }

    /// Is the key in the file at all?
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.is_some_and(|table| table.contains_key(key))
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

    /// A duration, e.g. `"5 min"`.
    pub(super) fn duration(&self, key: &'static str) -> Option<Duration> {
        self.parsed(key, units::duration)
    }

    /// A size, e.g. `"1 GiB"`.
    pub(super) fn size(&self, key: &'static str) -> Option<u64> {
        self.parsed(key, units::size)
    }

    /// `true` or `false`.
    pub(super) fn switch(&self, key: &'static str) -> Option<bool> {
        let value = self.value(key)?;
        let DeValue::Boolean(switch) = value.get_ref() else {
            self.wrong_kind(key, value, "true or false");
            return None;
        };
        Some(*switch)
    }

    /// A whole number within a range.
    pub(super) fn number(&self, key: &'static str, range: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let value = self.value(key)?;
        let DeValue::Integer(digits) = value.get_ref() else {
            self.wrong_kind(key, value, "a whole number");
            return None;
        };
        let number = u32::from_str_radix(digits.as_str(), digits.radix()).ok().filter(|n| range.contains(n));
        if number.is_none() {
            let (low, high) = (range.start(), range.end());
            self.invalid(key, value, format!("this must be a whole number from {low} to {high}"));
        }
        number
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
        match surroundings::fetch(&text, &self.notes.folder, self.notes.surroundings) {
            Ok(value) => Some(At { value, span }),
            Err(message) => {
                self.problem(key, Some(span), code::SECRET_UNAVAILABLE, message);
                None
            }
        }
    }

    /// A table below this one.
    pub(super) fn section(&self, key: &'static str) -> Section<'n, 'd, 'a> {
        let value = self.value(key);
        let table = value.and_then(|value| {
            let DeValue::Table(table) = value.get_ref() else {
                self.wrong_kind(key, value, "a table");
                return None;
            };
            Some(table)
        });
        let (path, shape) = self.below(key);
        let span = value.map(Spanned::span);
        Section { notes: self.notes, path, shape, table, span, asked: RefCell::default() }
    }

    /// A list of tables below this one.
    pub(super) fn sections(&self, key: &'static str) -> Vec<Section<'n, 'd, 'a>> {
        let Some(value) = self.value(key) else { return Vec::new() };
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
                }),
                _ => self.wrong_kind(key, item, "a table"),
            }
        }
        sections
    }

    /// Notes every key of the table that nobody asked for. To be called when everything has been asked.
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

/// `; did you mean "x"?`, or nothing when no word is near.
pub(super) fn meant<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> String {
    let score = |other: &str| strsim::normalized_damerau_levenshtein(&word.to_lowercase(), other);
    known
        .map(|other| (score(other), other))
        .filter(|(score, _)| *score >= NEAR)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, other)| format!("; did you mean {other:?}?"))
        .unwrap_or_default()
}
