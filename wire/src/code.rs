//! What can be wrong with one request on a live socket.

use serde::Serialize;

/// The `code` of an `error` frame: an answer, not a close. What a program tests for; the words beside it are for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The frame isn't one JSON object.
    InvalidJson,
    /// A binary frame: the protocol has none.
    BinaryUnsupported,
    /// A `type` this server doesn't know.
    UnknownType,
    /// One field is missing or wrong; the frame's `field` names it.
    InvalidField,
    /// A message over the room's limit.
    TooLong,
    /// Too fast, or too many requests unanswered; `retry_after` says when to go on.
    RateLimited,
    /// The permission table says no.
    Forbidden,
    /// The person is muted in this room.
    Muted,
    /// What the request speaks of doesn't exist.
    NotFound,
    /// It can't be done in the present state.
    Conflict,
    /// The outcome is unknown: send again with the same cid.
    Unavailable,
}

impl ErrorCode {
    /// Every code there is.
    pub const ALL: [Self; 11] = [
        Self::InvalidJson,
        Self::BinaryUnsupported,
        Self::UnknownType,
        Self::InvalidField,
        Self::TooLong,
        Self::RateLimited,
        Self::Forbidden,
        Self::Muted,
        Self::NotFound,
        Self::Conflict,
        Self::Unavailable,
    ];

    /// The code as the frame writes it; also a metric's label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidJson => "invalid_json",
            Self::BinaryUnsupported => "binary_unsupported",
            Self::UnknownType => "unknown_type",
            Self::InvalidField => "invalid_field",
            Self::TooLong => "too_long",
            Self::RateLimited => "rate_limited",
            Self::Forbidden => "forbidden",
            Self::Muted => "muted",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Unavailable => "unavailable",
        }
    }

    /// What is said where nothing closer is known.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::InvalidJson => "Not a JSON object",
            Self::BinaryUnsupported => "Binary frames are not supported",
            Self::UnknownType => "Unknown type",
            Self::InvalidField => "Invalid field",
            Self::TooLong => "The message is too long",
            Self::RateLimited => "Too fast",
            Self::Forbidden => "Permission denied",
            Self::Muted => "You are muted in this room",
            Self::NotFound => "Not found",
            Self::Conflict => "Not possible in the present state",
            Self::Unavailable => "Outcome unknown: send again with the same cid",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_and_the_label_spell_a_code_alike() {
        for code in ErrorCode::ALL {
            let written = serde_json::to_value(code).expect("it serializes");
            assert_eq!(written, code.as_str());
        }
    }
}
