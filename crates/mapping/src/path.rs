//! Finding a value by its dotted path.

use serde_json::{Map, Value};

/// The value at a path of plain object members.
pub(crate) fn plain<'a>(body: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let mut segments = path.split('.');
    let first = body.get(segments.next()?)?;
    segments.try_fold(first, |value, segment| value.as_object()?.get(segment))
}

/// The value as rudder-transformer finds it: the whole path as one key comes first; then it goes segment by segment,
/// and joins a missing segment with the next ones (docs/facts/transformer.md#paths).
///
/// `has_dotted_keys` says whether a whole path can be a key here at all; most events do not need that search.
pub(crate) fn javascript<'a>(
    body: &'a Map<String, Value>,
    path: &str,
    has_dotted_keys: bool,
) -> Option<&'a Value> {
    if has_dotted_keys && let Some(value) = body.get(path) {
        return Some(value);
    }
    let mut object = body;
    let mut rest = path;
    loop {
        let (value, after) = step(object, rest)?;
        match after {
            None => return Some(value),
            Some(after) => {
                object = value.as_object()?;
                rest = after;
            }
        }
    }
}

/// The value of the shortest run of segments that is a key here, and the segments after it.
fn step<'a, 'p>(object: &'a Map<String, Value>, path: &'p str) -> Option<(&'a Value, Option<&'p str>)> {
    let ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]);
    for end in ends {
        if let Some(value) = object.get(&path[..end]) {
            return Some((value, path.get(end + 1..)));
        }
    }
    None
}

#[cfg(test)]
mod tests;
