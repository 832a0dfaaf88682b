//! The division of the machine: descriptors and memory are divided among the doors once, when the server starts.
//!
//! * A **reserve** of descriptors belongs to no door: 256 for the journal with its readers, for files and logs, and one
//!   for each call that may be under way to InMoment, up to half of all.
//! * The rest is divided by **weight**, and the part that a door does not want goes to the others.
//! * Connections may take a quarter of the memory, each counted with a full header, and the bodies of each door at most
//!   another quarter.

use crate::host::HostResources;

/// The descriptors of the reserve, besides those for calls.
const RESERVE: u64 = 256;

/// The memory of one connection, besides its header: buffers, and the state of TLS.
const PER_CONNECTION: u64 = 48 << 10;

/// No door has fewer places: status must be had at all times.
const LEAST: u64 = 8;

/// The wishes of a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// connections at most
    pub most: u64,
    /// its weight relative to the others
    pub weight: u64,
    /// the longest header in bytes
    pub header: u64,
}

/// The division.
#[derive(Debug, Clone, Copy)]
pub struct Shares {
    machine: HostResources,
    free: u64,
}

impl Shares {
    /// The division for this machine, if this many outgoing calls may be under way.
    pub fn new(machine: HostResources, calls: u64) -> Shares {
        let reserve = RESERVE.saturating_add(calls).min(machine.descriptors / 2);
        Shares { machine, free: machine.descriptors - reserve }
    }

    /// The number of connections for each of these doors, in their order.
    pub fn connections(&self, doors: &[Places]) -> Vec<usize> {
        let weights: u64 = doors.iter().map(|door| door.weight).sum::<u64>().max(1);
        let memory = self.machine.memory / 4;
        let mut given: Vec<Option<u64>> = vec![None; doors.len()];
        let wants: Vec<u64> = doors
            .iter()
            .map(|door| {
                let share = u128::from(memory) * u128::from(door.weight) / u128::from(weights);
                let fit = u64::try_from(share).unwrap_or(u64::MAX) / (door.header + PER_CONNECTION);
                door.most.min(fit.max(LEAST))
            })
            .collect();
        let mut free = self.free;
        loop {
            let open: Vec<usize> = (0..doors.len()).filter(|nth| given[*nth].is_none()).collect();
            let weight: u64 = open.iter().map(|nth| doors[*nth].weight).sum::<u64>().max(1);
            let shares: Vec<(usize, u64)> =
                open.iter().map(|nth| (*nth, free * doors[*nth].weight / weight)).collect();
            let settled = settle(&shares, &wants);
            if settled.is_empty() {
                shares.into_iter().for_each(|(nth, share)| given[nth] = Some(share));
                break;
            }
            for (nth, places) in settled {
                given[nth] = Some(places);
                free = free.saturating_sub(places);
            }
        }
        given
            .into_iter()
            .map(|places| usize::try_from(places.unwrap_or(LEAST)).unwrap_or(usize::MAX))
            .collect()
    }

    /// The bytes for the bodies of a door that wants this many.
    pub fn bodies(&self, wanted: u64) -> usize {
        usize::try_from(wanted.min(self.machine.memory / 4)).unwrap_or(usize::MAX)
    }
}

/// The doors which do not get exactly their share, with what they get: the least that lets a door work, if some door's
/// share is smaller than that; otherwise what a door wants, if that is less than its share. The other doors share the rest.
fn settle(shares: &[(usize, u64)], wants: &[u64]) -> Vec<(usize, u64)> {
    let least = |nth: usize| wants[nth].min(LEAST);
    let poor = shares.iter().filter(|(nth, share)| *share < least(*nth));
    let poor: Vec<(usize, u64)> = poor.map(|(nth, _)| (*nth, least(*nth))).collect();
    if !poor.is_empty() {
        return poor;
    }
    let content = shares.iter().filter(|(nth, share)| wants[*nth] <= *share);
    content.map(|(nth, _)| (*nth, wants[*nth])).collect()
}

#[cfg(test)]
mod tests;
