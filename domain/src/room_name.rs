//! The name a room goes by in URLs.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A room's name: 1 to 64 of `A–Z a–z 0–9 _ -`. Case matters, as it did in the old system.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoomName(Arc<str>);

/// A text that can't name a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a room's name has 1 to 64 of the characters A-Z a-z 0-9 _ -")]
pub struct RoomNameError;

impl RoomName {
    /// The longest a name may be, in characters.
    pub const MAX_CHARS: usize = 64;

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RoomName {
    type Err = RoomNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=Self::MAX_CHARS).contains(&text.len());
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if fits && text.bytes().all(plain) { Ok(Self(text.into())) } else { Err(RoomNameError) }
    }
}

impl fmt::Display for RoomName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_short() {
        for good in ["lobby", "A_b-9", "42", &"x".repeat(64)] {
            assert!(good.parse::<RoomName>().is_ok(), "{good}");
        }
        for bad in ["", "a b", "a/b", "caf\u{e9}", "a.b", &"x".repeat(65)] {
            assert_eq!(bad.parse::<RoomName>(), Err(RoomNameError), "{bad}");
        }
    }
}
