//! How values are written in the tables, for eyes as well as for programs.

use super::fault::Fault;
use crate::records::{Fate, LedgerTotals, Rejected, SkipCode};
use event::{EventKind, RequestShape, SourceKind};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

const KINDS: [(EventKind, &str); 7] = [
    (EventKind::Identify, "identify"),
    (EventKind::Track, "track"),
    (EventKind::Page, "page"),
    (EventKind::Screen, "screen"),
    (EventKind::Group, "group"),
    (EventKind::Alias, "alias"),
    (EventKind::Merge, "merge"),
];

pub(super) const SOURCE_KINDS: [(SourceKind, &str); 3] =
    [(SourceKind::Web, "web"), (SourceKind::Mobile, "mobile"), (SourceKind::Server, "server")];

/// SQLite's integers are signed. Ours count from 0 and never come near the end of either.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The other way.
pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// The type the route forces; nothing for a batch.
pub(super) fn shape_word(shape: RequestShape) -> Option<&'static str> {
    match shape {
        RequestShape::Single(kind) => KINDS.iter().find(|(known, _)| *known == kind).map(|(_, word)| *word),
        RequestShape::Batch => None,
    }
}

pub(super) fn shape_of(word: Option<&str>) -> Result<RequestShape, Fault> {
    let Some(word) = word else { return Ok(RequestShape::Batch) };
    let kind = KINDS.iter().find(|(_, known)| *known == word);
    kind.map(|(kind, _)| RequestShape::Single(*kind)).ok_or_else(|| Fault::unreadable("a request's type"))
}

pub(super) fn source_kind_word(kind: SourceKind) -> &'static str {
    SOURCE_KINDS.iter().find(|(known, _)| *known == kind).map_or("server", |(_, word)| word)
}

pub(super) fn source_kind_of(word: &str) -> Result<SourceKind, Fault> {
    let kind = SOURCE_KINDS.iter().find(|(_, known)| *known == word);
    kind.map(|(kind, _)| *kind).ok_or_else(|| Fault::unreadable("a source's kind"))
}

/// `{"code": [[first, how many], …], …}`; nothing when there are none, as is usual.
pub(super) fn rejected_text(rejected: &[Rejected]) -> Result<Option<String>, Fault> {
    if rejected.is_empty() {
        return Ok(None);
    }
    let mut runs: BTreeMap<&str, Vec<(u32, u32)>> = BTreeMap::new();
    for one in rejected {
        let of_code = runs.entry(&one.code).or_default();
        match of_code.last_mut().filter(|(first, count)| first.checked_add(*count) == Some(one.index)) {
            Some((_, count)) => *count += 1,
            None => of_code.push((one.index, 1)),
        }
    }
    json_text(&runs).map(Some)
}

/// Those of a request, in their order; only of one whose checksum suits, for a run may be long. Until format 3 they were written one by one: `[[index, code], …]`.
pub(super) fn rejected_of(text: Option<&str>) -> Result<Vec<Rejected>, Fault> {
    const WHAT: &str = "a list of rejected events";
    let Some(text) = text else { return Ok(Vec::new()) };
    if text.starts_with('[') {
        let pairs: Vec<(u32, String)> = json_of(text, WHAT)?;
        return Ok(pairs.into_iter().map(|(index, code)| Rejected { index, code }).collect());
    }
    let runs: BTreeMap<String, Vec<(u32, u32)>> = json_of(text, WHAT)?;
    let mut all = Vec::new();
    for (code, runs) in runs {
        for (first, count) in runs {
            let end = first.checked_add(count);
            let end = end.ok_or_else(|| Fault::unreadable(WHAT))?;
            all.extend((first..end).map(|index| Rejected { index, code: code.clone() }));
        }
    }
    all.sort_by_key(|one| one.index);
    Ok(all)
}

pub(super) fn json_text(record: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(record).map_err(|_| Fault::refused("a record cannot be written as JSON".to_owned()))
}

pub(super) fn json_of<T: DeserializeOwned>(text: &str, what: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|_| Fault::unreadable(what))
}

/// A row of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Count {
    Accepted,
    Fate(Fate),
    MessageIdReused,
}

impl Count {
    /// Every count there is.
    pub(super) fn all() -> impl Iterator<Item = Count> {
        let fates = [Fate::Delivered, Fate::Dead].into_iter().chain(SkipCode::ALL.map(Fate::Skipped));
        std::iter::once(Count::Accepted).chain(fates.map(Count::Fate))
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Count::Accepted => "accepted",
            Count::MessageIdReused => "message_id_reused",
            Count::Fate(Fate::Delivered) => "delivered",
            Count::Fate(Fate::Dead) => "dead",
            Count::Fate(Fate::Skipped(code)) => code.word(),
        }
    }

    /// Puts a row into the totals. A word of a newer version is passed over, and shows as an imbalance.
    pub(super) fn put(word: &str, events: u64, totals: &mut LedgerTotals) {
        match word {
            "accepted" => totals.accepted = events,
            "delivered" => totals.delivered = events,
            "dead" => totals.dead = events,
            "message_id_reused" => totals.message_ids_reused = events,
            other => {
                let code = SkipCode::ALL.into_iter().find(|code| code.word() == other);
                if let Some(code) = code.filter(|_| events > 0) {
                    totals.skipped.insert(code, events);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
