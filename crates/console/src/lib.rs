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
//! | `POST /api/v1/explain` | what would become of an event, and why |
//! | `GET /api/v1/openapi.json` | the description of all this; needs no token |
//!
//! Everything under `/api` wants `Authorization: Bearer TOKEN`: it shows personal data and moves events. Errors are
//! `{"code","message","what_to_do"}` ([`words`]). No answer may be read by a page of another origin: there is no CORS.

mod auth;
mod dead_letters;
mod destinations;
mod error;
mod events;
mod explain;
mod explanation;
mod metrics;
mod openapi;
#[allow(dead_code, reason = "the routes that use all of it come next")]
mod parameters;
mod serve;
mod settings;
mod status;

pub use error::{code, words};
pub use serve::{router, serve};
pub use settings::{Ingress, MappingOf, Settings, SourceIngress, TransformerWork};
