//! Makes valid and unique names.

use std::collections::{HashMap, HashSet};

/// The configuration allows 64 characters; the others are reserved for a number.
const MAX_LENGTH: usize = 56;

/// Assigns names of one kind.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// in lower case, because each becomes the name of a file, and some file systems ignore letter case
    taken: HashSet<String>,
    next: HashMap<String, u32>,
}

impl Names {
    /// A free name that is as close to this one as possible.
    pub(super) fn take(&mut self, wanted: &str, otherwise: &str) -> String {
        let clean = clean(wanted);
        let base = if clean.is_empty() { otherwise.to_owned() } else { clean };
        if self.taken.insert(base.to_ascii_lowercase()) {
            return base;
        }
        let next = self.next.entry(base.to_ascii_lowercase()).or_insert(2);
        loop {
            let name = format!("{base}-{next}");
            *next += 1;
            if self.taken.insert(name.to_ascii_lowercase()) {
                return name;
            }
        }
    }
}

/// Characters that a name may not have become one dash.
fn clean(text: &str) -> String {
    let mut name = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '_' | '.') {
            name.push(c);
        } else if !name.ends_with('-') {
            name.push('-');
        }
        if name.len() == MAX_LENGTH {
            break;
        }
    }
    // A name that begins with a dot would be a hidden file.
    name.trim_matches(['-', '.']).to_owned()
}
