//! The pages that carry no events: health, version, a short description, robots (docs/facts/gateway.md#routes, #health).

use bytes::Bytes;
use event::Millis;
use serde_json::json;

use crate::ready::Unready;
use crate::source_config::rfc3339;

/// Keeps search engines out; the spaces before the line ends are part of it (docs/facts/gateway.md#robots).
pub(crate) const ROBOTS: &str = "User-agent: * \nDisallow: / \n";

/// The reply of `/health` when events cannot be stored (docs/facts/gateway.md#health).
pub(crate) const UNHEALTHY: &str = "Cannot connect to db\n";

/// The reply of `/livez`, and of `/readyz` when the gateway is ready.
pub(crate) const OK_BODY: &str = "ok\n";

/// The reply of `/readyz` with these reasons, one on each line.
pub(crate) fn unready(reasons: &[Unready]) -> String {
    reasons.iter().map(|reason| format!("not ready: {reason}\n")).collect()
}

/// The page for a person who opens the address in a browser.
pub(crate) const DOCS: &str = "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Rapport gateway</title>\n\
<h1>Rapport gateway</h1>\n<p>RudderStack SDKs send their events here. Give them this address as their data plane, and as \
their control plane too.</p>\n<ul>\n\
<li><code>POST /v1/identify</code>, <code>track</code>, <code>page</code>, <code>screen</code>, <code>group</code>, \
<code>alias</code>, <code>merge</code>: one event\n\
<li><code>POST /v1/batch</code>, <code>/v1/import</code>: <code>{\"batch\":[…]}</code>\n\
<li><code>POST /beacon/v1/batch?writeKey=…</code>\n\
<li><code>GET /pixel/v1/track?writeKey=…</code>, <code>/pixel/v1/page?writeKey=…</code>\n\
<li><code>GET /sourceConfig</code>\n\
<li><code>GET /health</code>, <code>/livez</code>, <code>/readyz</code>, <code>/version</code>\n\
</ul>\n<p>The write key is the user name of Basic authentication; the password is empty. <code>200 ok</code> means that \
the events are stored.</p>\n</html>\n";

/// The reply of `/health` when events can be stored, with RudderStack's keys in its order
/// (docs/facts/gateway.md#health). `started` is when the settings were read.
pub(crate) fn health(started: Millis) -> Bytes {
    let answer = json!({
        "appType": "EMBEDDED",
        "server": "UP",
        "db": "UP",
        "acceptingEvents": "TRUE",
        "routingEvents": "TRUE",
        "mode": "NORMAL",
        "backendConfigMode": "JSON",
        "lastSync": rfc3339(started),
        "lastRegulationSync": "",
    });
    Bytes::from(answer.to_string())
}

/// The reply of `/version` (docs/facts/gateway.md#version).
pub(crate) fn version() -> Bytes {
    let answer = json!({
        "Version": env!("CARGO_PKG_VERSION"),
        "Commit": "",
        "BuildDate": "",
        "BuiltBy": "rapport",
        "Features": "",
    });
    Bytes::from(answer.to_string())
}
