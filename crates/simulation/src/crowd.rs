//! The people of a history: how events name them, and what InMoment holds of them before it begins.
//!
//! One person's events all come from one source, whose SDK sends its batches one after another: so "the order their
//! events were accepted in" is known, and a person whose first event is a usable identify must never be unknown.

use crate::dice::Dice;
use serde_json::{Map, Value, json};
use std::fmt;

/// How a person's events name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    External,
    EndUserId,
    Both,
    /// Now so, now so.
    Mixed,
}

/// What a person is to InMoment when the history begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PersonKind {
    /// Not there; the first event is an identify that can create it.
    New,
    /// Not there; answers may come before the identify that creates it, which may never come.
    Late,
    /// Not there, and no event gives an e-mail or phone.
    Addressless,
    /// There, with an external id.
    Held,
    /// There, without an external id: events name the end-user id.
    HeldNameless,
    /// There by e-mail only; events name an external id.
    Adopted,
    /// Not there; its e-mail is also another person's.
    Contested,
    /// Not there; events name an end-user id that InMoment does not know, and nothing else.
    Phantom,
    /// As `New`; events also name an end-user id that InMoment does not know.
    Misnamed,
}

/// One person.
pub(crate) struct Person {
    pub(crate) kind: PersonKind,
    pub(crate) naming: Naming,
    /// The source its events come from.
    pub(crate) home: usize,
    pub(crate) external_id: Option<String>,
    /// The end-user id its events name; of those InMoment holds, set when they have been put there.
    pub(crate) end_user_id: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    /// The e-mail and the phone number that it comes to want, and that another person has.
    pub(crate) wants: Option<Address>,
    /// What InMoment holds before the history begins.
    pub(crate) held: Option<Held>,
}

/// What InMoment gives to one person only.
#[derive(Clone)]
pub(crate) struct Address {
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
}

/// What InMoment holds of a person before the history begins.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) external_id: Option<String>,
    pub(crate) email: String,
    pub(crate) phone: Option<String>,
    pub(crate) properties: Map<String, Value>,
}

/// An end-user id far from all that a sandbox gives out.
const UNUSED_END_USER_ID: u64 = 111_000_000;

impl Person {
    /// Draws the person with this number; `others` were drawn before.
    pub(crate) fn draw(number: u64, others: &[Person], sources: usize, dice: &mut Dice) -> Person {
        let kind = match dice.between(0, 99) {
            0..=39 => PersonKind::New,
            40..=49 => PersonKind::Late,
            50..=53 => PersonKind::Addressless,
            54..=74 => PersonKind::Held,
            75..=80 => PersonKind::HeldNameless,
            81..=87 => PersonKind::Adopted,
            88..=93 => PersonKind::Contested,
            94..=96 => PersonKind::Phantom,
            _ => PersonKind::Misnamed,
        };
        let naming = match kind {
            PersonKind::Held => {
                dice.pick(&[Naming::External, Naming::EndUserId, Naming::Both, Naming::Mixed])
            }
            PersonKind::HeldNameless | PersonKind::Phantom => Naming::EndUserId,
            PersonKind::Misnamed => Naming::Both,
            _ => Naming::External,
        };
        let mut person = Person {
            kind,
            naming,
            home: dice.place(sources),
            external_id: Some(external_id(number, dice)),
            end_user_id: None,
            email: Some(format!("p{number}@example.com")),
            phone: None,
            wants: None,
            held: None,
        };
        person.dress(number, others, dice);
        person
    }

