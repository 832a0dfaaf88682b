//! End users and their settings (docs/facts/inmoment-api.md#end-user, #settings).

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::call::{ApiResult, Call, id};
use super::list::{Order, Paging};
use crate::exchange::{Problem, Reply, record_not_found, taken};
use crate::options::Switches;
use crate::params::{ParamReader, Params};
use crate::store::{ChannelSettings, EndUser, Unique};
use crate::view;

/// Fields of a create or an update; `None` is absent, and `Some(None)` is cleared.
struct Write {
    email: Option<Option<String>>,
    phone_number: Option<Option<String>>,
    external_id: Option<Option<String>>,
    last_surveyed: Option<Option<i64>>,
    external_created_at: Option<Option<i64>>,
    properties: Option<Map<String, Value>>,
}

impl Write {
    fn read(reader: &mut ParamReader<'_>, switches: &Switches) -> Write {
        Write {
            email: reader.text("email"),
            phone_number: reader.text("phone_number"),
            external_id: reader.text("external_id"),
            last_surveyed: reader.epoch("last_surveyed"),
            external_created_at: if switches.millisecond_sign_ups {
                reader.integer("external_created_at")
            } else {
                reader.epoch("external_created_at")
            },
            properties: reader.properties(),
        }
    }

    /// Applies the fields to a record and stores it, unless another record holds one of its unique fields.
    fn apply(self, call: &mut Call<'_>, mut user: EndUser) -> Result<i64, Reply> {
        user.email = self.email.unwrap_or(user.email);
        user.phone_number = self.phone_number.unwrap_or(user.phone_number);
        user.external_id = self.external_id.unwrap_or(user.external_id);
        user.last_surveyed = self.last_surveyed.unwrap_or(user.last_surveyed);
        user.external_created_at = self.external_created_at.unwrap_or(user.external_created_at);
        user.updated_at = call.now;
        if let Some(field) = call.store.clash(&user) {
            return Err(taken(call.switches.duplicate_status, field.label()));
        }
        user.properties = call.written(&user.properties, self.properties);
        let id = user.id;
        call.store.put_user(user);
        Ok(id)
    }
}

fn show(call: &Call<'_>, status: u16, user: &EndUser) -> Reply {
    Reply::json(status, &view::end_user(call.store, user))
}

/// `end_users.create`
pub(super) fn create(call: &mut Call<'_>) -> ApiResult {
    let mut reader = ParamReader::new(call.params);
    let write = Write::read(&mut reader, call.switches);
    if write.email.iter().flatten().chain(write.phone_number.iter().flatten()).next().is_none() {
        // docs/facts/inmoment-api.md#q13: Grape's words, which RudderStack repeats.
        reader.reject(Problem {
            status: "missing_param",
            message: "email, phone_number are missing, at least one parameter must be provided".into(),
            field: None,
        });
    }
    reader.finish()?;
    let id = make(call, write)?;
    let user = call.store.user(id).ok_or_else(record_not_found)?;
    Ok(show(call, call.switches.create_status, user))
}

/// The end user of an e-mail address, who is created if there is none (`email_survey`).
pub(super) fn ensure(call: &mut Call<'_>, email: String, external_id: Option<String>) -> Result<i64, Reply> {
    if let Some(known) = call.user_by(Unique::Email, &email)? {
        return Ok(known.id);
    }
    let write = Write {
        email: Some(Some(email)),
        external_id: external_id.map(Some),
        phone_number: None,
        last_surveyed: None,
        external_created_at: None,
        properties: None,
    };
    make(call, write)
}

fn make(call: &mut Call<'_>, write: Write) -> Result<i64, Reply> {
    let blank = blank(call);
    let id = write.apply(call, blank)?;
    call.ids.end_user += 1;
    call.ids.settings += 1;
    Ok(id)
}

/// A new record under the next id, which is used up only when the record is accepted.
fn blank(call: &Call<'_>) -> EndUser {
    EndUser {
        id: call.ids.end_user,
        created_at: call.now,
        updated_at: call.now,
        email: None,
        phone_number: None,
        external_id: None,
        last_surveyed: None,
        external_created_at: None,
        properties: Arc::default(),
        settings: ChannelSettings {
            id: call.ids.settings,
            updated_at: call.now,
            email_nps: Some(true),
            mobile_nps: Some(true),
            web_nps: Some(true),
            force_mobile_survey: None,
            force_web_survey: None,
            surveys_disabled_by_end_user: None,
        },
        purge_at: None,
        feedback: Default::default(),
    }
}

