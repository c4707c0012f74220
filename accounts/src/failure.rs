//! What can keep any flow from its end.

use store::StoreError;

/// What kept a flow from its end without anybody's mistake. Each flow's own error holds it beside what the person did
/// wrong.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The hashing pool's queue is full; nothing happened. Try again in a moment.
    #[error("the hashing queue is full")]
    Busy,
    /// The store failed. When it is [`StoreError::is_unavailable`], the outcome is unknown.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A password couldn't be hashed: no memory, or impossible parameters.
    #[error("the password can't be hashed")]
    Hashing(#[source] argon2::password_hash::Error),
    /// A token couldn't be signed.
    #[error("the token can't be signed")]
    Signing(#[source] jsonwebtoken::errors::Error),
    /// A hashing thread died.
    #[error("the hashing thread died")]
    Lost(#[source] tokio::task::JoinError),
}

impl Failure {
    /// Whether the same may work in a moment: overload, or a database that is away.
    #[must_use]
    pub const fn is_temporary(&self) -> bool {
        match self {
            Self::Busy => true,
            Self::Store(error) => error.is_unavailable(),
            Self::Hashing(_) | Self::Signing(_) | Self::Lost(_) => false,
        }
    }

    /// The metric label.
    pub(crate) const fn label(&self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Store(error) if error.is_unavailable() => "unavailable",
            Self::Store(_) | Self::Hashing(_) | Self::Signing(_) | Self::Lost(_) => "failed",
        }
    }
}
