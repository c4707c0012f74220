//! The settings of sockets.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::connections::Limit;

/// `[sockets]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Origins whose pages may open sockets, by the rules of Django Channels: a bare host (any scheme and port), with a
    /// leading dot its subdomains too, with a scheme scheme and port as well, `*` any. None: those of `public_url` and
    /// `frontend_url`. Empty: no page's; programs, which send no Origin, still pass.
    pub allowed_origins: Option<Vec<String>>,
    /// The most sockets at once. `"auto"`: what the limit of open files (`RLIMIT_NOFILE`) leaves after
    /// `server.max_connections` (counted as half of it at most) and a reserve. 0: no limit.
    pub max: Limit,
    /// The most sockets at once of one person. 0: no limit.
    pub max_per_user: u32,
    /// The most sockets at once of one person in one room. 0: no limit.
    pub max_per_user_and_room: u32,
    /// The longest frame a client may send, in bytes of its payload; a longer one closes the socket (1009). 0: no limit.
    pub max_frame_bytes: u32,
    /// How many messages (and requests for history) a second a socket may send for long. 0: no limit.
    pub messages_per_second: u32,
    /// How many of them it may send at once after having been silent. 0: as many as `messages_per_second`.
    pub burst: u32,
    /// How many requests of a socket may be unanswered at once. 0: no limit.
    pub in_flight: u32,
    /// How many bytes may wait to be sent to a socket before it counts as slow and is closed (3008). 0: no limit.
    pub outbound_bytes: u32,
    /// The longest a socket may live (then 3005). 0: as long as its session.
    #[serde(with = "humantime_serde")]
    pub max_age: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            allowed_origins: None,
            max: Limit::Auto,
            max_per_user: 32,
            max_per_user_and_room: 8,
            max_frame_bytes: 32 * 1024,
            messages_per_second: 20,
            burst: 40,
            in_flight: 32,
            outbound_bytes: 1024 * 1024,
            max_age: Duration::from_hours(24),
        }
    }
}
