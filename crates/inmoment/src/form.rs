//! Form bodies with nested keys, the way Rails reads them (docs/facts/inmoment-api.md#parameters).
//!
//! A form has no types: a number travels as its digits, exactly as they were stored; a list repeats `key[]`; an object
//! uses `key[sub]`. Null, an empty list and an empty object cannot be said in a form and are left out, and so is what has an empty key,
//! which would make a list of all that is beside it. A closing bracket within a key would end it: it becomes `_`.

use form_urlencoded::Serializer;
use serde_json::Value;
use std::borrow::Cow;

use crate::call::PropertyValue;

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

    /// `prefix[key]=value` for each property, in order.
    pub(crate) fn properties(self, prefix: &str, properties: Option<&[(String, PropertyValue)]>) -> Self {
        properties.unwrap_or_default().iter().fold(self, |form, (key, value)| {
            let Some(key) = below(prefix, key) else { return form };
            match value {
                PropertyValue::Text(text) => form.text(&key, text),
                PropertyValue::Stored(stored) => form.stored(&key, stored),
            }
        })
    }

    fn stored(self, key: &str, value: &Value) -> Self {
        match value {
            Value::Null => self,
            Value::Bool(flag) => self.text(key, if *flag { "true" } else { "false" }),
            Value::Number(number) => self.text(key, &number.to_string()),
            Value::String(text) => self.text(key, text),
            Value::Array(items) => {
                let key = format!("{key}[]");
                items.iter().fold(self, |form, item| form.stored(&key, item))
            }
            Value::Object(members) => {
                members.iter().fold(self, |form, (sub, member)| match below(key, sub) {
                    Some(key) => form.stored(&key, member),
                    None => form,
                })
            }
        }
    }

    pub(crate) fn finish(mut self) -> String {
        self.0.finish()
    }
}

/// The name of a member within a hash. What came from InMoment may have been written there in JSON, which holds any key.
fn below(name: &str, key: &str) -> Option<String> {
    let key = if key.contains([']', '\0']) {
        Cow::Owned(key.replace('\0', "").replace(']', "_"))
    } else {
        Cow::Borrowed(key)
    };
    (!key.is_empty()).then(|| format!("{name}[{key}]"))
}
