//! Why a socket is closed, and what the number tells the client to do about it.

/// A reason to close a socket, as the close frame gives it. The numbers are Centrifugo's where it has one, so that one
/// rule serves every client: see [`CloseReason::ends`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CloseReason {
    /// The client broke the WebSocket protocol (RFC 6455, 7.4.1).
    Protocol,
    /// A text that isn't UTF-8 (RFC 6455, 8.1).
    NotUtf8,
    /// A frame or message over `sockets.max_frame_bytes`.
    FrameTooBig,
    /// The server stops; come back.
    Shutdown,
    /// Something broke inside the server; come back.
    Internal,
    /// The token, or the socket's longest life, ran out: get a new token, come back.
    TokenExpired,
    /// The client didn't read as fast as its room spoke; come back and resume.
    Slow,
    /// The client was silent, and still silent after a ping.
    NoPong,
    /// Too many requests; come back later.
    TooManyRequests,
    /// No credential where one is needed.
    AuthenticationRequired,
    /// A credential that is no good.
    InvalidToken,
    /// A good credential of somebody who is gone.
    UserNotFound,
    /// A request that can't be served whoever sends it.
    BadRequest,
    /// One person has too many sockets, altogether or in this room.
    ConnectionLimit,
    /// The person may not be in this room.
    PermissionDenied,
    /// Ten errors in ten seconds.
    TooManyErrors,
    /// The person is banned from this room.
    Banned,
    /// A moderator threw this connection out.
    Kicked,
    /// The room is no more.
    RoomDeleted,
    /// The session was ended: by logout, reuse of a refresh token, a reset, "end this device".
    SessionEnded,
    /// The person was disabled or deleted.
    PersonGone,
}

impl CloseReason {
    /// Every reason there is.
    pub const ALL: [Self; 21] = [
        Self::Protocol,
        Self::NotUtf8,
        Self::FrameTooBig,
        Self::Shutdown,
        Self::Internal,
        Self::TokenExpired,
        Self::Slow,
        Self::NoPong,
        Self::TooManyRequests,
        Self::AuthenticationRequired,
        Self::InvalidToken,
        Self::UserNotFound,
        Self::BadRequest,
        Self::ConnectionLimit,
        Self::PermissionDenied,
        Self::TooManyErrors,
        Self::Banned,
        Self::Kicked,
        Self::RoomDeleted,
        Self::SessionEnded,
        Self::PersonGone,
    ];

    /// The status code of the close frame.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Protocol => 1002,
            Self::NotUtf8 => 1007,
            Self::FrameTooBig => 1009,
            Self::Shutdown => 3001,
            Self::Internal => 3004,
            Self::TokenExpired => 3005,
            Self::Slow => 3008,
            Self::NoPong => 3012,
            Self::TooManyRequests => 3013,
            Self::AuthenticationRequired | Self::InvalidToken | Self::UserNotFound => 3500,
            Self::BadRequest => 3501,
            Self::ConnectionLimit => 3504,
            Self::PermissionDenied => 3507,
            Self::TooManyErrors => 3509,
            Self::Banned => 4500,
            Self::Kicked => 4501,
            Self::RoomDeleted => 4502,
            Self::SessionEnded | Self::PersonGone => 4503,
        }
    }

    /// The reason in words, as the close frame carries it: under the 123 bytes that fit.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Protocol => "protocol error",
            Self::NotUtf8 => "not UTF-8",
            Self::FrameTooBig => "frame too big",
            Self::Shutdown => "shutdown",
            Self::Internal => "internal error",
            Self::TokenExpired => "Token expired",
            Self::Slow => "slow",
            Self::NoPong => "no pong",
            Self::TooManyRequests => "too many requests",
            Self::AuthenticationRequired => "Authentication required",
            Self::InvalidToken => "Invalid token",
            Self::UserNotFound => "User not found",
            Self::BadRequest => "bad request",
            Self::ConnectionLimit => "connection limit",
            Self::PermissionDenied => "permission denied",
            Self::TooManyErrors => "too many errors",
            Self::Banned => "banned",
            Self::Kicked => "kicked",
            Self::RoomDeleted => "room deleted",
            Self::SessionEnded => "session ended",
            Self::PersonGone => "person disabled or deleted",
        }
    }

    /// Whether the client must not come back by itself: 3500–3999, 4500–4999, 1002, 1007 and 1009. After any other it
    /// reconnects, with full jitter.
    #[must_use]
    pub const fn ends(self) -> bool {
        matches!(self.code(), 1002 | 1007 | 1009 | 3500..=3999 | 4500..=4999)
    }

    /// What a socket is told that is refused right after its upgrade, in `error`. The old front end knows the first by
    /// its words, whatever was wrong with the credential; so nobody learns from them which tokens exist.
    #[must_use]
    pub const fn refusal(self) -> &'static str {
        match self {
            Self::AuthenticationRequired
            | Self::InvalidToken
            | Self::UserNotFound
            | Self::TokenExpired
            | Self::SessionEnded
            | Self::PersonGone => "Authentication required",
            Self::PermissionDenied | Self::Banned => "Permission denied",
            other => other.reason(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_tells_whether_to_come_back() {
        for reason in CloseReason::ALL {
            let code = reason.code();
            let ends = [1002, 1007, 1009].contains(&code)
                || (3500..4000).contains(&code)
                || (4500..5000).contains(&code);
            assert_eq!(reason.ends(), ends, "{reason:?}");
            assert!((1002..=1009).contains(&code) || (3000..5000).contains(&code), "{reason:?}");
            assert!(reason.reason().len() <= 123, "{reason:?} fits a control frame");
        }
        assert!(!CloseReason::TokenExpired.ends());
        assert!(CloseReason::SessionEnded.ends());
    }

    #[test]
    fn whatever_was_wrong_with_a_credential_the_words_are_the_same() {
        let bad = [
            CloseReason::AuthenticationRequired,
            CloseReason::InvalidToken,
            CloseReason::UserNotFound,
            CloseReason::TokenExpired,
        ];
        assert!(bad.iter().all(|reason| reason.refusal() == "Authentication required"));
        assert_eq!(CloseReason::Banned.refusal(), "Permission denied");
        assert_eq!(CloseReason::ConnectionLimit.refusal(), "connection limit");
    }
}
