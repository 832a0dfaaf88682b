//! An InMoment that gives an e-mail, a phone number and an external id to one end user only.

use super::harness::*;
use crate::machine::Input;
use inmoment::{Call, CallError, CallReplyBody, EndUser, EndUserWrite, Lookup};
use journal::{Change, ConflictRecord};
use serde_json::{Map, json};
use std::collections::BTreeMap;

/// InMoment, as far as end users go.
#[derive(Default, Clone)]
pub(super) struct World {
    pub(super) users: BTreeMap<u32, EndUser>,
    /// Calls made, by kind, refused ones with their code.
    log: Vec<String>,
    /// External ids are not given to anybody any more.
    pub(super) adopts_nobody: bool,
    /// This end user cannot get this e-mail, even if it is free.
    pub(super) refuses: Option<(u32, &'static str)>,
    /// The answer to look-ups by an e-mail or a phone number.
    pub(super) hides_holders: Option<CallError>,
}

impl World {
    /// With these end users: their external ids and e-mails are the same but for the domain.
    pub(super) fn with(external_ids: &[&str]) -> World {
        let users = (1..).zip(external_ids.iter().map(|id| user("", id)));
        let users = users.map(|(id, one): (u32, _)| (id, EndUser { id: id.to_string(), ..one })).collect();
        World { users, ..World::default() }
    }

    pub(super) fn find(&self, lookup: &Lookup) -> Option<&EndUser> {
        self.users.values().find(|user| match lookup {
            Lookup::Id(id) => user.id == *id,
            Lookup::ExternalId(id) => user.external_id.as_ref() == Some(id),
            Lookup::Email(email) => user.email.as_ref() == Some(email),
            Lookup::Phone(number) => user.phone_number.as_ref() == Some(number),
        })
    }

    fn write(&mut self, id: u32, write: &EndUserWrite) -> Result<CallReplyBody, CallError> {
        let taken = |what: &dyn Fn(&EndUser) -> Option<&String>, wanted: &Option<String>| {
            let wanted = wanted.as_ref().filter(|wanted| !wanted.is_empty());
            self.users.iter().any(|(other, user)| *other != id && wanted.is_some() && what(user) == wanted)
        };
        if taken(&|user| user.email.as_ref(), &write.email) {
            return Err(rejected("email_taken"));
        }
        if self.refuses.is_some_and(|(of, email)| of == id && write.email.as_deref() == Some(email)) {
            return Err(rejected("end_user_email_invalid"));
        }
        if taken(&|user| user.phone_number.as_ref(), &write.phone_number) {
            return Err(rejected("phone_taken"));
        }
        let given = write.external_id.as_ref().is_some_and(|id| !id.is_empty());
        if taken(&|user| user.external_id.as_ref(), &write.external_id)
            || (given && self.adopts_nobody && id == 1)
        {
            return Err(rejected("external_id_taken"));
        }
        let user = self.users.entry(id).or_insert_with(|| EndUser {
            id: id.to_string(),
            external_id: None,
            email: None,
            phone_number: None,
            last_surveyed: None,
            external_created_at: None,
            properties: Map::new(),
        });
        let set = |field: &mut Option<String>, value: &Option<String>| {
            if let Some(value) = value {
                *field = Some(value.clone()).filter(|value| !value.is_empty());
            }
        };
        set(&mut user.email, &write.email);
        set(&mut user.phone_number, &write.phone_number);
        set(&mut user.external_id, &write.external_id);
        Ok(CallReplyBody::EndUser(user.clone()))
    }

    fn answer(&mut self, call: &Call) -> Result<CallReplyBody, CallError> {
        let hidden = |lookup: &Lookup| {
            let by_field = matches!(lookup, Lookup::Email(_) | Lookup::Phone(_));
            self.hides_holders.clone().filter(|_| by_field)
        };
        let reply = match call {
            Call::GetEndUser(lookup) if hidden(lookup).is_some() => Err(hidden(lookup).unwrap()),
            Call::GetEndUser(lookup) => {
                Ok(self.find(lookup).map_or(CallReplyBody::NotFound, |user| found(user.clone())))
            }
            Call::CreateEndUser(write) => {
                let id = self.users.keys().max().map_or(1, |last| last + 1);
                self.write(id, write)
            }
            Call::UpdateEndUser { end_user_id, write } => {
                let id = end_user_id.parse().unwrap();
                if self.users.contains_key(&id) { self.write(id, write) } else { Err(rejected("not_found")) }
            }
            Call::CreateResponse { .. } => Ok(CallReplyBody::Done),
            other => panic!("not expected: {other:?}"),
        };
        let code = reply.as_ref().err().map_or(String::new(), |error| format!(" {}", error.code));
        self.log.push(format!("{}{code}", call.kind()));
        reply
    }

    /// Answers calls until there are none.
    pub(super) fn serve(&mut self, rig: &mut Rig) {
        loop {
            while self.serve_one(rig) {}
            // A read that was overtaken by a write is made again after a while.
            rig.sleep(2_000);
            if rig.calls.is_empty() {
                return;
            }
        }
    }

    pub(super) fn serve_one(&mut self, rig: &mut Rig) -> bool {
        let Some((id, call)) = rig.calls.pop_front() else { return false };
        match self.answer(&call) {
            Ok(body) => rig.reply(id, body),
            Err(error) => rig.step(Input::Replied(id, Err(error))),
        }
        true
    }

    pub(super) fn email(&self, external_id: &str) -> Option<&str> {
        self.find(&Lookup::ExternalId(external_id.into())).and_then(|user| user.email.as_deref())
    }

    /// Calls since the last time.
    pub(super) fn calls(&mut self) -> Vec<String> {
        std::mem::take(&mut self.log)
    }
}

/// The conflicts that the journal holds after these changes.
pub(super) fn kept(changes: &[Change]) -> Vec<ConflictRecord> {
    let mut kept = BTreeMap::new();
    for change in changes {
        match change {
            Change::Conflict(record) => {
                kept.insert((record.lane.clone(), record.field), record.clone());
            }
            Change::ConflictEnds(lane, field) => drop(kept.remove(&(lane.clone(), *field))),
            _ => {}
        }
    }
    kept.into_values().collect()
}

/// An identify of this person with this e-mail.
pub(super) fn with_email(external_id: &str, email: &str) -> crate::machine::PlannedEvent {
    identify(external_id, &[]).upsert(|fields| fields.email = Some(json!(email)))
}
