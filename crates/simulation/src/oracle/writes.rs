//! What InMoment was asked and carried out, from its own request log.

use super::book::{Book, Facts};
use crate::crowd::Naming;
use crate::script::{Alias, Message, What};
use crate::site::Site;
use journal::Position;
use sandbox::{LogEntry, LogFilter};
use serde_json::{Map, Value};

impl Book {
    /// Takes in what InMoment's log has anew.
    pub(super) fn observe(
        &mut self,
        site: &mut Site,
        excused: bool,
        facts: &Facts<'_>,
    ) -> Result<(), String> {
        let filter = LogFilter { after: self.writes.seen, ..LogFilter::default() };
        let entries: Vec<LogEntry> = site.inmoment.requests(&filter).cloned().collect();
        for entry in entries {
            self.writes.seen = entry.seq;
            if entry.status == Some(429) && entry.fault.is_none() && !excused {
                return Err("more calls than InMoment allows".to_owned());
            }
            let path: Vec<&str> = entry.path.trim_start_matches('/').split('/').collect();
            match (entry.method.as_str(), path.as_slice()) {
                ("GET", ["v1", "end_users", named]) => self.looked_up(named, &entry, facts),
                _ if !entry.executed => {}
                ("POST", ["v1", "end_users"]) => self.created(&entry, facts)?,
                ("PUT", ["v1", "end_users", id]) => self.updated(id, &entry, facts)?,
                ("POST", ["v1", "end_users", id, kind @ ("responses" | "declines")]) => {
                    self.answered(id, kind, &entry, facts)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn looked_up(&mut self, named: &str, entry: &LogEntry, facts: &Facts<'_>) {
        let by_external_id = entry.query.contains_key("lookup_by_external_id");
        let named = decoded(named);
        let found = facts.people.iter().position(|person| match by_external_id {
            true => person.external_id.as_ref() == Some(&named),
            false => person.naming == Naming::EndUserId && person.end_user_id.as_ref() == Some(&named),
        });
        let Some(place) = found else { return };
        // A reply that the API never gave says nothing; one that broke off still has its status.
        if entry.fault.as_ref().is_some_and(|fault| fault != "truncate") {
            return;
        }
        match entry.status {
            Some(404) => drop(self.writes.unknown.insert(place, facts.now)),
            Some(200) => drop(self.writes.unknown.remove(&place)),
            _ => {}
        }
    }

    fn created(&mut self, entry: &LogEntry, facts: &Facts<'_>) -> Result<(), String> {
        let external_id =
            text(&entry.form, "external_id").ok_or("an end user was created without an external id")?;
        let place = person_of(external_id, facts).ok_or("an end user was created for nobody")?;
        if !self.writes.created.insert(place) {
            return Err(format!("person {place} was created twice"));
        }
        if self.settles(entry) {
            return self.settled(Some(place), entry, facts);
        }
        self.identified(place, entry, true, facts)
    }

    fn updated(&mut self, id: &str, entry: &LogEntry, facts: &Facts<'_>) -> Result<(), String> {
        if self.settles(entry) {
            return self.settled(self.writes.owner.get(id).copied(), entry, facts);
        }
        let adopted = text(&entry.form, "external_id").map(|external_id| person_of(external_id, facts));
        let place = match adopted {
            Some(place) => place.ok_or("an end user was given the external id of nobody")?,
            None => self.owner(id, entry, facts)?,
        };
        if adopted.is_some() {
            self.writes.owner.insert(id.to_owned(), place);
        }
        self.identified(place, entry, adopted.is_some(), facts)
    }

    /// The write carries nothing but an e-mail or a phone number, and there are conflicts to be settled.
    fn settles(&self, entry: &LogEntry) -> bool {
        let address = text(&entry.form, "email").or(text(&entry.form, "phone_number"));
        self.settlements > 0 && token_of(entry).is_none() && address.is_some()
    }

    /// What was somebody else's is sent again; or let go of, so that people can exchange theirs; or given back to whoever had it.
    fn settled(&self, place: Option<usize>, entry: &LogEntry, facts: &Facts<'_>) -> Result<(), String> {
        let of_person = |message: &&Message| place.is_none() || message.person == place;
        let mut theirs = facts.script.messages.iter().filter(of_person);
        let held = place.and_then(|place| facts.people[place].held.as_ref());
        let right = match (text(&entry.form, "email"), text(&entry.form, "phone_number")) {
            (Some(email), None) if held.is_some_and(|held| held.email == email) => true,
            (None, Some(phone)) if held.is_some_and(|held| held.phone.as_deref() == Some(phone)) => true,
            (Some(email), None) => {
                let wanted = |m: &Message| m.contested_email && m.email.as_deref() == Some(email);
                email.ends_with("@moving.invalid") || theirs.any(wanted)
            }
            (None, Some(phone)) => {
                phone.is_empty() || theirs.any(|m| m.contested_phone && m.phone.as_deref() == Some(phone))
            }
            _ => false,
        };
        let what = || format!("{:?} was written to person {place:?}, who never wanted it", entry.form);
        if right { Ok(()) } else { Err(what()) }
    }

    /// Whose an id is that the API gave out: the person whose event carries the token, the first time it is seen.
    fn owner(&mut self, id: &str, entry: &LogEntry, facts: &Facts<'_>) -> Result<usize, String> {
        if let Some(place) = self.writes.owner.get(id) {
            return Ok(*place);
        }
        let token = token_of(entry).ok_or("a write carries nothing of any event")?;
        let message = facts.script.messages.iter().find(|message| message.token == token);
        let place =
            message.and_then(|message| message.person).ok_or("a write carries nothing of any event")?;
        if !self.writes.created.contains(&place) {
            return Err(format!(
                "something of person {place} was written to end user {id}, whom nobody created"
            ));
        }
        self.writes.owner.insert(id.to_owned(), place);
        Ok(place)
    }

    fn identified(
        &mut self,
        place: usize,
        entry: &LogEntry,
        creates: bool,
        facts: &Facts<'_>,
    ) -> Result<(), String> {
        let token = token_of(entry).ok_or("an identify was sent without the trait it has")?;
        let alias = self.check_owner(place, &token, facts)?;
        self.writes.unknown.remove(&place);
        let positions = self.writes.positions.get(&token).cloned().unwrap_or_default();
        let order = self.writes.order.entry((place, alias)).or_default();
        // Identifies that went out as one, and whose reply was never seen, may go out anew in smaller parts.
        let open = |at: &Position| !self.fates.contains_key(at);
        let anew = |at: &Position| open(at) && order.identify.as_ref().is_none_or(open);
        let right = |at: &Position| Some(*at) >= order.answer && (Some(*at) >= order.identify || anew(at));
        let Some(position) = positions.iter().copied().filter(right).min() else {
            return Err(format!("identify {token} of person {place} was carried out after later events"));
        };
        order.identify = Some(position);
        if creates {
            order.creation = Some(position);
        }
        Ok(())
    }

    fn answered(&mut self, id: &str, kind: &str, entry: &LogEntry, facts: &Facts<'_>) -> Result<(), String> {
        let place = self.owner(id, entry, facts)?;
        let token = token_of(entry).ok_or("an answer was sent without its text or page")?;
        let alias = self.check_owner(place, &token, facts)?;
        let positions = self.writes.positions.get(&token).cloned().unwrap_or_default();
        let order = self.writes.order.entry((place, alias)).or_default();
        // Several identifies that went first as one may be taken apart when the e-mail is another's.
        let contested = facts.script.messages.iter().any(|m| m.person == Some(place) && m.contested());
        let overtaken =
            |at: &Position| !contested && order.identify > Some(*at) && order.identify > order.creation;
        let right = |at: &Position| Some(*at) >= order.answer && !overtaken(at);
        let Some(position) = positions.iter().copied().filter(right).min() else {
            return Err(format!("answer {token} of person {place} was carried out after later events"));
        };
        order.answer = Some(position);
        let what = if kind == "responses" { What::Response } else { What::Decline };
        let times = self.writes.answers.entry(token.clone()).or_default();
        *times += 1;
        // By its two names a person has two lanes until InMoment is heard, and an answer of one may have taken over
        // the row of the other's before that is looked for.
        let two_lanes = facts.people[place].naming == Naming::Mixed;
        let may_come_twice = two_lanes || (self.lost_track && facts.waits_blurred);
        if *times > positions.len() as u64 && !may_come_twice {
            return Err(format!("answer {token} of person {place} was carried out {times} times"));
        }
        self.writes.answered.entry(place).or_default().push((what, token));
        Ok(())
    }

    fn check_owner(&self, place: usize, token: &str, facts: &Facts<'_>) -> Result<Alias, String> {
        let message = facts.script.messages.iter().find(|message| message.token == token);
        match message {
            Some(message) if message.person == Some(place) => Ok(message.alias),
            _ => Err(format!("{token} was written to person {place}, whose it is not")),
        }
    }
}

fn person_of(external_id: &str, facts: &Facts<'_>) -> Option<usize> {
    facts.people.iter().position(|person| person.external_id.as_deref() == Some(external_id))
}

/// What an event put into a write to be found again.
fn token_of(entry: &LogEntry) -> Option<String> {
    let trait_of =
        |form: &Map<String, Value>| Some(form.get("properties")?.get("last")?.as_str()?.to_owned());
    let page = || text(&entry.form, "origin_url")?.rsplit('/').next().map(str::to_owned);
    if entry.path.ends_with("/responses") {
        return text(&entry.form, "text").map(str::to_owned);
    }
    if entry.path.ends_with("/declines") { page() } else { trait_of(&entry.form) }
}

fn text<'a>(form: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    form.get(key).and_then(Value::as_str)
}

/// A path segment without its percent-encoding.
fn decoded(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let hex = segment.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
