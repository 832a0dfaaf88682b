//! The keys that change at once at a reload, and those that need a restart.

/// Keys, and tables with everything in them, that change at once. `gateway.tls` and `admin.tls` do if the port speaks
/// TLS before and after.
pub(super) const AT_ONCE: [&str; 15] = [
    "sources",
    "destinations",
    "delivery",
    "log.level",
    "gateway.tls",
    "gateway.max_body",
    "gateway.max_events",
    "gateway.client_ip",
    "gateway.trusted_proxies",
    "gateway.source_bytes",
    "gateway.source_disk",
    "admin.tls",
    "admin.token",
    "admin.session",
    "admin.allowed_networks",
];

/// Whether this key of a configuration needs a restart.
pub(super) fn needs_restart(key: &str) -> bool {
    // `sources[2].write_key` belongs to `sources`.
    let name = key.split('[').next().unwrap_or(key);
    !AT_ONCE
        .iter()
        .any(|known| name.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}
