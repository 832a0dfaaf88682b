//! The last reading of the configuration, and the keys that wait for the next start.

use crate::observations::{Configuration, ConfigurationRefusal};
use crate::parameters::instant;
use serde::Serialize;
use utoipa::ToSchema;

/// The last reading of the configuration.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConfigurationReading)]
pub(super) struct ConfigurationReadingView {
    /// when the configuration in force was read
    #[schema(required)]
    applied_at: Option<String>,
    /// why the last reading was refused and changed nothing; null if it was taken
    #[schema(required)]
    refused: Option<RefusedConfigurationView>,
    /// keys whose new value takes effect at the next start
    needs_restart: Vec<String>,
}

/// Why a configuration was refused.
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
