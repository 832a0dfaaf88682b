//! The console's sources and destinations, both as sealed records and opened, and the rules that hold between them.

use super::base::{Base, LoadError};
use crate::error::ApiError;
use crate::store;
use journal::{Archive, DocumentChange, JournalError};
use registry::record::{DESTINATION, SOURCE};
use registry::rule::RULES;
use registry::{
    AddressPolicy, DeliverySettings, Destination, DestinationRecord, FieldError, RuleRecord, RulesRecord,
    Source, SourceRecord, Vault,
};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

/// By name: the record, and the value read from it.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeptRecords {
    pub(crate) sources: BTreeMap<String, (SourceRecord, Source)>,
    pub(crate) destinations: BTreeMap<String, (DestinationRecord, Destination)>,
    /// rules by destination, including the destinations of the configuration file
    pub(crate) rules: BTreeMap<String, RulesRecord>,
    /// destinations changed by the removal of a source
    touched: BTreeSet<String>,
    /// the policy for addresses that people enter
    addresses: AddressPolicy,
    /// further changes that are in the same write
    pub(crate) also: Vec<DocumentChange>,
}

impl KeptRecords {
    pub(super) fn load(archive: &dyn Archive, vault: &Vault, base: &Base) -> Result<KeptRecords, LoadError> {
        let mut kept = KeptRecords { addresses: base.addresses.clone(), ..KeptRecords::default() };
        for (name, record) in records::<SourceRecord>(archive, SOURCE)? {
            let source = record.open(&name, vault)?;
            kept.sources.insert(name, (record, source));
        }
        for (name, record) in records::<DestinationRecord>(archive, DESTINATION)? {
            let mut destination = record.open(&name, vault, &base.delivery)?;
            if let Err(why) = destination.held_to(&kept.addresses) {
                // The address was allowed when it was entered; a stricter policy does not stop its delivery.
                tracing::warn!(name, %why, "a destination's address would be refused if it were entered now; events are still delivered to it");
            }
            kept.destinations.insert(name, (record, destination));
        }
        kept.rules.extend(records::<RulesRecord>(archive, RULES)?);
        Ok(kept)
    }

    /// Do they hold the same records?
    pub(super) fn same_as(&self, other: &KeptRecords) -> bool {
        fn records<R, V>(entries: &BTreeMap<String, (R, V)>) -> impl Iterator<Item = (&String, &R)> {
            entries.iter().map(|(name, (record, _))| (name, record))
        }
        records(&self.sources).eq(records(&other.sources))
            && records(&self.destinations).eq(records(&other.destinations))
            && self.rules == other.rules
    }

    /// The names that the configuration file has as well.
    pub(super) fn shadowed_by<'a>(&'a self, base: &'a Base) -> impl Iterator<Item = &'a str> {
        let sources = self.sources.keys().filter(|name| base.sources.iter().any(|one| one.name == **name));
        let destinations =
            self.destinations.keys().filter(|name| base.destinations.iter().any(|one| one.name == **name));
        sources.chain(destinations).map(String::as_str)
    }

    pub(super) fn sources_over(&self, base: &Base) -> Vec<Source> {
        let own = self.sources.values().map(|(_, source)| source);
        let own = own.filter(|source| base.sources.iter().all(|other| other.name != source.name));
        base.sources.iter().chain(own).cloned().collect()
    }

    pub(super) fn destinations_over(&self, base: &Base) -> Vec<Destination> {
        let own = self.destinations.values().map(|(_, destination)| destination);
        let own = own.filter(|one| base.destinations.iter().all(|other| other.name != one.name));
        base.destinations.iter().chain(own).map(|one| self.with_rules(one)).collect()
    }

    /// The destination with the console's rules added after its own.
    pub(super) fn with_rules(&self, destination: &Destination) -> Destination {
        let mut destination = destination.clone();
        let here = self.rules.get(&destination.name).into_iter().flat_map(|record| &record.rules);
        destination.rules.extend(here.map(RuleRecord::rule));
        destination
    }

    /// Replaces a destination's rules, and returns what to write.
    pub(crate) fn put_rules(
        &mut self,
        destination: &str,
        rules: RulesRecord,
    ) -> Result<DocumentChange, ApiError> {
        let change = store::put(RULES, destination, &rules)?;
        self.rules.insert(destination.to_owned(), rules);
        Ok(change)
    }

