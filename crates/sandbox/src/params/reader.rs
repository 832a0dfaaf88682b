//! Reads parameters as the types of the endpoint cards and collects their problems, so that one reply names all of
//! them, as Grape does.
//!
//! A parameter is absent (`None`), cleared (`Some(None)`: null or an empty string, docs/facts/inmoment-api.md#q32), or has a value.

use serde_json::{Map, Value};

use super::{Params, is_unstorable, scalar};
use crate::dates;
use crate::exchange::{Problem, Reply, error_list, internal_error};
use crate::properties::PropertyRefusal;

/// Collects values and problems of one request.
pub(crate) struct ParamReader<'a> {
    params: &'a Params,
    problems: Vec<Problem>,
    /// Whether a value was read that the database refuses.
    unstorable: bool,
}

/// The bounds of a `created[...]` or `updated[...]` filter (docs/facts/inmoment-api.md#ranges).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Range {
    eq: Option<i64>,
    lt: Option<i64>,
    lte: Option<i64>,
    gt: Option<i64>,
    gte: Option<i64>,
}

impl Range {
    /// Whether a time passes the filter; `gt` and `lt` exclude their bound.
    pub(crate) fn holds(&self, at: i64) -> bool {
        self.eq.is_none_or(|bound| at == bound)
            && self.lt.is_none_or(|bound| at < bound)
            && self.lte.is_none_or(|bound| at <= bound)
            && self.gt.is_none_or(|bound| at > bound)
            && self.gte.is_none_or(|bound| at >= bound)
    }
}

