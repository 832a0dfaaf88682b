//! The operator's port: what the server has done and is doing, dead letters, pause and resume, metrics.
//!
//! | Path | What |
//! |---|---|
//! | `GET /health` | can events be stored? It needs no token |
//! | `GET /metrics` | counts for Prometheus, without personal data. It needs no token |
//! | `GET /api/v1/status` | the ledger and every destination; `?wait=settled&timeout_ms=` answers when nothing is pending |
//! | `GET /api/v1/series` | counts and levels over time, made of samples |
//! | `GET /api/v1/live` | events as they arrive and what becomes of them, as server-sent events |
//! | `GET /api/v1/events`, `…/{id}` | stored events, newest first; one event with its history |
//! | `POST /api/v1/events/{id}/replay` | delivers the event once more, to one destination |
//! | `GET /api/v1/end-users`, `…/{destination}/{external_id}` | the end users with an id or e-mail; what is known of one |
//! | `POST /api/v1/end-users/{destination}/{external_id}/ask` | what InMoment holds of an end user now |
//! | `GET /api/v1/feedback`, `…/answers` | survey answers, counted and one by one |
//! | `GET /api/v1/dead-letters` | oldest first, by `code`, `destination`, `source`, `user`, `message_id`, `from`, `to` |
//! | `GET /api/v1/dead-letters/groups` | counted by destination and code, with what the code means |
//! | `GET /api/v1/dead-letters/{id}` | one dead letter with its whole event |
//! | `POST /api/v1/dead-letters/requeue`, `…/discard`, `…/count` | of `{"ids":[…]}`, or by `code`, `destination`, `source`, `user`, `message_id`, `from`, `to`; `{"all":true}`; `up_to` |
//! | `POST /api/v1/dead-letters/{id}/edit` | corrects the event and requeues it |
//! | `POST /api/v1/destinations/{name}/pause`, `…/resume` | |
//! | `POST /api/v1/explain` | what would become of an event, and why |
//! | `GET`, `POST /api/v1/setup` | the first start: makes the first administrator with a one-time token; needs no role |
//! | `POST`, `DELETE /api/v1/session` | signing in (needs no role) and out |
//! | `GET /api/v1/me`, `PUT …/me/password` | the caller, and the caller's password |
//! | `…/api/v1/people`, `…/tokens` | people and API tokens: for administrators |
//! | `GET /api/v1/audit` | who did what, newest first: for administrators |
//! | `GET /api/v1/openapi.json` | the OpenAPI description of these routes; needs no role |
//!
//! Everything else under `/api` shows personal data or moves events: it needs a caller with a role (`access`). People
//! sign in and have a session; programs send `Authorization: Bearer TOKEN`, an API token or the admin token. The admin
//! token stays valid even if all people and passwords are lost. Errors are `{"code","message","what_to_do"}`
//! ([`words`]). No answer may be read by a page of another origin: there is no CORS.

mod access;
mod advice;
mod alerts;
mod audit;
mod body;
mod calendar;
mod conflicts;
mod crud;
mod dead_letters;
mod destinations;
mod directory;
mod end_users;
mod error;
mod events;
mod explain;
mod explanation;
mod feedback;
mod frame;
mod headers;
mod in_force;
mod live;
mod me;
mod metrics;
mod observations;
mod openapi;
mod operations;
mod orders;
mod pace;
mod parameters;
mod people;
mod ready;
mod refusals;
mod sampler;
mod series;
mod serve;
mod sessions;
mod settings;
mod setup;
mod sources;
mod state;
mod status;
mod store;
mod tokens;
mod web;
mod words;

pub use destinations::advice;
pub use directory::{Base, Directory, LoadError, ReplaceError};
pub use error::{code, words};
pub use in_force::InForce;
pub use observations::{
    Backups, Configuration, ConfigurationRefusal, Durations, Ingress, Observations, Process, SourceIngress,
    TransformerWork, Unready,
};
pub use openapi::description;
pub use operations::{ApplyError, Later, Operations, ProveError};
pub use sampler::sample;
pub use serve::{router, serve};
pub use settings::{Reach, Settings};
pub use setup::setup_link;
