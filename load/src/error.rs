//! What can go wrong with a run as a whole. What goes wrong with one socket is counted, not raised.

use std::io;
use std::net::IpAddr;

/// Why a run couldn't be made.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The URL isn't one that can be loaded.
    #[error("`{url}` is not of the form http://HOST[:PORT]")]
    Url {
        /// As it was given.
        url: String,
    },
    /// The host has no address.
    #[error("`{host}` can't be resolved")]
    Unresolved {
        /// The host of the URL.
        host: String,
        /// What the resolver says.
        source: io::Error,
    },
    /// The address isn't this machine's, and nobody said that it may be loaded.
    #[error("{address} is not a loopback address; loading it needs its owner's consent")]
    NotLoopback {
        /// Where the host leads.
        address: IpAddr,
    },
    /// The options contradict each other or leave their bounds.
    #[error("{0}")]
    Options(&'static str),
    /// There is no token to come with.
    #[error("there is no token")]
    NoTokens,
    /// A token holds characters that no token has.
    #[error("token {number} holds characters that no token has")]
    Token {
        /// Which one, counted from 1.
        number: usize,
    },
    /// Not every socket of the scenario could be opened; without them its figures would mean something else.
    #[error("{missing} of {wanted} sockets could not be opened; the first failure: {first}")]
    Sockets {
        /// How many could not.
        missing: usize,
        /// How many the scenario needs.
        wanted: usize,
        /// What went wrong first, in words.
        first: String,
    },
    /// The server's process can't be observed.
    #[error("process {pid} can't be observed")]
    Process {
        /// The process.
        pid: u32,
        /// What `/proc` says.
        source: io::Error,
    },
    /// The operating system refused something that every run needs.
    #[error("the operating system refused {what}")]
    System {
        /// What was asked for.
        what: &'static str,
        /// What it says.
        source: io::Error,
    },
    /// A task of the run ended by a defect of the load tester.
    #[error("a client crashed: {0}")]
    Crashed(#[from] tokio::task::JoinError),
}
