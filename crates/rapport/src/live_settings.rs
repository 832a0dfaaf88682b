//! What of the configuration the running server can take up without a new start: its sources and destinations, and the
//! terms of the gateway.

use crate::config::{Config, GatewaySection};
use console::Base;
use gateway::{ByteLimit, Terms};
use std::num::NonZeroU64;

/// What the configuration says of sources and destinations.
pub(crate) fn base(config: &Config) -> Base {
    Base {
        addresses: config.admin.addresses.clone(),
        sources: config.sources.clone(),
        destinations: config.destinations.clone(),
        delivery: config.delivery.clone(),
    }
}

/// What of the gateway's settings may change while it runs.
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
