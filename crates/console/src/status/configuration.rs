//! How the configuration was last read, and what of it waits for the next start.

use crate::observations::{Configuration, ConfigurationRefusal};
use crate::parameters::instant;
use serde::Serialize;
use utoipa::ToSchema;

/// How the configuration was last read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConfigurationReading)]
pub(super) struct ConfigurationReadingView {
    /// when the one in force was read
    #[schema(required)]
    applied_at: Option<String>,
    /// why the last reading changed nothing; null: it did not fail
    #[schema(required)]
    refused: Option<RefusedConfigurationView>,
    /// keys with another value than the one in force, which the next start takes
    needs_restart: Vec<String>,
}

/// Why a configuration was not taken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RefusedConfiguration)]
struct RefusedConfigurationView {
    at: String,
    /// a stable word (docs/errors.md)
    code: String,
    reason: String,
}

impl ConfigurationReadingView {
    pub(super) fn of(configuration: &Configuration) -> ConfigurationReadingView {
        let refused = |refusal: &ConfigurationRefusal| RefusedConfigurationView {
            at: instant(refusal.at),
            code: refusal.code.clone(),
            reason: refusal.message.clone(),
        };
        ConfigurationReadingView {
            applied_at: configuration.applied_at.map(instant),
            refused: configuration.refusal.as_ref().map(refused),
            needs_restart: configuration.needs_restart.clone(),
        }
    }
}
