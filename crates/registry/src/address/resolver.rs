//! Name look-ups whose answers are held against the policy. What passes is what is connected to.

use super::{AddressPolicy, NotAllowed};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::error::Error;
use std::net::SocketAddr;

/// For an HTTP client. Numbers never come here: [`AddressPolicy::check_url`] checks them.
#[derive(Debug, Clone)]
pub struct CheckedResolver(AddressPolicy);

impl AddressPolicy {
    /// Checks addresses when they are connected to. For HTTP clients that follow no redirects.
    pub fn resolver(&self) -> CheckedResolver {
        CheckedResolver(self.clone())
    }
}

impl CheckedResolver {
    /// The addresses that may be called; refused if there are some and none of them may.
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

/// RFC 6761: these names are this machine's and nobody else's.
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
