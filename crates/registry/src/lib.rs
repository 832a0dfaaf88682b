//! Sources and destinations: what they are, and those that the console manages, kept in the journal with their secrets
//! sealed.
//!
//! * [`Source`], [`Destination`], [`DeliverySettings`]: typed and checked, wherever they come from. The configuration file makes the
//!   same ones (`rapport::config`).
//! * [`SourceForm`], [`DestinationForm`], [`DeliveryForm`]: what people fill in, with quantities as people write them
//!   ([`units`]). [`FieldError`] says which field does not do, and why.
//! * [`AddressPolicy`]: which addresses the server lets itself be sent to by what people fill in ([`address`]).
//! * [`Vault`]: seals secrets ([`vault`] has the format).
//! * [`RuleForm`], [`RulesRecord`]: which events people want skipped ([`rule`]).
//! * [`SourceRecord`], [`DestinationRecord`], [`AlertRecord`]: how they are kept, as JSON ([`record`]).
//!
//! Who keeps the records, and tells the running server about a change, is the console's work.

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
