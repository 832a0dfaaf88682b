//! All sources and destinations of a workspace together.
//!
//! The file has a destination once under each of its sources. Entries with the same id and login are one destination of
//! several sources. If the consent settings for two sources of one kind, or the logins, differ, one destination cannot
//! represent both, so two are made.

use super::credential::Credentials;
use super::destination::{self, Destination};
use super::json::{self, Object};
use super::outcome::{KeptSource, Remark};
use super::source::Source;
use event::SourceKind;
use mapping::SourceConsent;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::name::Names;

/// The kept entries, ready to be written, and the left-out ones.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) sources: Vec<(KeptSource, SecretString)>,
    pub(super) destinations: Vec<GatheredDestination>,
    pub(super) changed: Vec<Remark>,
    pub(super) left_out: Vec<Remark>,
}

/// A destination with the settings of all its sources.
pub(super) struct GatheredDestination {
    pub(super) name: String,
    pub(super) rudderstack_name: String,
    pub(super) rudderstack_id: String,
    pub(super) credentials: Credentials,
    /// positions in the sources
    pub(super) sources: Vec<usize>,
    /// including empty ones, which apply to their kind, too
    pub(super) consent: BTreeMap<SourceKind, SourceConsent>,
}

/// Reads every entry.
pub(super) fn gather(sources: &[Value], libraries: Option<&Value>) -> Gathered {
    let mut gathering = Gathering::default();
    for (nth, entry) in sources.iter().enumerate() {
        gathering.source(entry, &format!("number {}", nth + 1));
    }
    let count = libraries.and_then(Value::as_array).map_or(0, Vec::len);
    if count > 0 {
        let why = "they belong to user transformations, which Rapport does not run";
        gathering.left_out("libraries", (format!("{count} of the workspace"), String::new()), why);
    }
    gathering.orphans();
    gathering.done
}

#[derive(Default)]
struct Gathering {
    done: Gathered,
    told: HashSet<Remark>,
    write_keys: HashMap<String, String>,
    /// by id
    known: HashMap<String, Vec<usize>>,
    /// InMoment destinations below sources that are left out
    orphans: Vec<(String, String)>,
    source_names: Names,
    destination_names: Names,
}

impl Gathering {
    fn remark(&mut self, what: &'static str, (name, id): (String, String), why: &str) -> Option<Remark> {
        let remark = Remark { what, name, id, why: why.to_owned() };
        self.told.insert(remark.clone()).then_some(remark)
    }

    fn left_out(&mut self, what: &'static str, label: (String, String), why: &str) {
        let remark = self.remark(what, label, why);
        self.done.left_out.extend(remark);
    }

    fn changed(&mut self, what: &'static str, label: (String, String), why: &str) {
        let remark = self.remark(what, label, why);
        self.done.changed.extend(remark);
    }

    fn source(&mut self, entry: &Value, place: &str) {
        let Some(entry) = entry.as_object() else {
            return self.left_out("source", (place.to_owned(), String::new()), "it is no object");
        };
        let source = match Source::read(entry, place) {
            Ok(source) => source,
            Err(why) => {
                self.left_out("source", json::label(entry, place), &why);
                return self.remember_orphans(entry);
            }
        };
        let label = (source.name.clone(), source.id.clone());
        if let Some(other) = self.write_keys.get(source.write_key.expose_secret()) {
            let why = format!("it has the write key of the source {other:?}; events could not be told apart");
            self.left_out("source", label, &why);
            return self.remember_orphans(entry);
        }
        let found = self.destinations_of(&source);
        if found.is_empty() {
            let why = "it feeds no InMoment destination that is taken over";
            return self.left_out("source", label, why);
        }
        let position = self.keep_source(source, label);
        for (entry, destination) in found {
            self.destination(entry, destination, position);
        }
    }

    fn remember_orphans(&mut self, source: &Object) {
        let entries = json::list(source, "destinations").unwrap_or_default();
        let ours =
            entries.iter().filter_map(Value::as_object).filter(|entry| destination::is_ours(entry).is_ok());
        self.orphans.extend(ours.map(|entry| json::label(entry, "without a name")));
    }

    fn orphans(&mut self) {
        for (name, id) in std::mem::take(&mut self.orphans) {
            let kept = !id.is_empty() && self.known.contains_key(&id);
            if !kept {
                let why = "no source that feeds it is taken over";
                self.left_out("destination", (name, id), why);
            }
        }
    }

