//! Whom a run talks to.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs};

use http::Uri;

use crate::LoadError;

/// How many sockets one source address may have before the next is taken: the kernel gives each address some 28,000
/// ports (`net.ipv4.ip_local_port_range`), of which those of sockets that have just been closed count for a minute.
const SOCKETS_PER_SOURCE: usize = 20_000;

/// The server, and the addresses of this machine from which it is approached.
#[derive(Debug, Clone)]
pub struct Target {
    address: SocketAddr,
    /// As the `Host` header says it.
    authority: String,
    sources: u8,
}

impl Target {
    /// The server at `url`, which is of the form `http://HOST[:PORT]`: a proxy speaks TLS, so nobody loads it through
    /// one by mistake. Resolved once, so that every socket goes to the same place.
    ///
    /// # Errors
    ///
    /// When the URL is of another form, or its host unknown, or it isn't this machine and there is no `consent` of
    /// whoever runs it.
    pub fn resolve(url: &str, consent: bool) -> Result<Self, LoadError> {
        let bad = || LoadError::Url { url: url.to_owned() };
        let uri: Uri = url.parse().map_err(|_| bad())?;
        let authority = uri.authority().ok_or_else(bad)?;
        let whole = uri.path() == "/" && uri.query().is_none() && !authority.as_str().contains('@');
        if uri.scheme_str() != Some("http") || !whole {
            return Err(bad());
        }
        let host = authority.host().trim_matches(['[', ']']);
        let port = authority.port_u16().unwrap_or(80);
        let unresolved = |source| LoadError::Unresolved { host: host.to_owned(), source };
        let mut addresses = (host, port).to_socket_addrs().map_err(unresolved)?;
        let none = || unresolved(std::io::ErrorKind::NotFound.into());
        let address = addresses.next().ok_or_else(none)?;
        if !address.ip().is_loopback() && !consent {
            return Err(LoadError::NotLoopback { address: address.ip() });
        }
        Ok(Self { address, authority: authority.to_string(), sources: 1 })
    }

    /// The same, approached from as many addresses of 127.0.0.0/8 as `sockets` at once need, at least `least`. Elsewhere
    /// than on 127.0.0.0/8 the kernel's choice is the only one.
    #[must_use]
    pub fn for_sockets(self, sockets: usize, least: u8) -> Self {
        let needed = u8::try_from(sockets.div_ceil(SOCKETS_PER_SOURCE)).unwrap_or(u8::MAX);
        Self { sources: needed.max(least).clamp(1, 200), ..self }
    }

    /// Where the server is.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// As the `Host` header says it.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The address from which socket `number` comes. None: whichever the kernel takes.
    #[must_use]
    pub fn source(&self, number: usize) -> Option<SocketAddr> {
        let IpAddr::V4(to) = self.address.ip() else { return None };
        if self.sources < 2 || !to.is_loopback() {
            return None;
        }
        // 127.0.0.1 is left to whoever else asks the server something meanwhile.
        let last = 2 + u8::try_from(number % usize::from(self.sources)).ok()?;
        Some((Ipv4Addr::new(127, 0, 0, last), 0).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_host_and_nothing_else() {
        let target = Target::resolve("http://127.0.0.1:8080", false).unwrap();
        assert_eq!(target.address().to_string(), "127.0.0.1:8080");
        assert_eq!(target.authority(), "127.0.0.1:8080");
        assert_eq!(Target::resolve("http://[::1]/", false).unwrap().address().port(), 80);
        for bad in ["127.0.0.1:8080", "https://127.0.0.1", "http://a@127.0.0.1", "http://[::1]/x"] {
            assert!(matches!(Target::resolve(bad, true), Err(LoadError::Url { .. })), "{bad}");
        }
    }

    #[test]
    fn another_machine_is_loaded_with_consent_alone() {
        let refused = Target::resolve("http://192.0.2.1:8080", false);
        assert!(matches!(refused, Err(LoadError::NotLoopback { .. })), "{refused:?}");
        assert!(Target::resolve("http://192.0.2.1:8080", true).is_ok());
    }

    #[test]
    fn more_sockets_than_one_address_has_ports_come_from_several() {
        let target = Target::resolve("http://127.0.0.1:8080", false).unwrap();
        assert_eq!(target.clone().for_sockets(1_000, 1).source(7), None);
        let many = target.clone().for_sockets(50_000, 1);
        let sources: Vec<_> = (0..4).filter_map(|n| many.source(n)).map(|a| a.ip()).collect();
        assert_eq!(
            sources,
            ["127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.2"]
                .map(|a| a.parse::<IpAddr>().unwrap())
        );
        assert!(target.for_sockets(10, 8).source(0).is_some());
        let elsewhere = Target::resolve("http://192.0.2.1", true).unwrap().for_sockets(50_000, 1);
        assert_eq!(elsewhere.source(0), None);
    }
}
