//! A destination as rudder-server sends it with each job: its account, and its text, which is returned unchanged.
//!
//! Most jobs of a request have the same destination, to the byte, so each text is read once ([`Destinations`]). A
//! destination with dynamic configuration differs for each event.

use crate::account::Login;
use crate::dynamic;
use crate::failure::JobFailure;
use event::raw;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// One destination.
#[derive(Clone)]
pub(crate) struct Destination<'a> {
    /// The text as it came, except for settings that the event has filled in.
    pub(crate) text: Cow<'a, str>,
    /// The text of the id and of the configuration: jobs with the same texts form one group
    /// (docs/facts/transformer.md#grouping).
    pub(crate) key: (&'a str, Cow<'a, str>),
    /// Its account, or why the account cannot be determined.
    pub(crate) login: Result<Login, JobFailure>,
    /// Whether each event fills in some of its settings.
    is_dynamic: bool,
}

/// The destinations of one request.
#[derive(Default)]
pub(crate) struct Destinations<'a> {
    read: HashMap<&'a str, Arc<Destination<'a>>>,
}

impl<'a> Destinations<'a> {
    /// The destination with this text.
    pub(crate) fn read(&mut self, text: &'a str) -> Arc<Destination<'a>> {
        Arc::clone(self.read.entry(text).or_insert_with(|| Arc::new(Destination::read(text))))
    }
}

impl<'a> Destination<'a> {
    fn read(text: &'a str) -> Destination<'a> {
        let members = raw::members(text).unwrap_or_default();
        let id = raw::find(&members, "ID").unwrap_or("");
        let config = raw::find(&members, "Config").unwrap_or("");
        // rudder-transformer leaves the configuration unchanged, and out of the grouping, only if the value is `false`
        // itself.
        let is_fixed = raw::find(&members, "hasDynamicConfig") == Some("false");
        Destination {
            text: Cow::Borrowed(text),
            key: (id, if is_fixed { Cow::Borrowed("") } else { Cow::Borrowed(config) }),
            login: login(id, config),
            is_dynamic: !is_fixed && config.contains("{{"),
        }
    }

    /// Whether each event fills in some of its settings.
    pub(crate) fn is_dynamic(&self) -> bool {
        self.is_dynamic
    }

    /// This destination for one event; `None` if it is the same for all events.
    pub(crate) fn filled_in(&self, message: &mut Map<String, Value>) -> Option<Destination<'a>> {
        if !self.is_dynamic {
            return None;
        }
        let members = raw::members(&self.text).ok()?;
        let config = raw::find(&members, "Config")?;
        let mut resolved = raw::value(config).ok()?;
        dynamic::resolve(&mut resolved, message);
        let resolved = resolved.to_string();
        // The position of the configuration in the text: the parts are slices of it.
        let start = config.as_ptr().addr() - self.text.as_ptr().addr();
        let text = format!("{}{resolved}{}", &self.text[..start], &self.text[start + config.len()..]);
        Some(Destination {
            login: login(self.key.0, &resolved),
            key: (self.key.0, Cow::Owned(resolved)),
            text: Cow::Owned(text),
            is_dynamic: false,
        })
    }
}

/// Determines the account. A value other than text counts as JavaScript's text of it, as far as that can be a login.
pub(crate) fn login(id: &str, config: &str) -> Result<Login, JobFailure> {
    let destination = match raw::value(id) {
        Ok(Value::String(id)) => id,
        Ok(Value::Number(id)) => id.to_string(),
        _ => {
            let found = if id.is_empty() { "undefined" } else { "another type" };
            return Err(JobFailure::native(format!(
                "The key argument has to be of type `string` or `number`. Found: {found}"
            )));
        }
    };
    let Ok(members) = raw::members(config) else {
        return Err(JobFailure::native("the destination has no Config: its account cannot be told"));
    };
    let text = |key: &str| match raw::find(&members, key).map(raw::value) {
        Some(Ok(Value::String(text))) => text,
        Some(Ok(value @ (Value::Number(_) | Value::Bool(_)))) => value.to_string(),
        _ => String::new(),
    };
    Ok(Login {
        destination,
        username: text("username"),
        password: text("password"),
        account_token: text("accountToken"),
    })
}

#[cfg(test)]
mod tests;
