//! The settings of rooms.

use serde::{Deserialize, Serialize};

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
}

impl Default for Config {
    fn default() -> Self {
        Self { max_message_chars: 4096, create_on_join: true, creations_per_hour: 20 }
    }
}
