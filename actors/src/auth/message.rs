//! What `AuthActor` is told.

use domain::Seq;

/// What `AuthActor` is told.
pub(crate) enum AuthMessage {
    /// This process has appended to the system room, up to here.
    Appended(Seq),
    /// It is time to look whether another process has.
    Poll,
    /// Panic.
    #[cfg(feature = "testing")]
    Crash,
}