/// `end_users.update`
pub(super) fn update(call: &mut Call<'_>, segment: &str) -> ApiResult {
    let mut reader = ParamReader::new(call.params);
    let write = Write::read(&mut reader, call.switches);
    reader.finish()?;
    let old = call.user(segment)?.clone();
    write.apply(call, old)?;
    Ok(show(call, 200, call.user(segment)?))
}

/// `end_users.get`, `.get_by_email`, `.get_by_external_id`; a segment without a flag is an id.
pub(super) fn get(call: &Call<'_>, segment: &str) -> ApiResult {
    let mut reader = ParamReader::new(call.params);
    let by_email = reader.boolean("lookup_by_email").flatten().unwrap_or(false);
    let by_external_id = reader.boolean("lookup_by_external_id").flatten().unwrap_or(false);
    reader.finish()?;
    let user = if by_email {
        call.user_by(Unique::Email, segment)?
    } else if by_external_id {
        call.user_by(Unique::ExternalId, segment)?
    } else {
        Some(call.user(segment)?)
    };
    Ok(show(call, 200, user.ok_or_else(record_not_found)?))
}

/// `end_users.get_by_phone`; digits without a plus sign are an id.
pub(super) fn get_by_phone(call: &Call<'_>, number: &str) -> ApiResult {
    let user = if number.starts_with('+') {
        call.user_by(Unique::Phone, number)?.ok_or_else(record_not_found)?
    } else {
        call.user(number)?
    };
    Ok(show(call, 200, user))
}

/// `end_users.delete`: the record is marked now and deleted at the next 07:00 UTC (docs/facts/inmoment-api.md#q10).
pub(super) fn delete(call: &mut Call<'_>, segment: &str) -> ApiResult {
    let found = match id(segment) {
        Some(_) => call.user(segment)?.id,
        None => call.user_by(Unique::Email, segment)?.ok_or_else(record_not_found)?.id,
    };
    call.store.mark_deleted(found, call.now);
    Ok(show(call, 200, call.store.user(found).ok_or_else(record_not_found)?))
}

/// `end_users.export`: InMoment would send the link by e-mail.
pub(super) fn export(call: &Call<'_>, segment: &str) -> ApiResult {
    call.user(segment)?;
    Ok(Reply::json(202, &json!({})))
}

/// `settings.get`
pub(super) fn get_settings(call: &Call<'_>, segment: &str) -> ApiResult {
    Ok(Reply::json(200, &view::settings(call.user(segment)?)))
}

/// `settings.update`
pub(super) fn update_settings(call: &mut Call<'_>, segment: &str) -> ApiResult {
    let mut reader = ParamReader::new(call.params);
    let mut settings = call.user(segment)?.settings.clone();
    for (name, slot) in [
        ("email_nps", &mut settings.email_nps),
        ("mobile_nps", &mut settings.mobile_nps),
        ("web_nps", &mut settings.web_nps),
        ("force_mobile_survey", &mut settings.force_mobile_survey),
        ("force_web_survey", &mut settings.force_web_survey),
        ("surveys_disabled_by_end_user", &mut settings.surveys_disabled_by_end_user),
    ] {
        *slot = reader.boolean(name).unwrap_or(*slot);
    }
    reader.finish()?;
    settings.updated_at = call.now;
    let found = call.user(segment)?.id;
    if let Some(user) = call.store.user_mut(found) {
        user.settings = settings;
    }
    get_settings(call, segment)
}

/// `end_users.list`
pub(super) fn list(call: &Call<'_>) -> ApiResult {
    let mut reader = ParamReader::new(call.params);
    let paging = Paging::read(&mut reader, call.switches.max_per_page);
    let order = Order::read(&mut reader, false);
    let key = reader.word("sort_key", &["email", "created_at", "updated_at"]).unwrap_or("email");
    let (created, updated) = (reader.range("created"), reader.range("updated"));
    let disabled = reader.boolean("surveys_disabled").flatten();
    reader.finish()?;
    let matches = |user: &&EndUser| {
        created.holds(user.created_at)
            && updated.holds(user.updated_at)
            && disabled
                .is_none_or(|wanted| user.settings.surveys_disabled_by_end_user.unwrap_or(false) == wanted)
    };
    let mut found: Vec<&EndUser> = match email(call.params) {
        Some(email) => call.user_by(Unique::Email, &email)?.into_iter().filter(matches).collect(),
        None => call.store.users().filter(matches).collect(),
    };
    match key {
        "email" => found.sort_by_cached_key(|user| (user.email.clone(), user.id)),
        "created_at" => found.sort_by_key(|user| (user.created_at, user.id)),
        _ => found.sort_by_key(|user| (user.updated_at, user.id)),
    }
    Ok(paging.show(order, found, |user| view::end_user(call.store, user)))
}

fn email(params: &Params) -> Option<String> {
    params.text("email").filter(|email| !email.is_empty())
}
