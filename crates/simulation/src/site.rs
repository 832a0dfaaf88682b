//! One destination as the world sees it: the emulated InMoment, and the way there with all that can go wrong on it.
//!
//! Calls go through the same encoding and decoding as the real client's, and replies through the emulator's own fault
//! script. Of the client itself only its policy is here: one token, replaced once when a call is refused with it.

mod way;

pub(crate) use way::Carried;

use crate::crowd::Person;
use crate::scenario::Setup;
use event::Millis;
use inmoment::{Call, CallReply, CallReplyBody, Credentials, EndUserWrite, PropertyValue};
use sandbox::{Account, LimitScope, Options, Sandbox};
use secrecy::SecretString;

const USERNAME: &str = "owner@example.com";
const PASSWORD: &str = "right";
const ACCOUNT_TOKEN: &str = "NPS-SIMULATE";

/// An InMoment account and our way to it.
pub(crate) struct Site {
    pub(crate) setup: Setup,
    pub(crate) inmoment: Sandbox,
    /// When the history begins, by InMoment's clock.
    begin: i64,
    /// What our configuration holds.
    password: &'static str,
    token: Option<SecretString>,
    /// Since when it cannot be reached, and for how long it could not be before.
    outage: Option<u64>,
    outages: u64,
    pub(crate) storm: bool,
    /// Ids and addresses of one whose calls all fail until it is calm.
    cursed: Vec<String>,
    /// Whose calls a firewall turns away, until it is calm; that person's names.
    pub(crate) disliked: Option<usize>,
    unloved: Vec<String>,
    /// A breakage on purpose: whatever record comes is taken for the one that was asked for.
    pub(crate) credulous: bool,
}

impl Site {
    /// An account that holds what it holds before the history begins. Sets the people's end-user ids.
    pub(crate) fn new(setup: Setup, people: &mut [Person], begin: Millis, seed: u64) -> Result<Site, String> {
        let options = Options {
            accounts: vec![Account::new(USERNAME, PASSWORD, ACCOUNT_TOKEN)],
            seed,
            limit: None,
            switches: setup.switches.clone(),
            ..Options::default()
        };
        let begin = begin.0 + setup.clock_ahead;
        let inmoment = Sandbox::new(options);
        let mut site = Site {
            setup,
            inmoment,
            begin,
            password: PASSWORD,
            token: None,
            outage: None,
            outages: 0,
            storm: false,
            cursed: Vec::new(),
            disliked: None,
            unloved: Vec::new(),
            credulous: false,
        };
        for person in people.iter_mut() {
            site.put(person)?;
        }
        let place = |lot: u64| usize::try_from(lot % people.len().max(1) as u64).unwrap_or(0);
        let names = |place: usize| {
            let names = people.get(place).map(|one| [&one.external_id, &one.end_user_id, &one.email]);
            names.into_iter().flatten().flatten().cloned().collect()
        };
        if let Some(lot) = site.setup.cursed {
            site.cursed = names(place(lot));
        }
        if let Some(lot) = site.setup.disliked {
            site.disliked = Some(place(lot));
            site.unloved = names(place(lot));
        }
        site.inmoment.clear_requests();
        site.token = None;
        let limit = site.setup.limit;
        site.inmoment.set_limit(limit, LimitScope::Account);
        Ok(site)
    }

    fn put(&mut self, person: &mut Person) -> Result<(), String> {
        let Some(held) = &person.held else { return Ok(()) };
        let properties = held.properties.iter();
        let call = Call::CreateEndUser(EndUserWrite {
            email: Some(held.email.clone()),
            phone_number: held.phone.clone(),
            external_id: held.external_id.clone(),
            properties: Some(
                properties.map(|(k, v)| (k.clone(), PropertyValue::Stored(v.clone()))).collect(),
            ),
            ..EndUserWrite::default()
        });
        let outcome = self.authorised(&call, 0, 0, |site, request| Some(site.plain(0, request)));
        let Ok(CallReply { body: CallReplyBody::EndUser(user), .. }) = outcome else {
            return Err(
                "the emulated InMoment refused an end user it should hold from the beginning".to_owned()
            );
        };
        if person.end_user_id.as_ref().is_some_and(|known| *known != user.id) {
            return Err("two emulated InMoments gave one person different ids".to_owned());
        }
        person.end_user_id = Some(user.id);
        Ok(())
    }

    /// InMoment's clock, UNIX milliseconds.
    pub(crate) fn clock(&self, now: u64) -> i64 {
        self.begin.saturating_add_unsigned(now)
    }

    pub(crate) fn begin_outage(&mut self, now: u64) {
        self.outage.get_or_insert(now);
    }

    pub(crate) fn end_outage(&mut self, now: u64) {
        self.outages += self.outage.take().map_or(0, |since| now - since);
    }

    /// For how long it could not be reached so far.
    pub(crate) fn outages(&self, now: u64) -> u64 {
        self.outages + self.outage.map_or(0, |since| now - since)
    }

    /// Everything bad is over.
    pub(crate) fn calm(&mut self, now: u64) {
        self.storm = false;
        self.end_outage(now);
        self.cursed.clear();
        self.unloved.clear();
        self.mend_password();
    }

    /// A new process has no token.
    pub(crate) fn forget_token(&mut self) {
        self.token = None;
    }

    /// Somebody changes the password at InMoment, and our configuration does not know.
    pub(crate) fn change_password(&mut self) {
        self.password = "wrong";
        self.inmoment.revoke_tokens(true);
    }

    pub(crate) fn mend_password(&mut self) {
        self.password = PASSWORD;
    }

    fn credentials(&self) -> Credentials {
        Credentials {
            username: USERNAME.to_owned(),
            password: SecretString::from(self.password),
            account_token: SecretString::from(ACCOUNT_TOKEN),
        }
    }
}
