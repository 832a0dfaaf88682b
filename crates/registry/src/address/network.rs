//! A network, as the configuration names it.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// As in `10.1.0.0/16`, `fd12::/64`, or one address alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Does this address lie in it?
    pub fn holds(self, ip: IpAddr) -> bool {
        match (self.address, ip) {
            (IpAddr::V4(own), IpAddr::V4(ip)) => {
                same(u128::from(u32::from(own)) << 96, u128::from(u32::from(ip)) << 96, self.bits)
            }
            (IpAddr::V6(own), IpAddr::V6(ip)) => same(u128::from(own), u128::from(ip), self.bits),
            _ => false,
        }
    }
}

/// Are the first bits the same?
fn same(one: u128, other: u128, bits: u8) -> bool {
    // A shift by all bits is none; then nothing is to be the same.
    u128::BITS.checked_sub(bits.into()).and_then(|rest| (one ^ other).checked_shr(rest)).unwrap_or(0) == 0
}

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Network, &'static str> {
        let refused = "this must be a network such as \"10.1.0.0/16\" or \"fd12::/64\", or one address";
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(|_| refused)?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits: u8 = bits.map_or(Ok(all), |bits| bits.trim().parse().map_err(|_| refused))?;
        if bits > all { Err(refused) } else { Ok(Network { address, bits }) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}
