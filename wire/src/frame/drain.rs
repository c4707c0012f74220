//! The server's announcement that it stops.

use std::time::Duration;

use serde::{Serialize, Serializer};

/// The server stops: this socket will be closed 3001 soon. Whoever comes back picks a moment within the window, so that
/// not all come at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "drain")]
pub struct Drain {
    /// How long to wait after the close before coming back, from and to; written in milliseconds.
    #[serde(serialize_with = "as_millis")]
    pub retry: (Duration, Duration),
}

fn as_millis<S: Serializer>(
    (from, to): &(Duration, Duration),
    serializer: S,
) -> Result<S::Ok, S::Error> {
    [from, to].map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)).serialize(serializer)
}
