//! Fields of the workspace file. rudder-server reads the names of its own fields in any letter case
//! (docs/facts/gateway.md#any-case-fields), and the members of a destination's `config` by their exact names.

use serde_json::{Map, Value};

/// A JSON object.
pub(super) type Object = Map<String, Value>;

/// Names and ids are shown up to this many characters.
const SHOWN: usize = 100;

/// An error of an entry of the file.
pub(super) type Wrong = String;

/// A field by its name in any letter case.
pub(super) fn field<'v>(object: &'v Object, name: &str) -> Option<&'v Value> {
    let any_case = || object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    object.get(name).or_else(any_case)
}

/// A text; missing and null are empty.
pub(super) fn text<'v>(object: &'v Object, name: &str) -> Result<&'v str, Wrong> {
    match field(object, name) {
        None | Some(Value::Null) => Ok(""),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(format!("its `{name}` is no text")),
    }
}

/// A switch; missing and null are off.
pub(super) fn switch(object: &Object, name: &str) -> Result<bool, Wrong> {
    match field(object, name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(on)) => Ok(*on),
        Some(_) => Err(format!("its `{name}` is neither true nor false")),
    }
}

/// A list; missing and null are empty.
pub(super) fn list<'v>(object: &'v Object, name: &str) -> Result<&'v [Value], Wrong> {
    match field(object, name) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(format!("its `{name}` is no list")),
    }
}

/// A nested object; `None` if it is missing or null.
pub(super) fn object<'v>(object: &'v Object, name: &str) -> Result<Option<&'v Object>, Wrong> {
    match field(object, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(below)) => Ok(Some(below)),
        Some(_) => Err(format!("its `{name}` is no object")),
    }
}

/// The name of an entry in the report: its name and id, as far as it has them.
pub(super) fn label(object: &Object, otherwise: &str) -> (String, String) {
    let word = |name| text(object, name).map(excerpt).unwrap_or_default();
    let name = word("name");
    (if name.is_empty() { otherwise.to_owned() } else { name }, word("id"))
}

/// A text of the file for a terminal or a comment: on one line, and cut.
pub(super) fn excerpt(text: &str) -> String {
    let text = text.trim();
    let cut = text.char_indices().nth(SHOWN).map_or(text, |(end, _)| &text[..end]);
    let visible = crate::table::visible(cut);
    if cut.len() < text.len() { format!("{visible}…") } else { visible }
}
