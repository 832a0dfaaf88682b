//! The protocol: what a lane's intents need next at InMoment, and what a reply means for them.
//!
//! It keeps what is known of end users and decides; it makes no call, counts no failure and knows no other lane. Which lane is
//! served when is [`crate::engine`]'s, whose plain types it uses; [`crate::machine`] joins the two.
//!
//! * [`mod@next`]: the one place that says which call the head of a lane needs, if any. [`merge`] lays fields over fields.
//! * [`reply`]: the one place that says what a reply means ([`meaning`]).
//! * [`in_flight`]: calls of which it is not known whether they were carried out.
//! * [`knowledge`]: what InMoment has said of end users, and [`learning`], how that comes in.
//! * [`taken`]: e-mails and phone numbers that somebody else has, [`settling`] and [`conflicts`]: how that is settled.
//! * [`item`], [`intents`], [`head`]: what a lane holds.

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
