//! How many properties go into one form (docs/facts/mapping.md#form-room).
//!
//! Rails reads at most 4,096 parameters of a form and refuses one that has more, with everything in it (Rack,
//! `RACK_QUERY_PARSER_PARAMS_LIMIT`), and servers refuse bodies above a size, often 1 MiB. So what goes beyond that is left out, and
//! the rest arrives.

/// So many properties; some parameters are for other fields.
pub(crate) const PROPERTIES: usize = 4_000;
/// So many bytes of the form are for properties.
const BYTES: usize = 768 << 10;
/// What surrounds a key and its value: `&end_user%5Bproperties%5D%5B` … `%5D=`.
const AROUND: usize = 36;
/// A key has so many bytes at most. Objects within objects lengthen the keys of all that is in them.
pub(crate) const LONGEST_KEY: usize = 1_000;

/// What is left of a form.
pub(crate) struct Room {
    properties: usize,
    bytes: usize,
}

impl Default for Room {
    fn default() -> Self {
        Room { properties: PROPERTIES, bytes: BYTES }
    }
}

impl Room {
    /// Takes the place of a property, if there is one for it.
    pub(crate) fn takes(&mut self, key: &str, value: &str) -> bool {
        let Some(properties) = self.properties.checked_sub(1) else { return false };
        let Some(bytes) = self.bytes.checked_sub(AROUND + encoded(key) + encoded(value)) else {
            return false;
        };
        *self = Room { properties, bytes };
        true
    }

    /// Gives the place of a property back, that another may have it.
    pub(crate) fn frees(&mut self, key: &str, value: &str) {
        self.properties += 1;
        self.bytes += AROUND + encoded(key) + encoded(value);
    }
}

/// The length of a text in a form.
fn encoded(text: &str) -> usize {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'-' | b'.' | b'_' | b' ');
    text.len() + 2 * text.bytes().filter(|byte| !plain(byte)).count()
}

#[cfg(test)]
mod tests;
