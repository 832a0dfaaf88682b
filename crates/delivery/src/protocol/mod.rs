//! The protocol: which calls a lane's intents need at InMoment, and what a reply means for them.
//!
//! It keeps the knowledge of end users and decides; it makes no call, counts no failure and knows no other lane.
//! [`crate::engine`], whose plain types it uses, decides which lane is served when; [`crate::machine`] joins the two.
//!
//! * [`mod@next`]: the only module that decides which call the head of a lane needs, if any. [`merge`] lays fields over
//!   fields.
//! * [`reply`]: the only module that decides what a reply means ([`meaning`]).
//! * [`in_flight`]: calls in doubt, of which it is not known whether they were carried out.
//! * [`knowledge`]: InMoment's data of end users; [`learning`] takes them in from replies.
//! * [`taken`]: e-mails and phone numbers that other end users have; [`settling`] and [`conflicts`] settle that.
//! * [`item`], [`intents`], [`head`]: the content of a lane.

mod answer;
mod conflicts;
mod fields;
mod head;
mod in_flight;
mod intents;
mod item;
mod knowledge;
mod learning;
mod meaning;
mod merge;
mod names;
mod next;
mod reply;
mod settling;
mod taken;
mod their_clock;

#[cfg(test)]
pub(crate) use conflicts::Conflicts;
pub(crate) use in_flight::RestoredCalls;
pub(crate) use intents::{Flight, Intents, Lane};
pub(crate) use item::Item;
pub(crate) use knowledge::{Knowledge, Known};
pub(crate) use learning::known_user;
pub(crate) use meaning::Meaning;
#[cfg(test)]
pub(crate) use merge::lay;
pub(crate) use next::{Next, next};
pub(crate) use reply::Beside;
pub use settling::ConflictOrder;
pub(crate) use their_clock::{Sent, TheirClock};
