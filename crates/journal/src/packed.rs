//! Texts as they are stored: compressed where that pays.
//!
//! A batch of events repeats itself: zstd at its fastest ordinary level makes a tenth of it in less time than it takes to
//! write the rest. A short text is not worth it, and stays as it came: one can look at it with `sqlite3`.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use zstd::bulk::{Compressor, Decompressor};

/// Texts below this stay as they are. A single event of 1 KB shrinks by a third for 4 microseconds, a batch of 20 KB
/// fifteen-fold for 13.
const WORTH_A_TRY: usize = 2_048;

/// Fast enough to cost an append nothing that counts.
const LEVEL: i32 = 1;

/// No text that was compressed is longer: a recorded length beyond it was not written by us.
const MAX_LENGTH: u32 = 1 << 30;

/// A text as it is stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Packed {
    /// what is stored; whoever writes this down as JSON keeps it beside that
    #[serde(skip)]
    pub(crate) bytes: Bytes,
    /// the length of the text in bytes, where it is compressed
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) length: Option<u32>,
}

thread_local! {
    // Each thread that packs or unpacks keeps its tables: making them takes longer than most texts.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = RefCell::new(Compressor::new(LEVEL).ok());
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = RefCell::new(Decompressor::new().ok());
}

impl Packed {
    /// The text as it shall be stored: compressed if it becomes shorter by an eighth at least.
    pub(crate) fn new(text: Bytes) -> Packed {
        let length = u32::try_from(text.len()).ok().filter(|length| *length <= MAX_LENGTH);
        let Some(length) = length.filter(|_| text.len() >= WORTH_A_TRY) else {
            return Packed { bytes: text, length: None };
        };
        let compressed = COMPRESSOR.with_borrow_mut(|tool| tool.as_mut()?.compress(&text).ok());
        match compressed.filter(|shorter| shorter.len() <= text.len() - text.len() / 8) {
            Some(mut shorter) => {
                shorter.shrink_to_fit();
                Packed { bytes: shorter.into(), length: Some(length) }
            }
            None => Packed { bytes: text, length: None },
        }
    }
}

/// The text again; `None` when what is stored is not what [`Packed::new`] made. Never takes more memory than the recorded
/// length.
pub(crate) fn unpack(bytes: Vec<u8>, length: Option<u32>) -> Option<Vec<u8>> {
    let Some(length) = length else { return Some(bytes) };
    let length = usize::try_from(length.min(MAX_LENGTH)).ok()?;
    let text = DECOMPRESSOR.with_borrow_mut(|tool| tool.as_mut()?.decompress(&bytes, length).ok())?;
    (text.len() == length).then_some(text)
}

#[cfg(test)]
mod tests;
