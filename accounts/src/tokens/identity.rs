//! Whose token it was.

use domain::{SessionId, Timestamp, UserId};

/// What a checked access token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Whose it is. Whether they still exist and may act is the people's table's to say.
    pub user: UserId,
    /// The sign-in it belongs to; none for one made by `parlour token mint`.
    pub session: Option<SessionId>,
    /// When it was made, to the second.
    pub issued_at: Timestamp,
    /// When it stops counting.
    pub expires_at: Timestamp,
}
