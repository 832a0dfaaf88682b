//! `[gateway]` and `[admin]`: the two ports, and how they may be reached.

use super::model::{Admin, GatewaySection};
use super::problem::code;
use super::reader::Section;
use gateway::{ByteLimit, ClientIp};
use identity::SessionLimits;
use ipnet::IpNet;
use port::TlsFiles;
use registry::AddressPolicy;
use registry::units::{DiskShare, disk_share, volume};
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

/// The shortest session: a person must not be signed out while reading a page.
const SHORTEST_SESSION: Duration = Duration::from_secs(60);
/// The longest session: browsers do not keep a cookie longer.
const LONGEST_SESSION: Duration = Duration::from_secs(400 * 24 * 60 * 60);
/// The default: one source cannot take the room of all others, and a single source has half of the disk to wait for
/// InMoment.
const SOURCE_DISK: DiskShare = DiskShare::Percent(50);

const ADMIN_PORT: u16 = 8081;

/// The longest drain delay: service managers do not wait longer for a stop.
const LONGEST_DELAY: Duration = Duration::from_secs(5 * 60);

/// `[gateway.tls]` and `[admin.tls]`: paths begin at the configuration's folder.
fn tls(section: &Section<'_, '_, '_>, folder: &Path) -> Option<TlsFiles> {
    let given = section.has("tls");
    let tls = section.section("tls");
    let (certificate, key) = (tls.text("certificate"), tls.text("key"));
    if given {
        tls.missing("certificate", "a PEM file with the server's certificate and those of its authorities");
        tls.missing("key", "a PEM file with the certificate's private key");
    }
    tls.finish();
    Some(TlsFiles { certificate: folder.join(certificate?.value), key: folder.join(key?.value) })
}

/// Unencrypted traffic must not leave this machine; `what` would.
fn encrypted(section: &Section<'_, '_, '_>, listen: SocketAddr, behind_proxy: bool, what: &str) {
    if listen.ip().to_canonical().is_loopback() || behind_proxy || section.has("tls") {
        return;
    }
    let message = format!(
        "other machines can reach this address, and {what} would travel unencrypted; name a certificate and its key \
         (tls = {{ certificate = \"PATH\", key = \"PATH\" }}), set behind_proxy = true when a proxy that speaks TLS \
         stands in front, or listen on 127.0.0.1"
    );
    section.problem("listen", None, code::UNENCRYPTED, message);
}

/// `[gateway]`
pub(super) fn gateway(section: Section<'_, '_, '_>, folder: &Path) -> GatewaySection {
    let seconds = Duration::from_secs;
    let gateway = GatewaySection {
        listen: address(&section, 8080),
        tls: tls(&section, folder),
        behind_proxy: section.switch_or("behind_proxy", false),
        client_ip: client_ip(&section),
        max_body: section.size_or("max_body", 4_096_000),
        max_events: section.number_or("max_events", 1..=1_000_000, 20_000),
        max_body_memory: section.size_or("max_body_memory", 256 << 20),
        max_header: section.size_or("max_header", 64 << 10),
        max_concurrent_requests: section.number_or("max_concurrent_requests", 1..=1_000_000, 10_000),
        max_connections: section.number_or("max_connections", 1..=1_000_000, 10_000),
        max_connections_per_address: section.number("max_connections_per_address", 1..=1_000_000),
        source_bytes: source_bytes(&section),
        source_disk: section.parsed_or("source_disk", disk_share, SOURCE_DISK, "50%"),
        head_timeout: section.duration_or("head_timeout", seconds(10)),
        body_timeout: section.duration_or("body_timeout", seconds(120)),
        idle_timeout: section.duration_or("idle_timeout", seconds(720)),
        drain_timeout: section.duration_or("drain_timeout", seconds(30)),
        drain_delay: section.duration_or("drain_delay", Duration::ZERO),
    };
    if gateway.drain_delay > LONGEST_DELAY {
        section.problem("drain_delay", None, code::INVALID_VALUE, "this must be 5 min at most".to_owned());
    }
    if gateway.max_body == 0 || gateway.max_body > gateway.max_body_memory {
        let message = "this must be at least one byte, and not more than max_body_memory".to_owned();
        section.problem("max_body", None, code::INVALID_VALUE, message);
    }
    encrypted(&section, gateway.listen, gateway.behind_proxy, "write keys and events");
    if !(4 << 10..=16 << 20).contains(&gateway.max_header) {
        section.problem(
            "max_header",
            None,
            code::INVALID_VALUE,
            "this must be from 4 KiB to 16 MiB".to_owned(),
        );
    }
    section.finish();
    gateway
}