    fn destinations_of<'v>(&mut self, source: &Source<'v>) -> Vec<(&'v Object, Destination)> {
        let mut found = Vec::new();
        for (nth, entry) in source.destinations.iter().enumerate() {
            let place = format!("number {} of the source {:?}", nth + 1, source.name);
            let Some(entry) = entry.as_object() else {
                self.left_out("destination", (place, String::new()), "it is no object");
                continue;
            };
            let read =
                destination::is_ours(entry).and_then(|()| Destination::read(entry, source.source_type));
            match read {
                Ok(destination) => found.push((entry, destination)),
                Err(why) => self.left_out("destination", json::label(entry, &place), &why),
            }
        }
        found
    }

    fn keep_source(&mut self, source: Source<'_>, label: (String, String)) -> usize {
        let position = self.done.sources.len();
        let name = self.source_names.take(&source.name, "source");
        if name != source.name {
            self.changed("source", label.clone(), &format!("its name here is {name:?}"));
        }
        if !source.enabled {
            let why = "it is disabled there and here (`enabled = false`): its events are answered 404";
            self.changed("source", label.clone(), why);
        }
        if !source.kind_known {
            let why = "the file does not say what kind it is; \"server\" was taken, which matters for consent settings";
            self.changed("source", label.clone(), why);
        }
        if source.tracking_plan {
            let why = "Rapport does not check events against one";
            self.left_out("tracking plan", label, why);
        }
        self.write_keys.insert(source.write_key.expose_secret().to_owned(), source.name.clone());
        let kept = KeptSource {
            name,
            kind: source.kind,
            enabled: source.enabled,
            rudderstack_name: source.name,
            rudderstack_id: source.id,
        };
        self.done.sources.push((kept, source.write_key));
        position
    }

    fn destination(&mut self, entry: &Object, found: Destination, source: usize) {
        let label = json::label(entry, "inmoment");
        let kind = self.done.sources[source].0.kind;
        let same_id = self.known.get(&label.1).cloned().unwrap_or_default();
        let fits = |shared: &GatheredDestination| {
            shared.credentials == found.credentials
                && shared.consent.get(&kind).is_none_or(|consent| *consent == found.consent)
        };
        if let Some(&position) = same_id.iter().find(|position| fits(&self.done.destinations[**position])) {
            let shared = &mut self.done.destinations[position];
            if shared.sources.last() != Some(&source) {
                shared.sources.push(source);
            }
            shared.consent.insert(kind, found.consent);
        } else {
            let split = !same_id.is_empty();
            self.keep_destination(&label, found, (source, kind), split);
        }
        self.not_taken_over(entry, &label);
    }

    fn keep_destination(
        &mut self,
        label: &(String, String),
        found: Destination,
        (source, kind): (usize, SourceKind),
        split: bool,
    ) {
        let name = self.destination_names.take(&label.0, "inmoment");
        if split {
            let why = format!(
                "its settings differ between its sources, so that it became several destinations; {name:?} is one \
                 of them, and the order of one end user's events holds only within each"
            );
            self.changed("destination", label.clone(), &why);
        } else if name != label.0 {
            self.changed("destination", label.clone(), &format!("its name here is {name:?}"));
        }
        for variable in found.credentials.variables() {
            let why = format!(
                "`env.{variable}` became `env:{variable}`: the variable must be set where Rapport runs (rudder-server \
                 does not fill it in when it reads a file)"
            );
            self.changed("destination", label.clone(), &why);
        }
        if !label.1.is_empty() {
            self.known.entry(label.1.clone()).or_default().push(self.done.destinations.len());
        }
        self.done.destinations.push(GatheredDestination {
            name,
            rudderstack_name: label.0.clone(),
            rudderstack_id: label.1.clone(),
            credentials: found.credentials,
            sources: vec![source],
            consent: BTreeMap::from([(kind, found.consent)]),
        });
    }

    fn not_taken_over(&mut self, entry: &Object, label: &(String, String)) {
        for why in destination::settings_left_out(entry) {
            self.left_out("setting", label.clone(), &why);
        }
        for id in destination::transformations(entry) {
            let why = format!(
                "attached to the destination {:?}; Rapport does not run user transformations: events reach it as they \
                 were sent",
                label.0
            );
            self.left_out("transformation", (id, String::new()), &why);
        }
    }
}