    fn dress(&mut self, number: u64, others: &[Person], dice: &mut Dice) {
        let phone = format!("+1202555{number:04}");
        match self.kind {
            PersonKind::New | PersonKind::Late | PersonKind::Misnamed if dice.chance(0.2) => {
                self.email = None;
                self.phone = Some(phone);
            }
            PersonKind::Addressless => self.email = None,
            PersonKind::Contested => self.contest(others, dice),
            PersonKind::Phantom => {}
            _ if dice.chance(0.25) => self.phone = Some(phone),
            _ => {}
        }
        match self.kind {
            PersonKind::HeldNameless => self.external_id = None,
            PersonKind::Phantom | PersonKind::Misnamed => {
                self.end_user_id = Some((UNUSED_END_USER_ID + number).to_string())
            }
            _ => {}
        }
        if self.kind == PersonKind::Phantom {
            self.external_id = None;
        }
        if let PersonKind::Held | PersonKind::HeldNameless | PersonKind::Adopted = self.kind {
            self.held = Some(Held {
                external_id: self.external_id.clone().filter(|_| self.kind == PersonKind::Held),
                email: format!("p{number}@example.com"),
                phone: self.phone.clone().filter(|_| dice.chance(0.5)),
                properties: stored(dice),
            });
        }
    }

    /// Takes an e-mail, a phone number or both that somebody else has.
    fn contest(&mut self, others: &[Person], dice: &mut Dice) {
        // Who takes over the e-mail of one that events name by the end-user id becomes the same person.
        let named = others.iter().filter(|other| other.kind != PersonKind::HeldNameless);
        let email = named.filter_map(|other| other.email.clone()).next_back();
        let phone = others.iter().filter_map(|other| other.phone.clone()).next_back();
        let (wants_email, wants_phone) =
            dice.pick(&[(true, false), (true, false), (false, true), (true, true)]);
        if wants_phone && phone.is_some() {
            self.phone = phone;
            if !wants_email && dice.chance(0.5) {
                self.email = None;
            }
        }
        if wants_email && email.is_some() {
            self.email = email;
        }
    }

    /// Now and then two people exchange what they have.
    pub(crate) fn pair_up(people: &mut [Person], dice: &mut Dice) {
        if !dice.chance(0.25) {
            return;
        }
        let may = |person: &&mut Person| matches!(person.kind, PersonKind::New | PersonKind::Held);
        let mut pair = people.iter_mut().filter(may);
        if let (Some(one), Some(other)) = (pair.next(), pair.next()) {
            let address = |of: &Person| Address { email: of.email.clone(), phone: of.phone.clone() };
            (one.wants, other.wants) = (Some(address(other)), Some(address(one)));
        }
    }

    /// Whether it has this e-mail, or may come to want it.
    pub(crate) fn claims_email(&self, email: &str) -> bool {
        let wanted = self.wants.as_ref().and_then(|wants| wants.email.as_deref());
        self.email.as_deref() == Some(email) || wanted == Some(email)
    }

    /// The same of a phone number.
    pub(crate) fn claims_phone(&self, phone: &str) -> bool {
        let wanted = self.wants.as_ref().and_then(|wants| wants.phone.as_deref());
        self.phone.as_deref() == Some(phone) || wanted == Some(phone)
    }

    /// Whether InMoment must know it before the first answer is due, if nothing was refused.
    pub(crate) fn must_be_known(&self) -> bool {
        matches!(
            self.kind,
            PersonKind::New
                | PersonKind::Held
                | PersonKind::HeldNameless
                | PersonKind::Adopted
                | PersonKind::Misnamed
        )
    }
}

/// Ids as customers make them up: most are plain, some need care in a URL.
fn external_id(number: u64, dice: &mut Dice) -> String {
    match dice.between(0, 9) {
        0 => format!("a/b?c#{number}"),
        1 => format!("Zoë %2F {number}"),
        2 => number.to_string(),
        _ => format!("u{number}"),
    }
}

fn stored(dice: &mut Dice) -> Map<String, Value> {
    let all = json!({"plan": "gold", "seats_amount": 12, "since_date": 1_600_000_000, "k0": "from before"});
    let Value::Object(mut all) = all else { return Map::new() };
    all.retain(|_, _| dice.chance(0.7));
    all
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = [&self.external_id, &self.end_user_id, &self.email, &self.phone];
        let known = known.into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
        write!(f, "{:?}, named {:?}, source {}: {known}", self.kind, self.naming, self.home)
    }
}
