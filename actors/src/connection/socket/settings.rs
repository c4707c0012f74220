//! What all sockets of a server have in common.

use std::time::Duration;

/// What all sockets of a server have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The longest frame, and message, that a client may send, in bytes of its payload: a longer one closes the socket
    /// (1009). 0: no limit.
    pub max_frame_bytes: usize,
    /// How long a client may be silent before it is pinged. Zero: for good.
    pub ping_after: Duration,
    /// How long it may be silent after that before the socket is closed (3012).
    pub pong_within: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_frame_bytes: 32 * 1024,
            ping_after: Duration::from_secs(25),
            pong_within: Duration::from_secs(10),
        }
    }
}
