//! `[throttle]`: how often one address may knock.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};

/// How many addresses are remembered. The one that has been quiet the longest is forgotten first; forgetting is no more
/// than a fresh start, and whoever has more addresses than this isn't stopped by counting them one by one.
const ADDRESSES: usize = 65_536;

/// `[throttle]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Whether anything is throttled at all. Off for load tests only.
    pub enabled: bool,
    /// How many WebSocket upgrades a second one address may ask for in the long run (IPv6: one /64). 0: no limit.
    pub upgrades_per_second: u32,
    /// How many upgrades one address may ask for at once before `upgrades_per_second` holds. 0: as many as in a second.
    pub upgrades_burst: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { enabled: true, upgrades_per_second: 200, upgrades_burst: 1000 }
    }
}

/// Counts what each address does, in a table of bounded size.
pub struct AddressThrottle {
    /// None: no limit.
    quota: Option<Quota>,
    addresses: Cache<IpAddr, Arc<DefaultDirectRateLimiter>>,
    clock: DefaultClock,
}

impl AddressThrottle {
    /// The throttle of WebSocket upgrades.
    #[must_use]
    pub fn of_upgrades(config: &Config) -> Self {
        let rate = NonZeroU32::new(config.upgrades_per_second).filter(|_| config.enabled);
        let quota = rate.map(|rate| {
            let burst = NonZeroU32::new(config.upgrades_burst).unwrap_or(rate);
            Quota::per_second(rate).allow_burst(burst)
        });
        Self { quota, addresses: Cache::new(ADDRESSES), clock: DefaultClock::default() }
    }

    /// Counts one more from `address`.
    ///
    /// # Errors
    ///
    /// How long to wait, when it was one too many.
    pub fn check(&self, address: IpAddr) -> Result<(), Duration> {
        let Some(quota) = self.quota else { return Ok(()) };
        let key = network_of(address);
        let limiter = self.addresses.get(&key).unwrap_or_else(|| {
            let fresh = Arc::new(RateLimiter::direct(quota));
            self.addresses.insert(key, Arc::clone(&fresh));
            fresh
        });
        limiter.check().map_err(|not_until| not_until.wait_time_from(self.clock.now()))
    }
}

/// What one client is taken to have: an IPv4 address, or an IPv6 network of 64 bits (RFC 6177: the least that a site is
/// given).
pub(super) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn throttle(enabled: bool, rate: u32, burst: u32) -> AddressThrottle {
        let config = Config { enabled, upgrades_per_second: rate, upgrades_burst: burst };
        AddressThrottle::of_upgrades(&config)
    }

    fn passed(throttle: &AddressThrottle, addresses: &[&str]) -> usize {
        let addresses = addresses.iter().map(|text| text.parse().expect("an address"));
        addresses.filter(|address| throttle.check(*address).is_ok()).count()
    }

    #[test]
    fn each_address_has_a_burst_of_its_own() {
        let throttle = throttle(true, 1, 3);
        assert_eq!(passed(&throttle, &["192.0.2.1"; 5]), 3);
        assert_eq!(passed(&throttle, &["192.0.2.2"; 5]), 3);
        let wait = throttle.check("192.0.2.1".parse().expect("an address"));
        assert!(wait.is_err_and(|wait| wait <= Duration::from_secs(1)));
    }

    #[test]
    fn an_ipv6_network_of_64_bits_counts_as_one() {
        let throttle = throttle(true, 1, 2);
        assert_eq!(passed(&throttle, &["2001:db8::1", "2001:db8::2", "2001:db8::3"]), 2);
        assert_eq!(passed(&throttle, &["2001:db8:0:1::1"]), 1);
        assert_eq!(passed(&throttle, &["::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1"]), 2);
    }

    #[test]
    fn off_and_zero_mean_no_limit() {
        assert_eq!(passed(&throttle(false, 1, 1), &["192.0.2.1"; 50]), 50);
        assert_eq!(passed(&throttle(true, 0, 1), &["192.0.2.1"; 50]), 50);
    }

    #[test]
    fn the_table_is_bounded() {
        let throttle = throttle(true, 1, 1);
        for number in 0..2 * u32::try_from(ADDRESSES).expect("a small number") {
            let _ = throttle.check(IpAddr::V4(number.into()));
        }
        assert!(throttle.addresses.len() <= ADDRESSES);
    }
}
