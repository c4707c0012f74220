//! The settings of rooms.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use store::Retention;

/// `[rooms]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The longest a message may be, in characters (Unicode scalar values) after trimming. 0: no limit but
    /// `sockets.max_frame_bytes`.
    pub max_message_chars: u32,
    /// Whether entering a room that doesn't exist makes it, open to every account.
    pub create_on_join: bool,
    /// How many rooms one person may make in an hour by entering them. 0: no limit.
    pub creations_per_hour: u32,
    /// How long a room keeps what happened in it, unless it has a rule of its own. 0: for ever.
    #[serde(with = "humantime_serde")]
    pub retention_age: Duration,
    /// How many events a room keeps, unless it has a rule of its own. 0: all.
    pub retention_count: u64,
}

impl Config {
    /// How long rooms keep what happened in them that have no rule of their own.
    pub(crate) fn retention(&self) -> Retention {
        Retention { age: Some(self.retention_age), count: Some(self.retention_count) }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_message_chars: 4096,
            create_on_join: true,
            creations_per_hour: 20,
            retention_age: Duration::ZERO,
            retention_count: 0,
        }
    }
}
