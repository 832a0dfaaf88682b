//! The table of sources by write key, and its replacement while requests are served.
//!
//! A key is found by a keyed hash with a random key for each table, and then compared in constant time, so that the
//! duration of a reply does not reveal how much of a guessed key was right (timing attack).
//!
//! A table is immutable: a change makes a new one, checks it, and replaces the former one. A request takes the table
//! once, when its header is there, and keeps it to its end. So it cannot see half of a change, and its events go to the
//! destinations that its source had when it was recognised.

use crate::counters::{Counters, SourceCounters};
use crate::rate_limit::Bucket;
use crate::settings::{ByteLimit, SettingsError, SourceSettings, Terms, WriteKeyUntil};
use crate::source_config;
use bytes::Bytes;
use event::{Millis, SourceKind};
use port::Holder;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use subtle::ConstantTimeEq;

/// The present table.
///
/// The lock costs little: a request holds it to clone one `Arc`, and a replacement holds it to exchange one, when the
/// new table is complete. Nothing is awaited, allocated or freed under it.
#[derive(Debug)]
pub(crate) struct Live {
    table: RwLock<Arc<Sources>>,
    /// held while a new table is made from the present one, so that concurrent changes are not lost
    common: Mutex<Common>,
}

impl Live {
    pub(crate) fn new(
        settings: Vec<SourceSettings>,
        common: Common,
        counters: &Counters,
        now: Millis,
        over: &Over<'_>,
    ) -> Result<Self, SettingsError> {
        let table = RwLock::new(Arc::new(Sources::empty(common.terms.clone())));
        let live = Live { table, common: Mutex::new(common) };
        live.replace(settings, None, (counters, now), over)?;
        Ok(live)
    }

    /// The present table, for one request.
    pub(crate) fn now(&self) -> Arc<Sources> {
        Arc::clone(&self.table.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the sources and, if given, the terms; on an error it changes nothing.
    pub(crate) fn replace(
        &self,
        settings: Vec<SourceSettings>,
        terms: Option<Terms>,
        (counters, now): (&Counters, Millis),
        over: &Over<'_>,
    ) -> Result<(), SettingsError> {
        let mut held = self.common.lock().unwrap_or_else(PoisonError::into_inner);
        let mut common = held.clone();
        common.terms = terms.unwrap_or(common.terms);
        let table = Arc::new(Sources::new(settings, &self.now(), &common, (counters, now), over)?);
        *held = common;
        for source in &table.sources {
            source.counters.limit_disk(source.settings.disk);
        }
        counters.show(table.sources.iter().map(|source| &source.counters));
        let before = {
            let mut counting = self.table.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *counting, table)
        };
        drop(before);
        Ok(())
    }
}

/// Tells whether the time between two time stamps has passed since the first, which may be unknown.
pub(crate) type Over<'a> = dyn Fn(Option<Millis>, Millis) -> bool + 'a;

/// Settings that all sources share.
#[derive(Debug, Clone)]
pub(crate) struct Common {
    pub(crate) terms: Terms,
    /// bytes of memory that the requests of one source may hold
    pub(crate) memory: usize,
}

/// All sources.
#[derive(Debug)]
pub(crate) struct Sources {
    hashers: [RandomState; 2],
    /// the index of a source, and of the key among its keys
    by_hash: HashMap<u128, (usize, usize)>,
    sources: Vec<Source>,
    /// the terms for requests that this table recognises
    pub(crate) terms: Terms,
}

/// One source, with what is derived from its settings.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) settings: SourceSettings,
    pub(crate) bucket: Option<Arc<Bucket>>,
    /// the limit of bytes; only public sources have one
    pub(crate) bytes: Option<Arc<Bucket>>,
    /// the memory that its requests hold
    pub(crate) holder: Arc<Holder>,
    counters: Arc<SourceCounters>,
    /// the reply of `/sourceConfig` for each key
    configs: Vec<Bytes>,
    /// when that reply last changed
    updated_at: Millis,
}

/// A source, found by one of its keys.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SourceMatch<'s> {
    pub(crate) source: &'s Source,
    /// the reply of `/sourceConfig` for this key
    pub(crate) config: &'s Bytes,
}

impl Sources {
    fn empty(terms: Terms) -> Self {
        Sources {
            hashers: [RandomState::new(), RandomState::new()],
            by_hash: HashMap::new(),
            sources: Vec::new(),
            terms,
        }
    }

