//! Form bodies with nested keys, as Rails reads them (docs/facts/inmoment-api.md#parameters).
//!
//! A form has no types: a number is sent as its digits, exactly as they were stored; a list repeats `key[]`; an object
//! uses `key[sub]`. A form cannot express null, an empty list or an empty object, so these are left out. A value with
//! an empty key is left out, too, because the key would turn its siblings into a list. A closing bracket within a key
//! would end the key, so it becomes `_`. If keys become equal, the unchanged key wins, then the first.
//!
//! Rails refuses a form with too many or too deep names, and servers refuse a form that is too large, with everything
//! in it. Properties that exceed these limits are all left out: InMoment then keeps the stored ones, and the other
//! fields arrive.

use form_urlencoded::{Serializer, byte_serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashSet;

use crate::call::PropertyValue;

/// The part of the 4,096 parameters that Rack reads (`RACK_QUERY_PARSER_PARAMS_LIMIT`) that is for properties; some are
/// for other fields.
const MOST_PAIRS: usize = 4_000;
/// The part of 1 MiB, which servers accept, that is for properties.
const MOST_BYTES: usize = 768 << 10;
/// The depth of objects and lists within a property. Rack reads 32 levels of a name, and `end_user[properties][key]`
/// has three of them.
const MOST_LEVELS: usize = 28;

/// A form under construction.
pub(crate) struct Form(Serializer<'static, String>);

impl Form {
    pub(crate) fn new() -> Self {
        Form(Serializer::new(String::new()))
    }

    pub(crate) fn text(mut self, key: &str, value: &str) -> Self {
        self.0.append_pair(key, value);
        self
    }

    pub(crate) fn optional(self, key: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(key, value),
            None => self,
        }
    }

    /// `prefix[key]=value` for each property, in order; none at all if a form cannot hold them.
    pub(crate) fn properties(mut self, prefix: &str, properties: Option<&[(String, PropertyValue)]>) -> Self {
        let mut own = Pairs::default();
        let members = properties.unwrap_or_default().iter().map(|(key, value)| (key.as_str(), value));
        for (key, value) in sayable(members) {
            let key = format!("{prefix}[{key}]");
            match value {
                PropertyValue::Text(text) => own.text(&key, text),
                PropertyValue::Stored(stored) => own.stored(&key, stored, 0),
            }
        }
        if own.fits() && !own.written.is_empty() {
            let mut form = self.0.finish();
            if !form.is_empty() {
                form.push('&');
            }
            form.push_str(&own.written);
            self.0 = Serializer::for_suffix(form, 0);
        }
        self
    }

    pub(crate) fn finish(mut self) -> String {
        self.0.finish()
    }
}

/// The properties of a form, if they fit.
#[derive(Default)]
struct Pairs {
    written: String,
    count: usize,
    is_too_deep: bool,
}

impl Pairs {
    fn fits(&self) -> bool {
        self.count <= MOST_PAIRS && self.written.len() <= MOST_BYTES && !self.is_too_deep
    }

    fn text(&mut self, key: &str, value: &str) {
        if !self.fits() {
            return;
        }
        self.count += 1;
        if !self.written.is_empty() {
            self.written.push('&');
        }
        self.written.extend(byte_serialize(key.as_bytes()));
        self.written.push('=');
        self.written.extend(byte_serialize(value.as_bytes()));
    }

    fn stored(&mut self, key: &str, value: &Value, level: usize) {
        self.is_too_deep |= level > MOST_LEVELS;
        if !self.fits() {
            return;
        }
        match value {
            Value::Null => {}
            Value::Bool(flag) => self.text(key, if *flag { "true" } else { "false" }),
            Value::Number(number) => self.text(key, &number.to_string()),
            Value::String(text) => self.text(key, text),
            Value::Array(items) => {
                let key = format!("{key}[]");
                items.iter().for_each(|item| self.stored(&key, item, level + 1));
            }
            Value::Object(members) => {
                for (sub, member) in sayable(members.iter().map(|(sub, member)| (sub.as_str(), member))) {
                    self.stored(&format!("{key}[{sub}]"), member, level + 1);
                }
            }
        }
    }
}

/// Members under names that a form can express, in their order. A value from InMoment may have been written there as
/// JSON, which allows any key.
fn sayable<'a, V>(
    members: impl Iterator<Item = (&'a str, V)> + Clone,
) -> impl Iterator<Item = (Cow<'a, str>, V)> {
    let is_said = |key: &str| !key.contains([']', '\0']);
    let all_are = members.clone().all(|(key, _)| is_said(key));
    let mut taken: HashSet<Cow<'a, str>> = if all_are {
        HashSet::new()
    } else {
        members.clone().filter(|(key, _)| is_said(key)).map(|(key, _)| Cow::Borrowed(key)).collect()
    };
    members.filter_map(move |(key, value)| {
        let name = if is_said(key) {
            Cow::Borrowed(key)
        } else {
            let name: Cow<'a, str> = Cow::Owned(key.replace('\0', "").replace(']', "_"));
            taken.insert(name.clone()).then_some(name)?
        };
        (!name.is_empty()).then_some((name, value))
    })
}
