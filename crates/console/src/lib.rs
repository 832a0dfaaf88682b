//! The operator's port: what the server has done and is doing, dead letters, pause and resume, metrics.
//!
//! | Path | What |
//! |---|---|
//! | `GET /health` | can events be stored? Needs no token |
//! | `GET /metrics` | counts for Prometheus; nothing personal in them. Needs no token |
//! | `GET /api/v1/status` | the ledger and every destination; `?wait=settled&timeout_ms=` answers when nothing is pending |
//! | `GET /api/v1/dead-letters` | oldest first, by `code`, `destination`, `after`, `limit` |
//! | `GET /api/v1/dead-letters/{id}` | one with its whole event |
//! | `POST /api/v1/dead-letters/requeue`, `…/discard` | of `{"ids":[…]}`, `{"code":…}`, `{"destination":…}`, `{"all":true}` |
//! | `POST /api/v1/destinations/{name}/pause`, `…/resume` | |
//! | `GET /api/v1/openapi.json` | the description of all this; needs no token |
//!
//! Everything under `/api` wants `Authorization: Bearer TOKEN`: it shows personal data and moves events. Errors are
//! `{"code","message","what_to_do"}` ([`words`]). No answer may be read by a page of another origin: there is no CORS.

#![allow(dead_code, reason = "the routes that use people and sessions come next")]

mod access;
mod audit;
mod auth;
mod dead_letters;
mod destinations;
mod error;
mod metrics;
mod openapi;
mod people;
mod random;
mod serve;
mod sessions;
mod settings;
mod setup;
mod status;
mod throttle;
mod tokens;

pub use error::{code, words};
pub use people::Role;
pub use serve::{router, serve};
pub use sessions::SessionLimits;
pub use settings::{Ingress, Settings, SourceIngress, TransformerWork};
pub use setup::SetupToken;
