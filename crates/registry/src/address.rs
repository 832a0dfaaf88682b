//! The policy for addresses that people enter in the console: alerts' webhooks, and the addresses of destinations.
//!
//! It prevents server-side request forgery: without it, a person who may enter an address could make the server call
//! hosts that only the server reaches, such as the metadata service of a cloud with its credentials, or a router. So an
//! address is checked against an [`AddressPolicy`] twice: its text when it is entered, and every IP address that its
//! name resolves to when a connection is made. The connection goes to the addresses that were checked, so DNS rebinding
//! gains nothing; redirects are not followed.
//!
//! * This machine's own address is allowed if it is written as such (`localhost`, `127.0.0.1`, `[::1]`), because the
//!   sandbox is there. Another name that resolves to it is refused.
//! * Link-local, metadata, multicast, unspecified, reserved and private addresses are refused, unless the configuration
//!   allows their network (`admin.allowed_networks`).
//! * An IPv4 address within an IPv6 one (mapped, NAT64, 6to4, Teredo) counts as the IPv4 address that it leads to.
//!   Decimal, octal and hexadecimal forms are read as the URL standard reads them.

mod kind;
mod resolver;

pub use resolver::CheckedResolver;

use ipnet::IpNet;
use kind::AddressKind;
use std::net::IpAddr;
use std::sync::Arc;
use url::{Host, Url};

/// Names of metadata services. They resolve to addresses that are refused as well.
const METADATA_NAMES: [&str; 5] =
    ["metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal"];

/// The policy that the module describes. Clones share the list of networks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressPolicy(Arc<[IpNet]>);

/// The error for an address that the policy refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAllowed(String);

impl NotAllowed {
    fn of(what: &str, kind: AddressKind) -> Self {
        NotAllowed(format!(
            "{what} is {}, which this server does not call; an administrator of the machine can allow its network in the \
             configuration (admin.allowed_networks)",
            kind.words()
        ))
    }
}

impl AddressPolicy {
    /// A policy that allows every address in these networks.
    pub fn allowing(networks: Vec<IpNet>) -> Self {
        AddressPolicy(networks.into())
    }

    /// Checks an address by its text. The IP addresses that its name resolves to are checked by
    /// [`AddressPolicy::resolver`].
    ///
    /// # Errors
    /// [`NotAllowed`]
    pub fn check_url(&self, url: &Url) -> Result<(), NotAllowed> {
        match url.host() {
            Some(Host::Ipv4(ip)) => self.check_named(ip.into()),
            Some(Host::Ipv6(ip)) => self.check_named(ip.into()),
            Some(Host::Domain(name)) => {
                let name = name.trim_end_matches('.').to_ascii_lowercase();
                if METADATA_NAMES.contains(&name.as_str()) && self.0.is_empty() {
                    return Err(NotAllowed::of(&name, AddressKind::Metadata));
                }
                Ok(())
            }
            None => Err(NotAllowed("the address has no host".to_owned())),
        }
    }

    /// Checks an address that was entered as an IP literal.
    fn check_named(&self, ip: IpAddr) -> Result<(), NotAllowed> {
        if kind::effective(ip).is_loopback() { Ok(()) } else { self.check(ip) }
    }

    /// Checks an address that a name resolved to.
    fn check(&self, ip: IpAddr) -> Result<(), NotAllowed> {
        let effective = kind::effective(ip);
        match kind::of(effective) {
            Some(kind)
                if !self.0.iter().any(|network| network.contains(&effective) || network.contains(&ip)) =>
            {
                Err(NotAllowed::of(&ip.to_string(), kind))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
