//! How many properties go into one form (docs/facts/mapping.md#form-room).
//!
//! Rails reads at most 4,096 parameters of a form and refuses a form that has more, with everything in it (Rack,
//! `RACK_QUERY_PARSER_PARAMS_LIMIT`), and servers refuse bodies above a size, often 1 MiB. So properties beyond these
//! limits are left out, and the others arrive. A list or an object that is stored at InMoment is sent back as one
//! parameter for each of its members, and takes as much room.

use serde_json::Value;

/// The number of parameters for properties; the others are for other fields.
pub(crate) const PROPERTIES: usize = 4_000;
/// The number of bytes of the form for properties.
const BYTES: usize = 768 << 10;
/// The text around a key and its value: `&end_user%5Bproperties%5D%5B` … `%5D=`.
const AROUND: usize = 32;
/// The text around a nested name: `%5B` … `%5D`. The members of a list have an empty name.
const BRACKETS: usize = 6;
/// The depth of objects and lists within a property: Rack reads 32 levels of a name, and `end_user[properties][key]`
/// has three of them.
const DEEPEST: usize = 28;
/// The largest length of a key in bytes. Nested objects lengthen the keys of all their members.
pub(crate) const LONGEST_KEY: usize = 1_000;

/// The remaining room of a form.
pub(crate) struct FormRoom {
    left: FormSize,
}

/// The room that a property takes in a form.
#[derive(Clone, Copy, Default)]
struct FormSize {
    parameters: usize,
    bytes: usize,
}

impl Default for FormRoom {
    fn default() -> Self {
        FormRoom { left: FormSize { parameters: PROPERTIES, bytes: BYTES } }
    }
}

impl FormRoom {
    /// Takes the room of a property, if the form has it.
    pub(crate) fn takes(&mut self, key: &str, value: &Value) -> bool {
        let size = FormSize::of(encoded(key), value, 0);
        let parameters = self.left.parameters.checked_sub(size.parameters);
        let Some((parameters, bytes)) = parameters.zip(self.left.bytes.checked_sub(size.bytes)) else {
            return false;
        };
        self.left = FormSize { parameters, bytes };
        true
    }

    /// No part of it takes a parameter, so a form would not contain it.
    pub(crate) fn is_untouched(&self) -> bool {
        self.left.parameters == PROPERTIES
    }

    /// Returns the room of a property, so that another property may take it.
    pub(crate) fn frees(&mut self, key: &str, value: &Value) {
        self.left = self.left.and(FormSize::of(encoded(key), value, 0));
    }
}

impl FormSize {
    /// The room of a value under a key of this length, within this many objects and lists.
    fn of(key: usize, value: &Value, level: usize) -> FormSize {
        if level > DEEPEST {
            return FormSize { parameters: usize::MAX, bytes: 0 };
        }
        let one = |text: &str| FormSize { parameters: 1, bytes: AROUND + key + encoded(text) };
        let within = |name: &str, value| FormSize::of(key + BRACKETS + encoded(name), value, level + 1);
        match value {
            Value::Null => FormSize::default(),
            Value::String(text) => one(text),
            Value::Bool(_) | Value::Number(_) => one(&value.to_string()),
            Value::Array(items) => {
                items.iter().map(|item| within("", item)).fold(FormSize::default(), FormSize::and)
            }
            Value::Object(members) => members
                .iter()
                .map(|(sub, member)| within(sub, member))
                .fold(FormSize::default(), FormSize::and),
        }
    }

    fn and(self, other: FormSize) -> FormSize {
        FormSize {
            parameters: self.parameters.saturating_add(other.parameters),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }
}

/// The length of a text in a form.
fn encoded(text: &str) -> usize {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'-' | b'.' | b'_' | b' ');
    text.len() + 2 * text.bytes().filter(|byte| !plain(byte)).count()
}

#[cfg(test)]
mod tests;
