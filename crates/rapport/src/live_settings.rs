//! The part of the configuration that the running server can apply without a restart: sources and destinations, and the
//! gateway's limits.

use crate::config::{Config, GatewaySection};
use console::Base;
use gateway::{ByteLimit, Terms};
use std::num::NonZeroU64;

/// The configuration's sources and destinations.
pub(crate) fn base(config: &Config) -> Base {
    Base {
        addresses: config.admin.addresses.clone(),
        sources: config.sources.clone(),
        destinations: config.destinations.clone(),
        delivery: config.delivery.clone(),
    }
}

/// The gateway's settings that may change while it runs.
pub(crate) fn terms(section: &GatewaySection) -> Terms {
    Terms {
        max_body_bytes: usize::try_from(section.max_body).unwrap_or(usize::MAX),
        max_events: section.max_events,
        public_bytes: section
            .source_bytes
            .and_then(|(bytes, per)| Some(ByteLimit { bytes: NonZeroU64::new(bytes)?, per })),
        client_ip: section.client_ip.clone(),
    }
}
