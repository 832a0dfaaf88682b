//! The audit's words for what people did about people, tokens and the audit itself. `subject` is what it was done to. The type of a word says how its entry is
//! written.

use super::{Act, Look};

/// made the first administrator
pub const SETUP: Act = Act("setup");
/// signed in
pub const SIGN_IN: Act = Act("session.begin");
/// a sign-in was refused
pub const SIGN_IN_REFUSED: Act = Act("session.refused");
/// signed out
pub const SIGN_OUT: Act = Act("session.end");
/// changed their own password
pub const PASSWORD_CHANGE: Act = Act("password.change");
/// made a person
pub const PERSON_CREATE: Act = Act("person.create");
/// changed a person
pub const PERSON_CHANGE: Act = Act("person.change");
/// removed a person
pub const PERSON_REMOVE: Act = Act("person.remove");
/// looked at the list of people
pub const PEOPLE_LIST: Look = Look("people.list");
/// looked at the list of API tokens, which says who made them
pub const TOKENS_LIST: Look = Look("tokens.list");
/// looked at the audit
pub const AUDIT_LIST: Look = Look("audit.list");
/// made an API token
pub const TOKEN_CREATE: Act = Act("token.create");
/// removed an API token
pub const TOKEN_REMOVE: Act = Act("token.remove");
