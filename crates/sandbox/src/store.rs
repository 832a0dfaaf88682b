//! The records of one account: end users with their responses and declines, and the indexes that find them.
//!
//! Rows are in ordered maps by id, so that no output depends on a hash's order; hashes are used only for look-ups. The
//! cost of a look-up or create hardly depends on the number of rows. The indexes are rebuilt when a snapshot is loaded.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::dates;

/// The largest number of property names for `/v1/segments`; more are not remembered.
const MAX_SEGMENTS: usize = 10_000;

/// Properties are shared between an end user and the snapshots of its responses.
pub(crate) type Properties = Arc<Map<String, Value>>;

/// InMoment's end user (docs/facts/inmoment-api.md#end-user); times are UNIX seconds.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct EndUser {
    pub(crate) id: i64,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) email: Option<String>,
    pub(crate) phone_number: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) last_surveyed: Option<i64>,
    pub(crate) external_created_at: Option<i64>,
    pub(crate) properties: Properties,
    pub(crate) settings: ChannelSettings,
    /// Set by a deletion: the second at which the record is removed.
    pub(crate) purge_at: Option<i64>,
    #[serde(skip)]
    pub(crate) feedback: [Vec<i64>; 2],
}

/// The channels by which an end user may be surveyed (docs/facts/inmoment-api.md#settings).
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ChannelSettings {
    pub(crate) id: i64,
    pub(crate) updated_at: i64,
    pub(crate) email_nps: Option<bool>,
    pub(crate) mobile_nps: Option<bool>,
    pub(crate) web_nps: Option<bool>,
    pub(crate) force_mobile_survey: Option<bool>,
    pub(crate) force_web_survey: Option<bool>,
    pub(crate) surveys_disabled_by_end_user: Option<bool>,
}

/// Whether a row is a response or a decline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FeedbackKind {
    Response = 0,
    Decline = 1,
}

/// A response (docs/facts/inmoment-api.md#responses) or a decline (docs/facts/inmoment-api.md#declines), which has no answer.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Feedback {
    pub(crate) id: i64,
    pub(crate) end_user_id: i64,
    pub(crate) survey_id: i64,
    pub(crate) ip_address: Option<String>,
    pub(crate) origin_url: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    /// The properties at the time of the survey.
    pub(crate) properties: Properties,
    pub(crate) answer: Option<ResponseFields>,
}

/// The fields that only a response has.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ResponseFields {
    pub(crate) score: i64,
    pub(crate) text: Option<String>,
    pub(crate) completed: bool,
    pub(crate) excluded_from_calculations: bool,
}

/// A field that must be unique if it is set (docs/facts/inmoment-api.md#q14..16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Unique {
    Email,
    Phone,
    ExternalId,
}

impl Unique {
    /// The field's name in the validation text.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Unique::Email => "Email",
            Unique::Phone => "Phone number",
            Unique::ExternalId => "External",
        }
    }

    fn key(self, value: &str) -> (Unique, String) {
        match self {
            // The value is stored as given, and is unique without regard to case (docs/facts/inmoment-api.md#q16).
            Unique::Email => (self, value.to_lowercase()),
            Unique::Phone | Unique::ExternalId => (self, value.to_owned()),
        }
    }
}

impl EndUser {
    fn unique(&self) -> [(Unique, Option<&str>); 3] {
        [
            (Unique::Email, self.email.as_deref()),
            (Unique::Phone, self.phone_number.as_deref()),
            (Unique::ExternalId, self.external_id.as_deref()),
        ]
    }
}

/// All records of one account.
#[derive(Default)]
pub(crate) struct Store {
    users: BTreeMap<i64, EndUser>,
    feedback: [BTreeMap<i64, Feedback>; 2],
    by_unique: HashMap<(Unique, String), i64>,
    purges: BTreeMap<i64, Vec<i64>>,
    /// Property names and when they were first seen.
    segments: IndexMap<String, i64>,
}

impl Store {
    pub(crate) fn user(&self, id: i64) -> Option<&EndUser> {
        self.users.get(&id)
    }

    pub(crate) fn user_by(&self, field: Unique, value: &str) -> Option<&EndUser> {
        self.by_unique.get(&field.key(value)).and_then(|id| self.users.get(id))
    }

    pub(crate) fn users(&self) -> impl Iterator<Item = &EndUser> {
        self.users.values()
    }

    /// The field of this record that another record already holds.
    pub(crate) fn clash(&self, user: &EndUser) -> Option<Unique> {
        user.unique().into_iter().find_map(|(field, value)| {
            let holder = self.by_unique.get(&field.key(value?))?;
            (*holder != user.id).then_some(field)
        })
    }

