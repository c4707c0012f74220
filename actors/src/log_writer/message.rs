//! What `LogWriter` is told.

use super::Submission;

/// What `LogWriter` is told.
#[expect(clippy::large_enum_variant, reason = "the library boxes each message whole")]
pub(crate) enum LogMessage {
    /// Queue a command.
    Submit(Submission),
    /// Commit what is queued.
    Commit,
    /// The last batch is through.
    Done,
    /// Look whether a command has waited too long.
    Tick,
    /// Panic.
    #[cfg(feature = "testing")]
    Crash,
}
