//! One call of the API: its data, and operations that several endpoints share.

use serde_json::{Map, Value};
use std::sync::Arc;

use super::ids::Ids;
use crate::exchange::{Reply, internal_error, record_not_found};
use crate::options::Switches;
use crate::params::Params;
use crate::store::{EndUser, Properties, Store, Unique};

/// One authorised call.
pub(crate) struct Call<'a> {
    /// UNIX seconds.
    pub(crate) now: i64,
    pub(crate) params: &'a Params,
    pub(crate) store: &'a mut Store,
    pub(crate) ids: &'a mut Ids,
    pub(crate) switches: &'a Switches,
}

pub(super) type ApiResult = Result<Reply, Reply>;

/// An id in a path: digits only.
pub(super) fn id(segment: &str) -> Option<i64> {
    segment.bytes().all(|byte| byte.is_ascii_digit()).then(|| segment.parse().ok()).flatten()
}

impl Call<'_> {
    /// The end user who holds this value; 500 if PostgreSQL cannot be queried for it.
    pub(super) fn user_by(&self, field: Unique, value: &str) -> Result<Option<&EndUser>, Reply> {
        if value.contains('\0') { Err(internal_error()) } else { Ok(self.store.user_by(field, value)) }
    }

    pub(super) fn user(&self, segment: &str) -> Result<&EndUser, Reply> {
        id(segment).and_then(|id| self.store.user(id)).ok_or_else(record_not_found)
    }

    /// The properties after a write: they are replaced if some are given, or merged if the switch is on
    /// (docs/facts/inmoment-api.md#q11, #q12).
    pub(super) fn written(&mut self, old: &Properties, given: Option<Map<String, Value>>) -> Properties {
        let Some(given) = given else { return Arc::clone(old) };
        self.store.note_segments(&given, self.now);
        if !self.switches.merge_properties {
            return Arc::new(given);
        }
        let mut merged = Map::clone(old);
        merged.extend(given);
        Arc::new(merged)
    }
}
