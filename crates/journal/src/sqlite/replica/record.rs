//! A write as the shared log holds it.
//!
//! # Layout
//! One byte for the version; the length of the header, four bytes, the lowest first; the header, a JSON object; then the body of
//! an append as it is stored (perhaps compressed), or nothing. A field that this version does not know is ignored, and a
//! missing field has its default. A version or a kind of work that it does not know was written by a newer program.

use crate::packed::Packed;
use crate::sqlite::work::{Act, Record, Work};
use bytes::Bytes;

/// The version that this program writes, and the highest that it reads.
pub(super) const VERSION: u8 = 1;

/// The version and the length of the header.
const PREFIX: usize = 5;

/// Why a record cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::sqlite) enum RecordError {
    /// a newer program wrote it
    #[error("a newer version of the program wrote it (record version {0}, this program knows {VERSION})")]
    Newer(u8),
    /// it is not a record at all, or of a kind that this version does not know
    #[error("it is not a record that this version of the program knows ({0})")]
    Unknown(String),
}

impl Record {
    /// Encodes the record for the log.
    pub(super) fn encode(&self) -> Result<Bytes, serde_json::Error> {
        let body = self.body().map_or(&[][..], |body| &body.bytes[..]);
        let mut bytes = Vec::with_capacity(PREFIX + 512 + body.len());
        bytes.extend_from_slice(&[VERSION, 0, 0, 0, 0]);
        serde_json::to_writer(&mut bytes, self)?;
        let header = u32::try_from(bytes.len() - PREFIX).map_err(serde::ser::Error::custom)?;
        if let Some(length) = bytes.get_mut(1..PREFIX) {
            length.copy_from_slice(&header.to_le_bytes());
        }
        bytes.extend_from_slice(body);
        Ok(bytes.into())
    }

    /// Decodes a record.
    pub(super) fn decode(bytes: &Bytes) -> Result<Record, RecordError> {
        let unknown = |what: &str| RecordError::Unknown(what.to_owned());
        let [version, length @ ..] =
            bytes.first_chunk::<PREFIX>().ok_or_else(|| unknown("it is too short"))?;
        if *version > VERSION {
            return Err(RecordError::Newer(*version));
        }
        let header = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let end = PREFIX.checked_add(header).filter(|end| *end <= bytes.len());
        let end = end.ok_or_else(|| unknown("its header is cut off"))?;
        // The error of serde_json may quote the text, which may hold what customers said.
        let parsed = serde_json::from_slice(&bytes[PREFIX..end]);
        let mut record: Record = parsed.map_err(|error| {
            RecordError::Unknown(format!("its header cannot be read at column {}", error.column()))
        })?;
        if let Act::Work(Work::Append { body, .. }) = &mut record.act {
            body.bytes = bytes.slice(end..);
        }
        Ok(record)
    }

    fn body(&self) -> Option<&Packed> {
        match &self.act {
            Act::Work(Work::Append { body, .. }) => Some(body),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
