//! A filter as a WHERE clause. Only what is asked for stands in it, so that an index can serve.

use rusqlite::types::Value;

/// Terms that must all be true, and the values of their place-holders in order.
pub(super) struct Condition {
    terms: Vec<&'static str>,
    pub(super) values: Vec<Value>,
}

impl Condition {
    pub(super) fn new() -> Self {
        Condition { terms: vec!["TRUE"], values: Vec::new() }
    }

    /// This term, which has no place-holder.
    pub(super) fn plain(&mut self, term: &'static str) {
        self.terms.push(term);
    }

    /// This term with this value, if there is one, in each of its place-holders.
    pub(super) fn when(&mut self, term: &'static str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.terms.push(term);
            let places = term.matches('?').count();
            self.values.extend(std::iter::repeat_n(value.into(), places));
        }
    }

    /// This term with these two values.
    pub(super) fn pair(&mut self, term: &'static str, one: impl Into<Value>, other: impl Into<Value>) {
        self.terms.push(term);
        self.values.extend([one.into(), other.into()]);
    }

    /// The clause, its first word included.
    pub(super) fn clause(&self) -> String {
        format!("WHERE {}", self.terms.join(" AND "))
    }
}
