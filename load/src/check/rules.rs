//! What the server under test promises in figures.

use std::time::Duration;

/// The figures that the rules need. The default is one process of Parlour with its own defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// How long after a sign-in's end its sockets may still get what happened after it. One process: not at all.
    pub revocation: Duration,
    /// How long a frame may take from the server to the observer: sockets' buffers, and a client that is slow to read.
    pub transit: Duration,
    /// How many events a socket may be behind and must still be recovered.
    pub replay: u64,
    /// Whether a room's epoch may change during the run, as it does when a store is restored.
    pub new_epochs: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            revocation: Duration::ZERO,
            transit: Duration::from_secs(10),
            replay: 500,
            new_epochs: false,
        }
    }
}

/// As observations count time; saturating.
pub(super) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
