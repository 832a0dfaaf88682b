//! The audit's words for what people did in the console, except for those of [`identity`]. `subject` is what it was
//! done to. The type of a word says how its entry is written.

use identity::{Act, Inquiry, Look};

/// looked at lists of dead letters
pub(crate) const DEAD_LETTERS_LIST: Look = Look("dead_letters.list");
/// looked at lists of conflicts about e-mails and phone numbers
pub(crate) const CONFLICTS_LIST: Look = Look("conflicts.list");
/// had a conflict settled, or tried to
pub(crate) const CONFLICT_SETTLE: Act = Act("conflict.settle");
/// looked at a dead letter's event
pub(crate) const DEAD_LETTER_VIEW: Look = Look("dead_letter.view");
/// had dead letters tried again
pub(crate) const DEAD_LETTERS_REQUEUE: Act = Act("dead_letters.requeue");
/// gave dead letters up
pub(crate) const DEAD_LETTERS_DISCARD: Act = Act("dead_letters.discard");
/// edited a dead letter and had it tried again
pub(crate) const DEAD_LETTER_EDIT: Act = Act("dead_letter.edit");
/// looked at lists of events
pub(crate) const EVENTS_LIST: Look = Look("events.list");
/// looked at an event
pub(crate) const EVENT_VIEW: Look = Look("event.view");
/// looked at events as they arrive
pub(crate) const LIVE_VIEW: Look = Look("live.view");
/// looked at survey answers
pub(crate) const ANSWERS_VIEW: Look = Look("answers.view");
/// looked for end users
pub(crate) const END_USERS_FIND: Look = Look("end_users.find");
/// looked at an end user
pub(crate) const END_USER_VIEW: Look = Look("end_user.view");
/// asked InMoment for an end user
pub(crate) const END_USER_ASK: Inquiry = Inquiry("end_user.ask");
/// had an event delivered once more
pub(crate) const EVENT_REPLAY: Act = Act("event.replay");
/// made a source
pub(crate) const SOURCE_CREATE: Act = Act("source.create");
/// changed a source
pub(crate) const SOURCE_CHANGE: Act = Act("source.change");
/// gave a source another write key
pub(crate) const SOURCE_ROTATE: Act = Act("source.rotate");
/// removed a source
pub(crate) const SOURCE_REMOVE: Act = Act("source.remove");
/// made a destination
pub(crate) const DESTINATION_CREATE: Act = Act("destination.create");
/// changed a destination
pub(crate) const DESTINATION_CHANGE: Act = Act("destination.change");
/// removed a destination
pub(crate) const DESTINATION_REMOVE: Act = Act("destination.remove");
/// made a rule by which a destination skips events
pub(crate) const RULE_CREATE: Act = Act("rule.create");
/// removed such a rule
pub(crate) const RULE_REMOVE: Act = Act("rule.remove");
/// asked InMoment whether it takes a login
pub(crate) const CONNECTION_TEST: Inquiry = Inquiry("connection.test");
/// made an alert
pub(crate) const ALERT_CREATE: Act = Act("alert.create");
/// changed an alert
pub(crate) const ALERT_CHANGE: Act = Act("alert.change");
/// removed an alert
pub(crate) const ALERT_REMOVE: Act = Act("alert.remove");
/// had a test message sent to an alert's webhook
pub(crate) const ALERT_TEST: Inquiry = Inquiry("alert.test");
/// paused a destination
pub(crate) const DESTINATION_PAUSE: Act = Act("destination.pause");
/// resumed a destination
pub(crate) const DESTINATION_RESUME: Act = Act("destination.resume");