    /// Adds or replaces a record whose uniqueness [`clash`](Store::clash) has checked.
    pub(crate) fn put_user(&mut self, user: EndUser) {
        if let Some(old) = self.users.get(&user.id) {
            for (field, value) in old.unique() {
                if let Some(value) = value {
                    self.by_unique.remove(&field.key(value));
                }
            }
        }
        for (field, value) in user.unique() {
            if let Some(value) = value {
                self.by_unique.insert(field.key(value), user.id);
            }
        }
        self.users.insert(user.id, user);
    }

    /// Changes fields of a record that are in no index.
    pub(crate) fn user_mut(&mut self, id: i64) -> Option<&mut EndUser> {
        self.users.get_mut(&id)
    }

    /// Remembers the names of properties for `/v1/segments`.
    pub(crate) fn note_segments(&mut self, properties: &Map<String, Value>, now: i64) {
        for name in properties.keys() {
            if !self.segments.contains_key(name) && self.segments.len() < MAX_SEGMENTS {
                self.segments.insert(name.clone(), now);
            }
        }
    }

    pub(crate) fn segments(&self) -> &IndexMap<String, i64> {
        &self.segments
    }

    /// Marks an end user for deletion; a second mark changes nothing (docs/facts/inmoment-api.md#q10).
    pub(crate) fn mark_deleted(&mut self, id: i64, now: i64) {
        let Some(user) = self.users.get_mut(&id) else { return };
        if user.purge_at.is_none() {
            let at = dates::next_purge(now);
            user.purge_at = Some(at);
            self.purges.entry(at).or_default().push(id);
        }
    }

    /// Carries out the deletions that are due, including all data of the end users (docs/facts/inmoment-api.md#q35).
    pub(crate) fn purge(&mut self, now: i64) {
        while let Some(due) = self.purges.first_entry().filter(|entry| *entry.key() <= now) {
            for id in due.remove() {
                let Some(user) = self.users.remove(&id) else { continue };
                for (field, value) in user.unique() {
                    if let Some(value) = value {
                        self.by_unique.remove(&field.key(value));
                    }
                }
                for (rows, ids) in self.feedback.iter_mut().zip(&user.feedback) {
                    for id in ids {
                        rows.remove(id);
                    }
                }
            }
        }
    }

    pub(crate) fn feedback(&self, kind: FeedbackKind, id: i64) -> Option<&Feedback> {
        self.feedback[kind as usize].get(&id)
    }

    pub(crate) fn feedback_mut(&mut self, kind: FeedbackKind, id: i64) -> Option<&mut Feedback> {
        self.feedback[kind as usize].get_mut(&id)
    }

    pub(crate) fn all_feedback(&self, kind: FeedbackKind) -> impl Iterator<Item = &Feedback> {
        self.feedback[kind as usize].values()
    }

    pub(crate) fn feedback_of(&self, kind: FeedbackKind, user: &EndUser) -> impl Iterator<Item = &Feedback> {
        user.feedback[kind as usize].iter().filter_map(move |id| self.feedback(kind, *id))
    }

    /// The end user's row with the latest creation time; the higher id of two in one second.
    pub(crate) fn newest(&self, kind: FeedbackKind, user: &EndUser) -> Option<&Feedback> {
        self.feedback_of(kind, user).max_by_key(|row| (row.created_at, row.id))
    }

    pub(crate) fn add_feedback(&mut self, kind: FeedbackKind, row: Feedback) {
        if let Some(user) = self.users.get_mut(&row.end_user_id) {
            user.feedback[kind as usize].push(row.id);
            self.feedback[kind as usize].insert(row.id, row);
        }
    }

    pub(crate) fn remove_feedback(&mut self, kind: FeedbackKind, id: i64) {
        let Some(row) = self.feedback[kind as usize].remove(&id) else { return };
        if let Some(user) = self.users.get_mut(&row.end_user_id) {
            user.feedback[kind as usize].retain(|other| *other != id);
        }
    }
}

/// A store in a snapshot: rows without indexes.
#[derive(Serialize, Deserialize)]
pub(crate) struct Rows {
    end_users: Vec<EndUser>,
    responses: Vec<Feedback>,
    declines: Vec<Feedback>,
    segments: IndexMap<String, i64>,
}

impl From<&Store> for Rows {
    fn from(store: &Store) -> Rows {
        Rows {
            end_users: store.users().cloned().collect(),
            responses: store.all_feedback(FeedbackKind::Response).cloned().collect(),
            declines: store.all_feedback(FeedbackKind::Decline).cloned().collect(),
            segments: store.segments.clone(),
        }
    }
}

impl From<Rows> for Store {
    fn from(rows: Rows) -> Store {
        let mut store = Store { segments: rows.segments, ..Store::default() };
        for user in rows.end_users {
            if let Some(at) = user.purge_at {
                store.purges.entry(at).or_default().push(user.id);
            }
            store.put_user(user);
        }
        for row in rows.responses {
            store.add_feedback(FeedbackKind::Response, row);
        }
        for row in rows.declines {
            store.add_feedback(FeedbackKind::Decline, row);
        }
        store
    }
}
