//! Which addresses the server lets itself be sent to by what people enter in the console: alerts' webhooks, and the
//! addresses of destinations.
//!
//! Whoever may enter an address could otherwise make the server call what only the server reaches: the metadata service of
//! a cloud with its credentials, a router, a neighbour. So an address is held against an [`AddressPolicy`] twice: its text
//! when it is entered, and every IP address that its name resolves to when it is connected to. The connection goes to the
//! addresses that were checked, so that a name that resolves to something else a moment later gains nothing; redirects are
//! followed by nobody.
//!
//! * This machine's own address is allowed where it is named as such (`localhost`, `127.0.0.1`, `[::1]`): the sandbox is
//!   there. A name that resolves to it is not.
//! * Link-local, metadata, multicast, unspecified, reserved and private addresses are refused, unless the configuration
//!   allows their network (`admin.allowed_networks`).
//! * An IPv4 address within an IPv6 one (mapped, NAT64, 6to4, Teredo) counts as what it leads to. Decimal, octal and
//!   hexadecimal forms are read as the URL standard reads them.

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

/// See the module. Copies share their networks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressPolicy(Arc<[IpNet]>);

/// An address that is not to be called.
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
    /// These networks are allowed, whatever lies in them.
    pub fn allowing(networks: Vec<IpNet>) -> Self {
        AddressPolicy(networks.into())
    }

    /// May this address be called, as far as its text tells? What its name resolves to is checked by
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
            None => Err(NotAllowed("an address without a host is nobody's".to_owned())),
        }
    }

    /// An address that was entered as a number.
    fn check_named(&self, ip: IpAddr) -> Result<(), NotAllowed> {
        if kind::effective(ip).is_loopback() { Ok(()) } else { self.check(ip) }
    }

    /// An address that a name resolved to.
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
