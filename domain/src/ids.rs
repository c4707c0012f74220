//! Identifiers. Each is a type of its own, so that a room's key can't be taken for a person's.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Entropy;

/// A person: a positive integer below 2^53, so that JavaScript's numbers hold it exactly. Drawn at random, so that
/// it tells nothing about how many people there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct UserId(i64);

impl UserId {
    /// One past the largest id: 2^53.
    pub const END: i64 = 1 << 53;

    /// The id `value`, if it is in range (1 ≤ value < 2^53).
    #[must_use]
    pub const fn new(value: i64) -> Option<Self> {
        if value >= 1 && value < Self::END { Some(Self(value)) } else { None }
    }

    /// A fresh id. Whoever stores it is the judge of whether it is taken; with 2^53 values that is a retry in theory.
    #[must_use]
    pub fn random(entropy: &dyn Entropy) -> Self {
        loop {
            let bits = u64::from_le_bytes(entropy.bytes()) >> 11;
            if let Some(id) = i64::try_from(bits).ok().and_then(Self::new) {
                return id;
            }
        }
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for UserId {
    type Error = &'static str;

    fn try_from(value: i64) -> Result<Self, Self::Error> {
        Self::new(value).ok_or("a user id is a positive integer below 2^53")
    }
}

impl From<UserId> for i64 {
    fn from(id: UserId) -> Self {
        id.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for UserId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "a user id is a positive integer below 2^53";
        text.parse().ok().and_then(Self::new).ok_or(wrong)
    }
}

/// One sign-in: all its access tokens, refresh generations and sockets. 128 random bits, written as 32 hex digits;
/// opaque to clients. It identifies, it doesn't authenticate: knowing one opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(Uuid);

/// A text that is no session id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a session id")]
pub struct SessionIdError;

impl SessionId {
    /// A fresh session id.
    #[must_use]
    pub fn random(entropy: &dyn Entropy) -> Self {
        Self(Uuid::from_bytes(entropy.bytes()))
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

impl FromStr for SessionId {
    type Err = SessionIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 32 {
            return Err(SessionIdError);
        }
        Uuid::try_parse(text).map(Self).map_err(|_| SessionIdError)
    }
}

/// A room's key in the store. Never shown to clients, who know rooms by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoomId(i64);

impl RoomId {
    /// The room whose log says who was signed out, disabled or deleted. It has no name, and no client can enter it.
    pub const SYSTEM: Self = Self(1);

    /// The key `value`, as the store gave it.
    #[must_use]
    pub const fn new(value: i64) -> Self {
        Self(value)
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// An event's place in its room's log: contiguous from 1, the same for everyone. Zero stands before the first event,
/// so an empty room's head is `Seq::ZERO`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seq(u64);

impl Seq {
    /// Before the first event.
    pub const ZERO: Self = Self(0);

    /// The place `value`.
    #[must_use]
    pub const fn new(value: u64) -> Self {
        Self(value)
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The place after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// As the database holds it: a signed 64-bit integer. Places past its range don't occur; they saturate.
    #[must_use]
    pub fn as_i64(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }

    /// From the database's signed integer; a negative one is read as zero.
    #[must_use]
    pub fn from_i64(value: i64) -> Self {
        Self(u64::try_from(value).unwrap_or(0))
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One socket, for as long as the process lives. Clients see it as `hello.conn`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(u64);

impl ConnectionId {
    /// The connection numbered `value`; whoever numbers them counts up.
    #[must_use]
    pub const fn new(value: u64) -> Self {
        Self(value)
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "c{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OsEntropy;

    #[test]
    fn a_user_id_fits_a_javascript_number() {
        assert_eq!(UserId::new(0), None);
        assert_eq!(UserId::new(-1), None);
        assert_eq!(UserId::new(1 << 53), None);
        assert_eq!(UserId::new((1 << 53) - 1).map(UserId::get), Some((1 << 53) - 1));
        for _ in 0..100 {
            assert!(UserId::new(UserId::random(&OsEntropy).get()).is_some());
        }
    }

    #[test]
    fn a_session_id_reads_back_what_it_writes_and_nothing_else() {
        let id = SessionId::random(&OsEntropy);
        assert_eq!(id.to_string().parse(), Ok(id));
        let hyphenated = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        assert_eq!(hyphenated.parse::<SessionId>(), Err(SessionIdError));
        assert_eq!("".parse::<SessionId>(), Err(SessionIdError));
    }
}
