//! What this server is called from outside.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use url::{Host, Url};

use super::Config;
use super::origin::WebOrigin;

/// What this server and its front end are called from outside, and the web origins that are theirs.
#[derive(Debug, Clone)]
pub struct Public {
    /// How browsers reach this server.
    pub url: Url,
    /// Where the front end stands.
    pub frontend: Url,
    /// The origins of both. On a loopback address every name of this machine counts, since people type any of them.
    pub origins: Vec<WebOrigin>,
}

impl Public {
    /// The names of a server that listens on `address`; the configuration's go first.
    #[must_use]
    pub fn of(config: &Config, address: SocketAddr) -> Option<Self> {
        let url = match &config.public_url {
            Some(url) => url.clone(),
            None => Url::parse(&format!("http://{}", reachable(address))).ok()?,
        };
        let frontend = config.frontend_url.clone().unwrap_or_else(|| url.clone());
        let mut origins: Vec<_> = [&url, &frontend].into_iter().filter_map(WebOrigin::of).collect();
        if config.public_url.is_none() && address.ip().is_loopback() {
            let own = origins.first().cloned()?;
            let names = [
                Host::Domain("localhost".to_owned()),
                Host::Ipv4(Ipv4Addr::LOCALHOST),
                Host::Ipv6(Ipv6Addr::LOCALHOST),
            ];
            origins.extend(names.map(|name| own.at(name)));
        }
        Some(Self { url, frontend, origins })
    }
}

/// The address under which `address` is reached from this machine: nobody can go to "all of them".
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        ip if ip.is_ipv4() => Ipv4Addr::LOCALHOST.into(),
        _ => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(address: &str, config: &Config) -> (String, Vec<String>) {
        let address = address.parse().expect("an address");
        let public = Public::of(config, address).expect("a URL");
        (public.url.to_string(), public.origins.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn on_loopback_every_name_of_this_machine_is_ours() {
        let (url, origins) = public("127.0.0.1:8080", &Config::default());
        assert_eq!(url, "http://127.0.0.1:8080/");
        for origin in ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"] {
            assert!(origins.iter().any(|own| own == origin), "{origin}");
        }
    }

    #[test]
    fn elsewhere_only_what_was_named() {
        let config = Config {
            public_url: Some("https://chat.example.org".parse().expect("a URL")),
            frontend_url: Some("https://app.example.org/chat".parse().expect("a URL")),
            ..Config::default()
        };
        let (_, origins) = public("127.0.0.1:8080", &config);
        assert_eq!(origins, ["https://chat.example.org", "https://app.example.org"]);
        let (url, origins) = public("0.0.0.0:8080", &Config::default());
        assert_eq!(url, "http://127.0.0.1:8080/");
        assert_eq!(origins, ["http://127.0.0.1:8080", "http://127.0.0.1:8080"]);
    }
}
