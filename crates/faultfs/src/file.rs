//! One file: what readers see, what is durable, and what was done in between.

use crate::dice::Dice;

/// Of what was not synced, a power cut leaves or takes whole sectors.
const SECTOR: usize = 512;

/// Something that was done and not synced.
#[derive(Debug)]
enum Change {
    Write { at: usize, bytes: Box<[u8]> },
    Resize(usize),
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct File {
    seen: Vec<u8>,
    durable: Vec<u8>,
    unsynced: Vec<Change>,
}

impl File {
    pub(crate) fn len(&self) -> usize {
        self.seen.len()
    }

    /// Fills the buffer from here on, with zeros behind the end: how many bytes were there.
    pub(crate) fn read(&self, at: usize, into: &mut [u8]) -> usize {
        let there = self.seen.get(at..).unwrap_or_default();
        let length = there.len().min(into.len());
        into[..length].copy_from_slice(&there[..length]);
        into[length..].fill(0);
        length
    }

    pub(crate) fn write(&mut self, at: usize, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        put(&mut self.seen, at, bytes);
        self.unsynced.push(Change::Write { at, bytes: bytes.into() });
    }

    pub(crate) fn resize(&mut self, length: usize) {
        self.seen.resize(length, 0);
        self.unsynced.push(Change::Resize(length));
    }

    /// Makes everything durable.
    pub(crate) fn sync(&mut self) {
        for change in self.unsynced.drain(..) {
            match change {
                Change::Write { at, bytes } => put(&mut self.durable, at, &bytes),
                Change::Resize(length) => self.durable.resize(length, 0),
            }
        }
    }

    /// A sync fails: everything stays to be synced; or some of it was written, and the rest is never written by a later sync.
    pub(crate) fn fail_to_sync(&mut self, dice: &mut Dice) {
        if dice.chance(0.5) {
            self.leave_some(dice);
        }
    }

    /// The power is cut.
    pub(crate) fn lose(&mut self, dice: &mut Dice) {
        match dice.below(4) {
            0 => self.unsynced.clear(),
            1 => self.sync(),
            _ => self.leave_some(dice),
        }
        self.seen.clone_from(&self.durable);
    }

    fn leave_some(&mut self, dice: &mut Dice) {
        let likely = [0.1, 0.5, 0.9][dice.below(3)];
        for change in self.unsynced.drain(..) {
            match change {
                Change::Write { at, bytes } => {
                    for (at, sector) in sectors(at, &bytes) {
                        if dice.chance(likely) {
                            put(&mut self.durable, at, sector);
                        }
                    }
                }
                Change::Resize(length) if dice.chance(likely) => self.durable.resize(length, 0),
                Change::Resize(_) => {}
            }
        }
    }
}

fn put(content: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    content[at..end].copy_from_slice(bytes);
}

/// The parts of a write that lie in one sector each, with where they begin.
fn sectors(at: usize, bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let (mut at, mut rest) = (at, bytes);
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (sector, more) = rest.split_at((SECTOR - at % SECTOR).min(rest.len()));
        let begin = at;
        (at, rest) = (at + sector.len(), more);
        Some((begin, sector))
    })
}