impl<'a> ParamReader<'a> {
    pub(crate) fn new(params: &'a Params) -> ParamReader<'a> {
        ParamReader { params, problems: Vec::new(), unstorable: false }
    }

    /// Ends the reading: 400 with all problems, if there are any; else 500 if the database would refuse a value,
    /// because Rails queries it only after the parameters were found valid.
    pub(crate) fn finish(self) -> Result<(), Reply> {
        match (self.problems.as_slice(), self.unstorable) {
            ([], false) => Ok(()),
            ([], true) => Err(internal_error()),
            (problems, _) => Err(error_list(400, problems)),
        }
    }

    /// Adds a problem that the caller found.
    pub(crate) fn reject(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Notes whether the database would refuse a value that the caller read itself.
    pub(crate) fn note(&mut self, unstorable: bool) {
        self.unstorable |= unstorable;
    }

    /// Whether a parameter has no problem so far.
    pub(crate) fn is_fine(&self, name: &str) -> bool {
        self.problems.iter().all(|problem| problem.field.as_deref() != Some(name))
    }

    /// Whether the parameter was sent at all.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.params.get(name).is_some()
    }

    /// Text; a hash or list is invalid.
    pub(crate) fn text(&mut self, name: &str) -> Option<Option<String>> {
        match self.params.get(name)? {
            Value::Null => Some(None),
            value => match scalar(value) {
                Some(text) => {
                    self.unstorable |= is_unstorable(value);
                    Some(Some(text).filter(|text| !text.is_empty()))
                }
                None => self.invalid(name),
            },
        }
    }

    /// Text that must be present and not blank.
    pub(crate) fn required_text(&mut self, name: &str) -> Option<String> {
        match self.text(name) {
            Some(Some(text)) => Some(text),
            _ => {
                self.problems.push(Problem::missing(name));
                None
            }
        }
    }

    /// A whole number, as JSON number or decimal text.
    pub(crate) fn integer(&mut self, name: &str) -> Option<Option<i64>> {
        match self.text(name)? {
            None => Some(None),
            Some(text) => match text.parse() {
                Ok(number) => Some(Some(number)),
                Err(_) => self.invalid(name),
            },
        }
    }

    /// UNIX seconds of a time that can be written (docs/facts/inmoment-api.md#times-in-requests).
    pub(crate) fn epoch(&mut self, name: &str) -> Option<Option<i64>> {
        match self.integer(name)? {
            Some(seconds) if !dates::is_epoch(seconds) => self.invalid(name),
            other => Some(other),
        }
    }

    /// `true` or `false`, as text or JSON.
    pub(crate) fn boolean(&mut self, name: &str) -> Option<Option<bool>> {
        match self.text(name)?.as_deref() {
            None => Some(None),
            Some("true" | "1") => Some(Some(true)),
            Some("false" | "0") => Some(Some(false)),
            Some(_) => self.invalid(name),
        }
    }

    /// A hash such as `properties[...]`, coerced and checked by [`crate::properties`].
    pub(crate) fn properties(&mut self) -> Option<Map<String, Value>> {
        let value = self.params.get("properties")?.clone();
        self.read_properties("properties", value)
    }

    /// `end_user[properties][...]` of a response or decline.
    pub(crate) fn end_user_properties(&mut self) -> Option<Map<String, Value>> {
        match self.params.get("end_user")? {
            Value::Object(end_user) => {
                let value = end_user.get("properties")?.clone();
                self.read_properties("end_user[properties]", value)
            }
            _ => self.invalid("end_user"),
        }
    }

    fn read_properties(&mut self, name: &str, value: Value) -> Option<Map<String, Value>> {
        match value {
            Value::Object(map) => match crate::properties::accept(map) {
                Ok(map) => Some(map),
                Err(PropertyRefusal::Key) => self.invalid(name),
                Err(PropertyRefusal::Unstorable) => {
                    self.unstorable = true;
                    None
                }
            },
            Value::Null => Some(Map::new()),
            Value::String(text) if text.is_empty() => Some(Map::new()),
            _ => self.invalid(name),
        }
    }

    /// `name[gt]`, `name[lte]` and so on.
    pub(crate) fn range(&mut self, name: &str) -> Range {
        let mut range = Range::default();
        match self.params.get(name) {
            None => {}
            Some(Value::Object(bounds)) => {
                for (operator, slot) in [
                    ("eq", &mut range.eq),
                    ("lt", &mut range.lt),
                    ("lte", &mut range.lte),
                    ("gt", &mut range.gt),
                    ("gte", &mut range.gte),
                ] {
                    let Some(value) = bounds.get(operator) else { continue };
                    *slot = scalar(value).and_then(|text| text.parse().ok());
                    if slot.is_none() {
                        self.problems.push(Problem::invalid(&format!("{name}[{operator}]")));
                    }
                }
            }
            Some(_) => self.problems.push(Problem::invalid(name)),
        }
        range
    }

    /// One word out of a fixed set.
    pub(crate) fn word(&mut self, name: &str, allowed: &[&'static str]) -> Option<&'static str> {
        let text = self.text(name)??;
        let found = allowed.iter().find(|word| **word == text).copied();
        if found.is_none() {
            self.problems.push(Problem::bad_value(name));
        }
        found
    }

    /// A whole number in bounds, with a default.
    pub(crate) fn bounded(&mut self, name: &str, default: u32, most: u32) -> u32 {
        match self.integer(name).flatten() {
            None => default,
            Some(number) => match u32::try_from(number) {
                Ok(number) if (1..=most).contains(&number) => number,
                _ => {
                    self.problems.push(Problem::bad_value(name));
                    default
                }
            },
        }
    }

    /// A calendar day inside a hash, such as `date[start]`.
    pub(crate) fn day(&mut self, hash: &str, key: &str) -> Option<jiff::civil::Date> {
        let value = match self.params.get(hash)? {
            Value::Object(map) => map.get(key)?,
            _ => return self.invalid(hash),
        };
        match scalar(value).and_then(|text| jiff::civil::Date::strptime("%Y-%m-%d", text).ok()) {
            Some(day) => Some(day),
            None => self.invalid(&format!("{hash}[{key}]")),
        }
    }

    /// If several parts of a parameter have problems, the parameter is named once.
    fn invalid<T>(&mut self, name: &str) -> Option<T> {
        let problem = Problem::invalid(name);
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
        None
    }
}
