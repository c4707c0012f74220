//! `[server]`: where the program listens, what it is called from outside, and what it will put up with.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use actors::connections::Limit;
use rustix::process::{Resource, getrlimit};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use url::Url;

use super::address::TrustedProxy;
use super::cors::AllowedOrigin;

/// The most connections that `"auto"` comes to. An idle one costs about 10 KiB, and none is idle for long.
const MOST_BY_ITSELF: usize = 4096;

/// `[server]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The address and port to listen on. Port 0: whichever is free.
    pub listen: SocketAddr,
    /// How browsers reach this server, as they write it: `https://chat.example.org`. None: `http://` and the bound
    /// address, and on a loopback address `localhost`, `127.0.0.1` and `[::1]` at its port all count as it.
    pub public_url: Option<Url>,
    /// Where the front end stands, to which the links in letters lead. None: `public_url`.
    pub frontend_url: Option<Url>,
    /// The folder of everything that is kept: database, keys, and letters when mail goes to files.
    pub data_dir: PathBuf,
    /// Addresses and networks whose `X-Forwarded-For` and `Forwarded` headers are believed. Empty: nobody's.
    pub trusted_proxies: Vec<TrustedProxy>,
    /// Web origins besides `public_url` and `frontend_url` whose pages may call the API (CORS); `*`: any.
    pub allowed_origins: Vec<AllowedOrigin>,
    /// How many connections may speak HTTP at once; more wait to be accepted. A WebSocket stops counting once it is
    /// upgraded (`sockets.max` counts those). `"auto"`: a quarter of the limit of open files (`RLIMIT_NOFILE`), at most
    /// 4096. 0: no limit.
    pub max_connections: Limit,
    /// How many of them one address may have at once (IPv6: one /64); more are dropped as soon as they come. Those of
    /// `trusted_proxies`, who connect for many, may have any number. `"auto"`: a quarter of `max_connections`. 0: no
    /// limit.
    pub max_connections_per_address: Limit,
    /// How long a client may take to send a request's head, and how long it may keep an idle connection. 0: no limit.
    #[serde(with = "humantime_serde")]
    pub header_timeout: Duration,
    /// How long a client may take to send a request's body. 0: no limit.
    #[serde(with = "humantime_serde")]
    pub body_timeout: Duration,
    /// How long a client may go without taking a byte of an answer. 0: no limit.
    #[serde(with = "humantime_serde")]
    pub write_timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            frontend_url: None,
            data_dir: PathBuf::from("data"),
            trusted_proxies: Vec::new(),
            allowed_origins: Vec::new(),
            max_connections: Limit::Auto,
            max_connections_per_address: Limit::Auto,
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
        }
    }
}

impl Config {
    /// How many connections may speak HTTP at once, at least one.
    #[must_use]
    pub fn connections(&self) -> usize {
        let limit = match self.max_connections {
            Limit::Auto => {
                let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
                usize::try_from(files / 4).map_or(MOST_BY_ITSELF, |limit| limit.min(MOST_BY_ITSELF))
            }
            Limit::Count(0) => Semaphore::MAX_PERMITS,
            Limit::Count(count) => usize::try_from(count).unwrap_or(Semaphore::MAX_PERMITS),
        };
        limit.clamp(1, Semaphore::MAX_PERMITS)
    }

    /// How many of them one address may have at once, at least one. None: no limit.
    #[must_use]
    pub fn connections_of_address(&self) -> Option<usize> {
        match self.max_connections_per_address {
            Limit::Auto => Some((self.connections() / 4).max(1)),
            Limit::Count(0) => None,
            Limit::Count(count) => usize::try_from(count).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_have_a_quarter_of_what_there_is() {
        let share = |all, one| {
            let limits = (Limit::Count(all), one);
            let (max_connections, max_connections_per_address) = limits;
            Config { max_connections, max_connections_per_address, ..Config::default() }
                .connections_of_address()
        };
        assert_eq!(share(100, Limit::Auto), Some(25));
        assert_eq!(share(1, Limit::Auto), Some(1), "somebody must get in");
        assert_eq!(share(100, Limit::Count(7)), Some(7));
        assert_eq!(share(100, Limit::Count(0)), None);
    }
}
