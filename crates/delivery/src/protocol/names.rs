//! Names that a lane brought into memory: few as a rule, and cheap to add to when they are many.

/// Names, each more than once perhaps.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names(Vec<String>);

/// So many of the newest are looked at for each name added.
const NEWEST: usize = 8;

impl Names {
    /// Adds one. Takes about the same time however many there are, and not much more room than the different ones need.
    pub(crate) fn add(&mut self, name: String) {
        if self.0.iter().rev().take(NEWEST).any(|known| *known == name) {
            return;
        }
        let full = self.0.len() >= 2 * NEWEST && self.0.len() == self.0.capacity();
        if full {
            self.0.sort_unstable();
            self.0.dedup();
            // Twice what is left, so that going through them costs little a name however many stay.
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
