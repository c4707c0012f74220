//! What `SweeperActor` is told.

use super::Kind;

/// What `SweeperActor` is told.
pub(crate) enum SweeperMessage {
    /// Sweep a slice of this.
    Sweep(Kind),
    /// Panic.
    #[cfg(feature = "testing")]
    Crash,
}
