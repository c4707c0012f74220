//! How many connections each address has open.

use std::net::IpAddr;
use std::sync::Arc;

use dashmap::{DashMap, Entry};

use super::address::{TrustedProxy, is_trusted};
use super::throttle::network_of;

/// Keeps any one address from taking all the connections there may be. Cheap to clone.
#[derive(Clone)]
pub struct Shares {
    /// None: no limit.
    limit: Option<usize>,
    exempt: Arc<[TrustedProxy]>,
    /// Who has some open, and how many: no more entries than there are connections.
    open: Arc<DashMap<IpAddr, usize>>,
}

impl Shares {
    /// At most `limit` at once for one address (IPv6: one /64). `exempt` are those that connect for many: proxies.
    #[must_use]
    pub fn new(limit: usize, exempt: &[TrustedProxy]) -> Self {
        Self { limit: Some(limit), exempt: exempt.into(), open: Arc::default() }
    }

    /// As many as anybody likes.
    #[must_use]
    pub fn unlimited() -> Self {
        Self { limit: None, exempt: Arc::default(), open: Arc::default() }
    }

    /// A place for one connection of `peer`'s. None: it has as many as it may.
    #[must_use]
    pub fn take(&self, peer: IpAddr) -> Option<Share> {
        let Some(limit) = self.limit else { return Some(Share(None)) };
        if is_trusted(peer, &self.exempt) {
            return Some(Share(None));
        }
        let network = network_of(peer);
        match self.open.entry(network) {
            Entry::Occupied(open) if *open.get() >= limit => return None,
            Entry::Occupied(mut open) => *open.get_mut() += 1,
            Entry::Vacant(_) if limit == 0 => return None,
            Entry::Vacant(none) => drop(none.insert(1)),
        }
        Some(Share(Some((network, Arc::clone(&self.open)))))
    }
}

/// One of the connections that an address may have; dropped, it may have another.
#[must_use]
pub struct Share(Option<(IpAddr, Arc<DashMap<IpAddr, usize>>)>);

impl Drop for Share {
    fn drop(&mut self) {
        let Some((network, table)) = self.0.take() else { return };
        if let Entry::Occupied(mut open) = table.entry(network) {
            *open.get_mut() -= 1;
            if *open.get() == 0 {
                open.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(shares: &Shares, address: &str) -> Option<Share> {
        shares.take(address.parse().expect("an address"))
    }

    #[test]
    fn each_address_has_its_share_and_gets_back_what_it_gave_up() {
        let shares = Shares::new(2, &[]);
        let first = take(&shares, "192.0.2.1");
        let second = take(&shares, "::ffff:192.0.2.1");
        assert!(first.is_some() && second.is_some());
        assert!(take(&shares, "192.0.2.1").is_none());
        assert!(take(&shares, "192.0.2.2").is_some());
        drop(first);
        assert!(take(&shares, "192.0.2.1").is_some());
        drop(second);
        assert!(shares.open.is_empty(), "who has nothing open isn't remembered");
    }

    #[test]
    fn an_ipv6_network_of_64_bits_counts_as_one() {
        let shares = Shares::new(1, &[]);
        let _held = take(&shares, "2001:db8::1");
        assert!(take(&shares, "2001:db8::2").is_none());
        assert!(take(&shares, "2001:db8:0:1::1").is_some());
    }

    #[test]
    fn proxies_connect_for_many() {
        let proxies = ["10.0.0.0/8".parse().expect("a network")];
        let (few, any) = (Shares::new(1, &proxies), Shares::unlimited());
        let held = |shares, address| {
            let held: Vec<_> = (0..50).map_while(|_| take(shares, address)).collect();
            held.len()
        };
        assert_eq!(held(&few, "192.0.2.1"), 1);
        assert_eq!(held(&few, "::ffff:10.1.2.3"), 50);
        assert_eq!(held(&any, "192.0.2.1"), 50);
    }
}
