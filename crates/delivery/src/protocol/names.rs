//! A list of the names that a lane brought into memory: usually short, and cheap to add to when it is long.

/// Names, which may occur more than once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names(Vec<String>);

/// How many of the newest names are compared with an added one.
const NEWEST: usize = 8;

impl Names {
    /// Adds a name in amortised constant time. The list takes at most about twice the room of the distinct names.
    pub(crate) fn add(&mut self, name: String) {
        if self.0.iter().rev().take(NEWEST).any(|known| *known == name) {
            return;
        }
        let full = self.0.len() >= 2 * NEWEST && self.0.len() == self.0.capacity();
        if full {
            self.0.sort_unstable();
            self.0.dedup();
            // Twice the remaining number, so that the amortised cost of removing duplicates is constant.
            self.0.reserve(self.0.len());
        }
        self.0.push(name);
    }

    pub(crate) fn all(&self) -> &[String] {
        &self.0
    }
}

#[cfg(test)]
mod tests;
