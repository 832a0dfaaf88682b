//! The sources by their write keys.
//!
//! A key is found by a keyed hash, whose key is drawn anew at each start, and then compared in constant time: how long
//! an answer takes tells nothing about how much of a guessed key was right.

use crate::rate_limit::Bucket;
use crate::settings::{SettingsError, SourceSettings};
use crate::source_config;
use bytes::Bytes;
use event::Millis;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use subtle::ConstantTimeEq;

/// All sources.
#[derive(Debug)]
pub(crate) struct Sources {
    hashers: [RandomState; 2],
    by_hash: HashMap<u128, usize>,
    sources: Vec<Source>,
}

/// One source, with what is derived from its settings.
#[derive(Debug)]
pub(crate) struct Source {
    /// its place among the sources, and among their counters
    pub(crate) index: usize,
    pub(crate) settings: SourceSettings,
    pub(crate) bucket: Option<Bucket>,
    /// what `/sourceConfig` answers
    pub(crate) config: Bytes,
}

impl Sources {
    pub(crate) fn new(settings: Vec<SourceSettings>, now: Millis) -> Result<Self, SettingsError> {
        let mut sources = Sources {
            hashers: [RandomState::new(), RandomState::new()],
            by_hash: HashMap::with_capacity(settings.len()),
            sources: Vec::with_capacity(settings.len()),
        };
        for source in settings {
            sources.add(source, now)?;
        }
        Ok(sources)
    }

    fn add(&mut self, settings: SourceSettings, now: Millis) -> Result<(), SettingsError> {
        let key = settings.write_key.expose();
        if key.is_empty() {
            return Err(SettingsError::EmptyWriteKey(settings.name));
        }
        if key.contains(':') {
            return Err(SettingsError::ColonInWriteKey(settings.name));
        }
        let index = self.sources.len();
        if let Some(other) = self.by_hash.insert(self.hash(key.as_bytes()), index) {
            let other = self.sources[other].settings.name.clone();
            return Err(SettingsError::SameWriteKey(other, settings.name));
        }
        let bucket = settings.rate_limit.map(Bucket::new);
        let config = source_config::answer(&settings, now);
        self.sources.push(Source { index, settings, bucket, config });
        Ok(())
    }

    /// The source with this write key, disabled ones included.
    pub(crate) fn find(&self, key: &[u8]) -> Option<&Source> {
        let source = &self.sources[*self.by_hash.get(&self.hash(key))?];
        let same = source.settings.write_key.expose().as_bytes().ct_eq(key);
        bool::from(same).then_some(source)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(|source| source.settings.name.as_str())
    }

    fn hash(&self, key: &[u8]) -> u128 {
        let [high, low] = self.hashers.each_ref().map(|hasher| hasher.hash_one(key));
        u128::from(high) << 64 | u128::from(low)
    }
}

#[cfg(test)]
mod tests;
