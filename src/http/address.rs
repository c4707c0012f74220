//! Whom a request came from, when proxies stand in between.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use http::HeaderMap;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// An address or network whose forwarding headers are believed: `10.0.0.0/8`, or `::1` for one address alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TrustedProxy(IpNet);

/// A text that is neither an address nor a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither an address nor a network like 10.0.0.0/8")]
pub struct TrustedProxyError(String);

impl FromStr for TrustedProxy {
    type Err = TrustedProxyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network.map(Self).map_err(|_| TrustedProxyError(text.to_owned()))
    }
}

impl TryFrom<String> for TrustedProxy {
    type Error = TrustedProxyError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TrustedProxy> for String {
    fn from(proxy: TrustedProxy) -> Self {
        proxy.to_string()
    }
}

impl fmt::Display for TrustedProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whether `peer` is one of the `trusted` proxies.
#[must_use]
pub fn is_trusted(peer: IpAddr, trusted: &[TrustedProxy]) -> bool {
    let peer = peer.to_canonical();
    trusted.iter().any(|proxy| proxy.0.contains(&peer))
}

/// Where a request came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    /// The client's address: the right-most hop that is no trusted proxy.
    pub address: IpAddr,
    /// Whether a forwarding header came from a peer that isn't trusted, and was ignored.
    pub forged: bool,
}

/// Headers by which a proxy says whom it speaks for.
const FORWARDING: [&str; 5] =
    ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];

/// Whether the request has passed a proxy, or says so.
#[must_use]
pub fn is_forwarded(headers: &HeaderMap) -> bool {
    FORWARDING.iter().any(|name| headers.contains_key(*name))
}

/// The client behind `peer`, whose hops are read from the right only as far as `trusted` reaches: what stands further
/// left was written by somebody nobody vouches for.
#[must_use]
pub fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[TrustedProxy]) -> Client {
    let peer = peer.to_canonical();
    if !is_trusted(peer, trusted) {
        return Client { address: peer, forged: is_forwarded(headers) };
    }
    let mut address = peer;
    for hop in hops(headers).iter().rev() {
        // A hop that can't be read is where the trusted part of the list ends.
        let Some(hop) = hop else { break };
        address = *hop;
        if !is_trusted(*hop, trusted) {
            break;
        }
    }
    Client { address, forged: false }
}

/// The hops that the proxies noted, left to right. `X-Forwarded-For` has precedence: it is what every proxy writes,
/// and one that writes it may well pass on a client's own `Forwarded`.
fn hops(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let listed = |name| {
        let lines = headers.get_all(name).into_iter();
        lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b',')).map(str::from_utf8)
    };
    if headers.contains_key("x-forwarded-for") {
        return listed("x-forwarded-for").map(|hop| node(hop.ok()?)).collect();
    }
    listed("forwarded").map(|element| node(forwarded_for(element.ok()?)?)).collect()
}

/// The `for=` of one element of a `Forwarded` header (RFC 7239, 4).
fn forwarded_for(element: &str) -> Option<&str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.eq_ignore_ascii_case("for").then(|| value.trim_matches('"'))
    })
}

/// The address in `203.0.113.9`, `203.0.113.9:4711`, `2001:db8::1` or `[2001:db8::1]:4711`.
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bracketed = || text.strip_prefix('[')?.split_once(']').map(|(address, _)| address);
    let with_port = || text.rsplit_once(':').map(|(address, _)| address);
    let plain = text.parse::<IpAddr>().ok();
    plain
        .or_else(|| bracketed()?.parse().ok())
        .or_else(|| with_port()?.parse().ok())
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn trusting(proxies: &[&str]) -> Vec<TrustedProxy> {
        proxies.iter().map(|text| text.parse().expect("a proxy")).collect()
    }

    fn seen(
        peer: &str,
        headers: &[(&'static str, &'static str)],
        trusted: &[&str],
    ) -> (String, bool) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        let client = client(peer.parse().expect("an address"), &map, &trusting(trusted));
        (client.address.to_string(), client.forged)
    }

    #[test]
    fn the_right_most_hop_that_nobody_vouches_for_is_the_client() {
        let header = [("x-forwarded-for", "6.6.6.6, 203.0.113.9, 10.0.0.2")];
        assert_eq!(seen("10.0.0.1", &header, &["10.0.0.0/8"]), ("203.0.113.9".into(), false));
        let lines = [("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "203.0.113.9:99")];
        assert_eq!(seen("10.0.0.1", &lines, &["10.0.0.1"]), ("203.0.113.9".into(), false));
        assert_eq!(seen("10.0.0.1", &[], &["10.0.0.1"]), ("10.0.0.1".into(), false));
        let all_trusted = [("x-forwarded-for", "10.0.0.3, 10.0.0.2")];
        assert_eq!(seen("10.0.0.1", &all_trusted, &["10.0.0.0/8"]), ("10.0.0.3".into(), false));
    }

    #[test]
    fn a_stranger_s_forwarding_header_is_ignored_and_noticed() {
        for name in FORWARDING {
            let header = [(name, "203.0.113.9")];
            assert_eq!(
                seen("198.51.100.7", &header, &["10.0.0.0/8"]),
                ("198.51.100.7".into(), true)
            );
        }
        assert_eq!(seen("198.51.100.7", &[], &[]), ("198.51.100.7".into(), false));
    }

    #[test]
    fn what_stands_left_of_an_unreadable_hop_is_not_believed() {
        let header = [("x-forwarded-for", "6.6.6.6, unknown, 10.0.0.2")];
        assert_eq!(seen("10.0.0.1", &header, &["10.0.0.0/8"]), ("10.0.0.2".into(), false));
    }

    #[test]
    fn the_standard_header_is_read_too() {
        let header = [("forwarded", "for=6.6.6.6, for=\"[2001:db8::1]:4711\";proto=https")];
        assert_eq!(seen("::1", &header, &["::1"]), ("2001:db8::1".into(), false));
    }

    #[test]
    fn an_ipv4_address_in_ipv6_clothes_is_the_ipv4_address() {
        let header = [("x-forwarded-for", "203.0.113.9")];
        assert_eq!(seen("::ffff:10.0.0.1", &header, &["10.0.0.1"]), ("203.0.113.9".into(), false));
    }
}
