//! Why a token opens nothing.

use crate::revocation::Revoked;

/// Why a token opens nothing. The words are simplejwt's, whose clients test for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token of this server: malformed, signed by no key of ours, for another audience, with a header or claims
    /// that we never write.
    #[error("Token is invalid")]
    Invalid,
    /// Its time is over.
    #[error("Token is expired")]
    Expired,
    /// An access token where a refresh token belongs, or the other way round.
    #[error("Token has wrong type")]
    WrongType,
    /// Its session was ended, or its person shut out.
    #[error("Token is blacklisted")]
    Revoked(Revoked),
}

impl TokenError {
    /// The metric label.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Expired => "expired",
            Self::WrongType => "wrong_type",
            Self::Revoked(_) => "revoked",
        }
    }
}
