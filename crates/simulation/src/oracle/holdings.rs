//! What InMoment must hold in the end: for each person, what its delivered events say, over what was there before.

use super::book::{Book, Facts};
use crate::crowd::{Naming, Person};
use crate::script::{Alias, Message, What};
use crate::site::Site;
use journal::{ConflictRecord, Fate};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

impl Book {
    pub(super) fn check_holdings(&self, site: &mut Site, facts: &Facts<'_>) -> Result<(), String> {
        let state = site.inmoment.state(site.clock(facts.now), None);
        let users = rows(&state, "end_users");
        self.check_crowd(&users, facts)?;
        for (place, person) in facts.people.iter().enumerate() {
            let user = users.iter().copied().find(|user| is_of(user, person));
            self.check_person(place, person, user, facts).map_err(|why| format!("person {place}: {why}"))?;
            if let Some(user) = user {
                let one_a_day = site.setup.switches.one_a_day;
                // See the oracle of writes: an answer by one name may have to be sent again.
                let once = person.naming != Naming::Mixed && !(self.lost_track && facts.waits_blurred);
                self.check_answers(place, user, &state, one_a_day, once)
                    .map_err(|why| format!("person {place}: {why}"))?;
            }
        }
        Ok(())
    }

    /// Who goes without an e-mail or a phone number goes without it because of somebody else who has it still.
    pub(super) fn check_conflicts(
        &self,
        kept: &[ConflictRecord],
        site: &mut Site,
        facts: &Facts<'_>,
    ) -> Result<(), String> {
        let state = site.inmoment.state(site.clock(facts.now), None);
        let users = rows(&state, "end_users");
        for conflict in kept {
            let Some(holder) = &conflict.holder.end_user_id else { continue };
            let user = users.iter().find(|user| plain(&user["id"]) == *holder);
            let holds = user.and_then(|user| user[conflict.field.word()].as_str());
            let why = match holds {
                _ if conflict.person.end_user_id.as_ref() == Some(holder) => "which it has itself",
                Some(holds) if holds.eq_ignore_ascii_case(&conflict.value) => continue,
                _ => "which nobody keeps from it",
            };
            return Err(format!("{} goes without {}, {why}", conflict.lane, conflict.value));
        }
        Ok(())
    }

    /// One end user per external id, and none whom nobody asked for.
    fn check_crowd(&self, users: &[&Value], facts: &Facts<'_>) -> Result<(), String> {
        let mut external_ids = BTreeSet::new();
        for user in users {
            if let Some(external_id) = user["external_id"].as_str()
                && !external_ids.insert(external_id)
            {
                return Err(format!("two end users have the external id {external_id}"));
            }
        }
        let there = facts.people.iter().filter(|person| person.held.is_some()).count();
        let expected = there + self.writes.created();
        if users.len() == expected {
            Ok(())
        } else {
            Err(format!("InMoment holds {} end users, not {expected}", users.len()))
        }
    }

    fn check_person(
        &self,
        place: usize,
        person: &Person,
        user: Option<&Value>,
        facts: &Facts<'_>,
    ) -> Result<(), String> {
        let delivered = self.of_person(place, facts, |fate, _| fate == Fate::Delivered);
        let abandoned = self.of_person(place, facts, |_, code| {
            matches!(code, Some("gave_up" | "email_belongs_to_another_user"))
        });
        let Some(user) = user else {
            return if delivered.is_empty() { Ok(()) } else { Err("delivered, and not there".to_owned()) };
        };
        let id = user["id"].to_string();
        let held = self.writes.held.get(&id).and_then(|place| facts.people[*place].held.as_ref());
        if held.is_none() && delivered.is_empty() && abandoned.is_empty() {
            return Err("there, though nothing of it was delivered".to_owned());
        }
        let holds = |field: &str| user[field].as_str().map(str::to_owned);
        let before = held.map(|held| held.email.clone());
        let phone_before = held.and_then(|held| held.phone.clone());
        // An identify may overtake answers that wait for it, and until InMoment has said that two names are one
        // person's, events by one name know nothing of those by the other.
        let loose = self.may_be_unknown(place, facts) || person.naming == Naming::Mixed;
        let wanted = Wanted { delivered: &delivered, abandoned: &abandoned, loose };
        wanted.check("email", holds("email"), before, |message| message.email.clone())?;
        wanted.check("phone_number", holds("phone_number"), phone_before, |message| message.phone.clone())?;
        let nothing = Map::new();
        let before = held.map_or(&nothing, |held| &held.properties);
        let now = user["properties"].as_object().unwrap_or(&nothing);
        let all = delivered.iter().chain(&abandoned).flat_map(|message| &message.properties);
        let keys: BTreeSet<&String> =
            all.map(|(key, _)| key).chain(before.keys()).chain(now.keys()).collect();
        for key in keys {
            wanted.check(key, now.get(key).map(plain), before.get(key).map(plain), |message| {
                message.properties.iter().find(|(known, _)| known == key).map(|(_, text)| text.clone())
            })?;
        }
        Ok(())
    }

