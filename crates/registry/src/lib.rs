//! Sources and destinations: their types, and the records of those that the console manages, which are stored in the
//! journal with sealed secrets.
//!
//! * [`Source`], [`Destination`], [`DeliverySettings`]: typed and checked values. The configuration file gives the same types
//!   (`rapport::config`).
//! * [`SourceForm`], [`DestinationForm`], [`DeliveryForm`]: forms that people fill in, with quantities as people write
//!   them ([`units`]). [`FieldError`] says which field is not valid, and why.
//! * [`AddressPolicy`]: which addresses people may enter ([`address`]).
//! * [`Vault`]: seals secrets ([`vault`] has the format).
//! * [`RuleForm`], [`RulesRecord`]: rules by which events are skipped ([`rule`]).
//! * [`SourceRecord`], [`DestinationRecord`], [`AlertRecord`]: the stored records, as JSON ([`record`]).
//!
//! The console stores the records and applies changes to the running server.

pub mod address;
pub mod alert;
pub mod form;
pub mod model;
pub mod record;
pub mod rule;
pub mod units;
pub mod vault;
pub mod words;

pub use address::AddressPolicy;
pub use alert::{AlertForm, AlertKind, AlertRecord};
pub use form::{ConsentForm, DeliveryForm, DestinationForm, FieldError, SourceForm};
pub use model::{DeliverySettings, Destination, OldKey, Source};
pub use record::{DestinationRecord, Replaced, SourceRecord};
pub use rule::{RuleForm, RuleRecord, RulesRecord};
pub use units::Rate;
pub use vault::{Sealed, Vault, VaultError, VaultKey};
