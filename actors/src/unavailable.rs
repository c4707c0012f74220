//! An actor that can't be asked.

/// The actor isn't there, or didn't answer in time: it is being restarted, or the tree is stopping. What was asked of it
/// may or may not have happened; asking again in a moment is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unavailable")]
pub struct Unavailable;
