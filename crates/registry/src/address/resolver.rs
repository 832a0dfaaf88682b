//! Name look-ups whose results are checked against the policy. A client connects only to addresses that passed.

use super::{AddressPolicy, NotAllowed};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::error::Error;
use std::net::SocketAddr;

/// A resolver for an HTTP client. IP literals are not resolved, so [`AddressPolicy::check_url`] checks them.
#[derive(Debug, Clone)]
pub struct CheckedResolver(AddressPolicy);

impl AddressPolicy {
    /// A resolver that checks addresses when a connection is made. The HTTP client must not follow redirects.
    pub fn resolver(&self) -> CheckedResolver {
        CheckedResolver(self.clone())
    }
}

impl CheckedResolver {
    /// The addresses that may be called. It fails if there are addresses and all are refused.
    ///
    /// # Errors
    /// [`NotAllowed`], for the first of them
    pub(super) fn passed(&self, name: &str, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, NotAllowed> {
        let here = is_local_name(name);
        let mut refused = None;
        let mut passed = Vec::new();
        for address in found {
            let checked = if here { self.0.check_named(address.ip()) } else { self.0.check(address.ip()) };
            match checked {
                Ok(()) => passed.push(address),
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        match refused {
            Some(error) if passed.is_empty() => Err(error),
            _ => Ok(passed),
        }
    }
}

/// RFC 6761: these names always mean this machine.
fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            // The port is filled in by the client.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let found: Vec<SocketAddr> = found.map_err(Box::<dyn Error + Send + Sync>::from)?.collect();
            let passed = resolver.passed(name.as_str(), found)?;
            Ok(Box::new(passed.into_iter()) as Addrs)
        })
    }
}
