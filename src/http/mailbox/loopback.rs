//! What counts as this very machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::Host;

/// Whether `address` is one of this machine's own.
pub fn is_address(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// Whether `host` names this machine and can't be made to name another: `localhost` and what is below it (RFC 6761, 6.3),
/// or a loopback address.
pub fn is_host(host: &Host) -> bool {
    match host {
        Host::Domain(name) => is_localhost(name),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => is_address(IpAddr::V6(*address)),
    }
}

/// Whether a Host header (`host`, `host:port`, `[v6]:port`) names this machine. A page elsewhere that points a name of its
/// own here (DNS rebinding) sends that name.
pub fn is_host_header(header: &str) -> bool {
    let host = match header.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => header,
    };
    let bracketed = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if let Some(address) = bracketed {
        return address.parse::<Ipv6Addr>().is_ok_and(|address| is_address(address.into()));
    }
    host.parse::<Ipv4Addr>().map_or_else(|_| is_localhost(host), |address| address.is_loopback())
}

fn is_localhost(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_hosts_are_this_machine() {
        for own in [
            "localhost",
            "LOCALHOST:8080",
            "chat.localhost",
            "127.0.0.1:8080",
            "127.9.9.9",
            "[::1]:8080",
            "[::1]",
        ] {
            assert!(is_host_header(own), "{own}");
        }
        let others = [
            "",
            "example.org",
            "localhost.example.org:8080",
            "127.0.0.1.example.org",
            "192.0.2.1:8080",
            "[2001:db8::1]:8080",
            "0.0.0.0:8080",
            "localhost:80@example.org",
            "notlocalhost",
            "::1",
        ];
        for other in others {
            assert!(!is_host_header(other), "{other}");
        }
    }
}
