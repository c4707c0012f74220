//! What `MailerActor` is told.

use std::time::Duration;

/// What `MailerActor` is told.
pub(crate) enum MailerMessage {
    /// Letters may be due.
    Wake,
    /// Everything that was due has been tried. More will be due after so long; none: nothing waits.
    Delivered(Option<Duration>),
    /// Panic.
    #[cfg(feature = "testing")]
    Crash,
}
