//! Divides the machine among the doors: computes their limits from the configuration and the resources.

use crate::config::{Config, TransformerSection};
use crate::failure::{Failure, code};
use port::{HostResources, Limits, Places, Shares};

/// The number of calls for destinations that are added in the console later.
const CALLS_TO_COME: u64 = 64;

/// The weight of each door: the public port has the largest, because all events arrive there.
const WEIGHTS: (u64, u64, u64) = (6, 1, 3);

/// The limits of the doors of one process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Doors {
    pub(crate) gateway: Limits,
    pub(crate) gateway_bodies: usize,
    pub(crate) admin: Limits,
    pub(crate) transformer: TransformerDoor,
}

/// The transformer's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TransformerDoor {
    pub(crate) limits: Limits,
    pub(crate) bodies: usize,
    pub(crate) max_body: usize,
}

/// Raises this process's limit of descriptors, and reads its resources.
fn machine() -> Result<HostResources, Failure> {
    HostResources::look().map_err(|error| {
        Failure::new(code::START_FAILED, format!("the limit of open files cannot be read: {error}"))
            .means("nothing was started")
            .advice("see what limits this process (ulimit -n, LimitNOFILE= of systemd)")
    })
}

/// The limits of a server's doors.
///
/// # Errors
/// When the machine does not say what there is.
pub(crate) fn of_server(config: &Config) -> Result<Doors, Failure> {
    Ok(shared(config, machine()?))
}

/// The limits of a transformer that runs alone.
///
/// # Errors
/// When the machine does not say what there is.
pub(crate) fn of_transformer(section: &TransformerSection) -> Result<TransformerDoor, Failure> {
    let shares = Shares::new(machine()?, calls(section));
    let places = shares.connections(&[places(section.max_connections, WEIGHTS.2, 64 << 10)]);
    Ok(transformer(section, &shares, places[0]))
}

fn shared(config: &Config, machine: HostResources) -> Doors {
    let destinations = config.destinations.iter();
    let delivery: u64 = destinations.map(|destination| u64::from(destination.delivery.concurrency)).sum();
    let section = &config.transformer;
    let runs = section.listen.is_some();
    let shares = Shares::new(machine, delivery + CALLS_TO_COME + if runs { calls(section) } else { 0 });
    let wanted = [
        places(config.gateway.max_connections, WEIGHTS.0, config.gateway.max_header),
        places(config.admin.max_connections, WEIGHTS.1, 64 << 10),
        places(if runs { section.max_connections } else { 0 }, WEIGHTS.2, 64 << 10),
    ];
    let given = shares.connections(&wanted);
    let bytes = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
    let gateway = Limits {
        max_per_address: per_address(
            config.gateway.max_connections_per_address,
            config.gateway.behind_proxy,
            given[0],
        ),
        max_header: bytes(config.gateway.max_header),
        head: config.gateway.head_timeout,
        body: Some(config.gateway.body_timeout),
        idle: config.gateway.idle_timeout,
        drain: config.gateway.drain_timeout,
        ..Limits::new(given[0])
    };
    let admin = Limits {
        max_per_address: per_address(None, config.admin.behind_proxy, given[1]),
        ..Limits::new(given[1])
    };
    say("gateway", wanted[0], given[0]);
    say("admin", wanted[1], given[1]);
    if runs {
        say("transformer", wanted[2], given[2]);
    }
    let gateway_bodies = shares.bodies(config.gateway.max_body_memory).max(bytes(config.gateway.max_body));
    Doors { gateway, gateway_bodies, admin, transformer: transformer(section, &shares, given[2]) }
}

fn places(most: u32, weight: u64, header: u64) -> Places {
    Places { most: u64::from(most), weight, header }
}

/// The transformer's own calls: look-ups, and requests of a console.
fn calls(section: &TransformerSection) -> u64 {
    u64::from(section.concurrency)
}

/// Behind a proxy the address is the proxy's, which stands for all clients.
fn per_address(configured: Option<u32>, behind_proxy: bool, places: usize) -> usize {
    match configured {
        Some(most) => usize::try_from(most).unwrap_or(usize::MAX),
        None if behind_proxy => usize::MAX,
        None => Limits::fair_share(places),
    }
}

/// The only client of a transformer is rudder-server's machine, so there is no limit for an address.
fn transformer(section: &TransformerSection, shares: &Shares, places: usize) -> TransformerDoor {
    // A request that is passed on needs a second descriptor.
    let places = if section.upstream.is_some() { (places / 2).max(1) } else { places };
    let bodies = shares.bodies(section.max_body_memory);
    let wanted = usize::try_from(section.max_body).unwrap_or(usize::MAX);
    let max_body = wanted.min(bodies);
    if max_body < wanted {
        tracing::warn!(
            max_body,
            wanted,
            "the transformer takes no larger bodies, because this process has no memory for them; rudder-server gives up \
             what is answered 413"
        );
    }
    TransformerDoor {
        limits: Limits { max_per_address: usize::MAX, body: None, ..Limits::new(places) },
        bodies,
        max_body,
    }
}

/// It is logged at each start, because it explains later refusals.
fn say(door: &'static str, wanted: Places, places: usize) {
    if u64::try_from(places).unwrap_or(u64::MAX) < wanted.most {
        tracing::warn!(
            door,
            places,
            configured = wanted.most,
            "fewer connections than configured: the machine gives this process no more open files or memory"
        );
    }
}

#[cfg(test)]
mod tests;
