//! Who sent a request.

use crate::people::Role;
use crate::sessions::Session;
use http::header::{AUTHORIZATION, HeaderMap};
use serde::Serialize;
use std::net::IpAddr;
use utoipa::ToSchema;

/// A person or a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CallerKind {
    /// a person who has signed in
    Person,
    /// a program that uses an API token or the admin token
    Token,
}

/// Who sent a request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// the name of the person or the token
    pub name: String,
    /// what they may do
    pub role: Role,
    /// a person or a program
    pub kind: CallerKind,
    /// the caller's address, if it is known
    pub address: Option<IpAddr>,
    /// the session and its key, if the caller is a person
    pub session: Option<(String, Session)>,
}

impl Caller {
    /// The admin token's name. No person and no API token has a space in its name.
    pub(crate) const ADMIN: &str = "admin token";

    /// The audit's name of the caller, in which a token never looks like a person.
    pub fn who(&self) -> String {
        match self.kind {
            CallerKind::Token if self.name != Self::ADMIN => format!("token {}", self.name),
            CallerKind::Token | CallerKind::Person => self.name.clone(),
        }
    }
}

/// The token of the one `Authorization` header, if it has one.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, given) = value.to_str().ok()?.split_at_checked("bearer ".len())?;
    scheme.eq_ignore_ascii_case("bearer ").then_some(given)
}