    /// Adds or replaces a source, and returns what to write.
    pub(crate) fn put_source(
        &mut self,
        name: &str,
        record: SourceRecord,
        vault: &Vault,
    ) -> Result<DocumentChange, ApiError> {
        let source = record.open(name, vault).map_err(ApiError::unusable_record)?;
        let change = store::put(SOURCE, name, &record)?;
        self.sources.insert(name.to_owned(), (record, source));
        Ok(change)
    }

    /// Adds or replaces a destination, and returns what to write.
    pub(crate) fn put_destination(
        &mut self,
        name: &str,
        record: DestinationRecord,
        vault: &Vault,
        defaults: &DeliverySettings,
    ) -> Result<DocumentChange, ApiError> {
        let mut destination = record.open(name, vault, defaults).map_err(ApiError::unusable_record)?;
        destination.held_to(&self.addresses).map_err(|why| ApiError::not_called("base_url", &why))?;
        let change = store::put(DESTINATION, name, &record)?;
        self.destinations.insert(name.to_owned(), (record, destination));
        Ok(change)
    }

    /// Removes a source, its name from the destinations that it feeds, and the rules about it, so that a later source
    /// of the same name does not get them.
    pub(crate) fn remove_source(&mut self, name: &str) -> Result<DocumentChange, ApiError> {
        self.sources.remove(name);
        for (destination, record) in &mut self.rules {
            let before = record.rules.len();
            record.rules.retain(|rule| rule.source.as_deref() != Some(name));
            if record.rules.len() < before {
                self.also.push(store::put(RULES, destination, record)?);
            }
        }
        for (destination, (record, opened)) in &mut self.destinations {
            if record.sources.iter().any(|source| source == name) {
                record.sources.retain(|source| source != name);
                opened.sources.retain(|source| source != name);
                self.touched.insert(destination.clone());
            }
        }
        Ok(store::remove(SOURCE, name))
    }

    /// Removes a destination.
    pub(crate) fn remove_destination(&mut self, name: &str) -> DocumentChange {
        self.destinations.remove(name);
        if self.rules.remove(name).is_some() {
            self.also.push(store::remove(RULES, name));
        }
        store::remove(DESTINATION, name)
    }

    /// The further changes that have to be written.
    pub(super) fn unwritten(&mut self) -> Result<Vec<DocumentChange>, ApiError> {
        let touched = std::mem::take(&mut self.touched);
        let also = std::mem::take(&mut self.also);
        let records = touched.iter().filter_map(|name| Some((name, &self.destinations.get(name)?.0)));
        let records = records.map(|(name, record)| Ok(store::put(DESTINATION, name, record)?));
        also.into_iter().map(Ok).chain(records).collect()
    }

    /// Checks that write keys are unique and that destinations name existing sources.
    pub(super) fn check(&self, base: &Base) -> Result<(), ApiError> {
        let sources = self.sources_over(base);
        let mut met = BTreeSet::new();
        for source in &sources {
            let keys = std::iter::once(&source.write_key).chain(source.old_keys.iter().map(|old| &old.key));
            for key in keys {
                if !met.insert(key.expose_secret().to_owned()) {
                    return Err(ApiError::conflict(
                        "another source has this write key; events could not be told apart",
                    ));
                }
            }
        }
        for (name, (record, _)) in &self.destinations {
            for wanted in &record.sources {
                if sources.iter().all(|source| source.name != *wanted) {
                    let message = format!("destination {name:?}: there is no source {wanted:?}");
                    return Err(FieldError::new("sources", message).into());
                }
            }
        }
        Ok(())
    }
}

fn records<T: DeserializeOwned>(archive: &dyn Archive, kind: &str) -> Result<Vec<(String, T)>, JournalError> {
    let unreadable = |name: &str| {
        JournalError::Storage(format!("the {kind} {name:?} is kept in a form this version cannot read"))
    };
    let documents = archive.documents(kind)?.into_iter();
    documents
        .map(|document| match serde_json::from_str(&document.record) {
            Ok(record) => Ok((document.key, record)),
            Err(_) => Err(unreadable(&document.key)),
        })
        .collect()
}