    fn new(
        settings: Vec<SourceSettings>,
        before: &Sources,
        common: &Common,
        (counters, now): (&Counters, Millis),
        over: &Over<'_>,
    ) -> Result<Self, SettingsError> {
        let mut sources = Sources::empty(common.terms.clone());
        let limit_before = before.terms.public_bytes;
        for settings in settings {
            sources.take_keys(&settings, over)?;
            let same = |source: &&Source| source.settings.id == settings.id;
            if let Some(other) = sources.sources.iter().find(same) {
                return Err(SettingsError::SameNumber(other.settings.name.clone(), settings.name));
            }
            let before = before.sources.iter().find(same);
            sources.sources.push(Source::new(settings, before, limit_before, common, counters, now));
        }
        Ok(sources)
    }

    /// Adds a source's keys to the table. A key whose overlap is over is left out, and may belong to another source.
    fn take_keys(&mut self, settings: &SourceSettings, over: &Over<'_>) -> Result<(), SettingsError> {
        let name = || settings.name.clone();
        if settings.write_keys.is_empty() {
            return Err(SettingsError::NoWriteKey(name()));
        }
        let place = self.sources.len();
        for (nth, write_key) in settings.write_keys.iter().enumerate() {
            let key = write_key.key.expose();
            if key.is_empty() {
                return Err(SettingsError::EmptyWriteKey(name()));
            }
            if key.contains(':') {
                return Err(SettingsError::ColonInWriteKey(name()));
            }
            if write_key.has_ended(over) {
                continue;
            }
            match self.by_hash.insert(self.hash(key.as_bytes()), (place, nth)) {
                Some((other, _)) if other == place => return Err(SettingsError::RepeatedWriteKey(name())),
                Some((other, _)) => {
                    return Err(SettingsError::SameWriteKey(
                        self.sources[other].settings.name.clone(),
                        name(),
                    ));
                }
                None => {}
            }
        }
        Ok(())
    }

    /// The source with this write key, disabled ones included. `over` is only called for a replaced key.
    pub(crate) fn find(
        &self,
        key: &[u8],
        over: impl FnOnce(Option<Millis>, Millis) -> bool,
    ) -> Option<SourceMatch<'_>> {
        let (place, nth) = *self.by_hash.get(&self.hash(key))?;
        let source = &self.sources[place];
        let write_key: &WriteKeyUntil = &source.settings.write_keys[nth];
        let same = write_key.key.expose().as_bytes().ct_eq(key);
        let known = bool::from(same) && !write_key.has_ended(over);
        known.then(|| SourceMatch { source, config: &source.configs[nth] })
    }

    fn hash(&self, key: &[u8]) -> u128 {
        let [high, low] = self.hashers.each_ref().map(|hasher| hasher.hash_one(key));
        u128::from(high) << 64 | u128::from(low)
    }
}

impl Source {
    /// A source with the counts and the rate limit of the source `before` it that has the same number.
    fn new(
        settings: SourceSettings,
        before: Option<&Source>,
        limit_before: Option<ByteLimit>,
        common: &Common,
        counters: &Counters,
        now: Millis,
    ) -> Self {
        let bucket = settings.rate_limit.map(|limit| match before {
            Some(Source { settings, bucket: Some(bucket), .. }) if settings.rate_limit == Some(limit) => {
                Arc::clone(bucket)
            }
            Some(Source { bucket: Some(bucket), .. }) => Arc::new(bucket.changed(limit)),
            _ => Arc::new(Bucket::new(limit)),
        });
        let public_bytes = common.terms.public_bytes.filter(|_| settings.kind != SourceKind::Server);
        let bytes = public_bytes.map(|limit| match before.and_then(|before| before.bytes.as_ref()) {
            Some(kept) if limit_before == Some(limit) => Arc::clone(kept),
            Some(kept) => Arc::new(kept.changed_bytes(limit)),
            None => Arc::new(Bucket::of_bytes(limit)),
        });
        let holder = before.map_or_else(|| Holder::new(common.memory), |before| Arc::clone(&before.holder));
        let told = |settings: &SourceSettings| (settings.name.clone(), settings.enabled);
        let updated_at = before
            .filter(|before| told(&before.settings) == told(&settings))
            .map_or(now, |before| before.updated_at);
        let keys = settings.write_keys.iter();
        let counters = counters
            .known(settings.id)
            .unwrap_or_else(|| Arc::new(SourceCounters::new(settings.id, &settings.name)));
        Source {
            configs: keys.map(|known| source_config::answer(&settings, &known.key, updated_at)).collect(),
            bucket,
            bytes,
            holder,
            counters,
            updated_at,
            settings,
        }
    }

    pub(crate) fn counters(&self) -> &SourceCounters {
        &self.counters
    }
}

#[cfg(test)]
mod tests;