    /// A person's events with such a fate, in the order they were accepted.
    fn of_person<'a>(
        &self,
        place: usize,
        facts: &Facts<'a>,
        wanted: impl Fn(Fate, Option<&str>) -> bool,
    ) -> Vec<&'a Message> {
        let mut found = Vec::new();
        for (position, accepted) in &self.accepted {
            let message = &facts.script.messages[accepted.message];
            let Some(fate) = self.fates.get(position).filter(|_| message.person == Some(place)) else {
                continue;
            };
            if wanted(*fate, self.codes.get(position).map(String::as_str)) {
                found.push(message);
            }
        }
        found
    }

    /// Every delivered answer is a row of its own, or a later one has taken its row over within 24 hours.
    fn check_answers(
        &self,
        place: usize,
        user: &Value,
        state: &Value,
        one_a_day: bool,
        once: bool,
    ) -> Result<(), String> {
        for (what, list) in [(What::Response, "responses"), (What::Decline, "declines")] {
            let mut there: BTreeMap<String, u64> = BTreeMap::new();
            for row in rows(state, list).into_iter().filter(|row| row["end_user_id"] == user["id"]) {
                let page = row["origin_url"].as_str().and_then(|url| url.rsplit('/').next());
                let token = if what == What::Response { row["text"].as_str() } else { page };
                *there.entry(token.unwrap_or_default().to_owned()).or_default() += 1;
            }
            let carried_out = self.writes.answered.get(&place).into_iter().flatten();
            let carried_out: Vec<&String> =
                carried_out.filter(|(w, _)| *w == what).map(|(_, token)| token).collect();
            if let Some((token, times)) = there.iter().find(|(_, times)| once && **times > 1) {
                return Err(format!("answer {token} is there {times} times"));
            }
            if carried_out.last().is_some_and(|last| !there.contains_key(*last)) {
                return Err(format!("the last of its {list} is not there"));
            }
            if let Some(lost) = carried_out.iter().find(|token| !one_a_day && !there.contains_key(**token)) {
                return Err(format!("answer {lost} is not there"));
            }
        }
        Ok(())
    }
}

/// What a field may hold in the end.
struct Wanted<'a> {
    delivered: &'a [&'a Message],
    abandoned: &'a [&'a Message],
    /// The order of its events is not all that counts.
    loose: bool,
}

impl Wanted<'_> {
    fn check(
        &self,
        field: &str,
        holds: Option<String>,
        before: Option<String>,
        value: impl Fn(&Message) -> Option<String>,
    ) -> Result<(), String> {
        let mut last: BTreeMap<(bool, bool), BTreeSet<String>> = BTreeMap::new();
        let mut allowed: BTreeSet<Option<String>> = BTreeSet::from([before]);
        for message in self.delivered {
            let Some(value) = value(message) else { continue };
            // What somebody else has is left out, and the rest is delivered.
            let may_be_left_out = match field {
                "email" => message.contested_email,
                "phone_number" => message.contested_phone,
                _ => false,
            };
            // The same holds among the events by one name.
            let by_name =
                last.entry((message.what == What::Identify, message.alias == Alias::External)).or_default();
            if !may_be_left_out {
                allowed.clear();
                by_name.clear();
            }
            allowed.insert(Some(value.clone()));
            by_name.insert(value);
        }
        if self.loose {
            allowed.extend(last.into_values().flatten().map(Some));
        }
        // Given up after attempts of which nobody knows what became, or refused by itself after it went out with others.
        allowed.extend(self.abandoned.iter().filter_map(|message| value(message)).map(Some));
        if allowed.contains(&holds) {
            return Ok(());
        }
        Err(format!("{field} is {holds:?}, it should be one of {allowed:?}"))
    }
}

fn is_of(user: &Value, person: &Person) -> bool {
    match (&person.external_id, &person.end_user_id) {
        (Some(external_id), _) => user["external_id"].as_str() == Some(external_id),
        (None, Some(id)) => plain(&user["id"]) == *id,
        (None, None) => false,
    }
}

fn rows<'a>(state: &'a Value, list: &str) -> Vec<&'a Value> {
    state[list].as_array().map(|rows| rows.iter().collect()).unwrap_or_default()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