/// `gateway.source_bytes`: what a public source may send; `"off"` is no limit.
fn source_bytes(section: &Section<'_, '_, '_>) -> Option<(u64, Duration)> {
    let parse = |text: &str| {
        if text == "off" {
            return Ok(None);
        }
        volume(text)
            .map(Some)
            .map_err(|_| "write a size, a slash and a unit of time, as in \"20 GiB/h\", or \"off\"")
    };
    let default = ByteLimit::PUBLIC;
    section.parsed_or("source_bytes", parse, Some((default.bytes.get(), default.per)), "20 GiB/h")
}

/// `client_ip` and `trusted_proxies`, which together say which address is taken for the caller's.
fn client_ip(section: &Section<'_, '_, '_>) -> ClientIp {
    let forwarded = section.choice_or("client_ip", &[("forwarded", true), ("peer", false)], true);
    match (forwarded, networks(section, "trusted_proxies")) {
        (false, Some(_)) => {
            let message = "this has no effect with client_ip = \"peer\": leave one of the two out".to_owned();
            section.problem("trusted_proxies", None, code::INVALID_VALUE, message);
            ClientIp::Peer
        }
        (false, None) => ClientIp::Peer,
        (_, Some(proxies)) => ClientIp::Behind(proxies.into()),
        (_, None) => ClientIp::Forwarded,
    }
}

/// Networks, and addresses as networks of their own.
fn networks(section: &Section<'_, '_, '_>, key: &'static str) -> Option<Vec<IpNet>> {
    let texts = section.texts(key)?;
    let read = texts.into_iter().filter_map(|text| {
        let written = text.value.trim();
        let network = written.parse().or_else(|_| written.parse::<IpAddr>().map(IpNet::from)).ok();
        if network.is_none() {
            let message =
                "this must be an address or a network, as in \"10.0.0.5\", \"10.0.0.0/8\" or \"fd12::/64\"";
            section.problem(key, Some(text.span), code::INVALID_VALUE, message.to_owned());
        }
        network
    });
    Some(read.collect())
}

/// `[admin]`
pub(super) fn admin(section: Section<'_, '_, '_>, folder: &Path) -> Admin {
    let admin = Admin {
        listen: address(&section, ADMIN_PORT),
        max_connections: section.number_or("max_connections", 1..=1_000_000, 512),
        sessions: sessions(section.section("session")),
        token: section.secret("token").map(|token| token.value),
        tls: tls(&section, folder),
        behind_proxy: section.switch_or("behind_proxy", false),
        addresses: AddressPolicy::allowing(networks(&section, "allowed_networks").unwrap_or_default()),
    };
    encrypted(&section, admin.listen, admin.behind_proxy, "the token and personal data");
    section.finish();
    admin
}

/// The address of `[admin]` and its certificate; its other keys, including the token, are not read.
pub(super) fn listening(section: &Section<'_, '_, '_>, folder: &Path) -> (SocketAddr, Option<TlsFiles>) {
    (address(section, ADMIN_PORT), tls(section, folder))
}

/// `admin.session`: how long somebody stays signed in to the console.
fn sessions(section: Section<'_, '_, '_>) -> SessionLimits {
    let defaults = SessionLimits::default();
    let limits = SessionLimits {
        idle: section.duration_or("idle", defaults.idle),
        absolute: section.duration_or("longest", defaults.absolute),
    };
    if !(SHORTEST_SESSION..=limits.absolute).contains(&limits.idle) {
        let message = "this must be from 1 min to what admin.session.longest says".to_owned();
        section.problem("idle", None, code::INVALID_VALUE, message);
    }
    if limits.absolute > LONGEST_SESSION {
        section.problem("longest", None, code::INVALID_VALUE, "this must be 400 days at most".to_owned());
    }
    section.finish();
    limits
}

fn address(section: &Section<'_, '_, '_>, default: u16) -> SocketAddr {
    let default = SocketAddr::from(([127, 0, 0, 1], default));
    section.parsed_or("listen", socket_address, default, &default.to_string())
}

pub(super) fn listen(section: &Section<'_, '_, '_>) -> Option<SocketAddr> {
    section.parsed("listen", socket_address)
}

/// An address to listen on: `localhost:8080` means only this machine, `:8080` every IPv4 address of it.
///
/// # Errors
/// The suggestion for the message.
pub fn socket_address(text: &str) -> Result<SocketAddr, &'static str> {
    let hint = "this must be an address and a port, as in \"127.0.0.1:8080\", \"localhost:8080\", \":8080\" (every IPv4 \
                address of this machine) or \"[::]:8080\"";
    let port =
        |port: &str| port.parse::<u16>().ok().filter(|_| port.bytes().all(|byte| byte.is_ascii_digit()));
    let at = match text.trim().rsplit_once(':') {
        Some(("", number)) => port(number).map(|port| SocketAddr::from(([0, 0, 0, 0], port))),
        Some((host, number)) if host.eq_ignore_ascii_case("localhost") => {
            port(number).map(|port| SocketAddr::from(([127, 0, 0, 1], port)))
        }
        _ => text.trim().parse().ok(),
    };
    at.ok_or(hint)
}
