//! The client's own name for what it sends, by which a retry is known.

use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

use crate::{Entropy, Timestamp};

/// A client's id for one durable command: unique for (room, person, cid) as long as the event is kept. Any text of 1 to
/// 64 characters without U+0000 is right; time-ordered ones (`UUIDv7`) keep the index that guards them cheap.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cid(Arc<str>);

/// A text that can't be a cid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a cid has 1 to 64 characters")]
pub struct CidError;

impl Cid {
    /// The longest a cid may be, in characters.
    pub const MAX_CHARS: usize = 64;

    /// The cid `text`.
    ///
    /// # Errors
    ///
    /// When it is empty, longer than 64 characters, or holds U+0000.
    pub fn parse(text: &str) -> Result<Self, CidError> {
        let long = text.len() > Self::MAX_CHARS && text.chars().count() > Self::MAX_CHARS;
        if text.is_empty() || long || text.contains('\0') {
            return Err(CidError);
        }
        Ok(Self(text.into()))
    }

    /// A fresh `UUIDv7`, for a command that came without a cid.
    #[must_use]
    pub fn mint(now: Timestamp, entropy: &dyn Entropy) -> Self {
        let millis = u64::try_from(now.millis()).unwrap_or(0);
        let id = uuid::Builder::from_unix_timestamp_millis(millis, &entropy.bytes());
        Self(hyphenated(id.into_uuid()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn hyphenated(id: Uuid) -> Arc<str> {
    let mut buffer = Uuid::encode_buffer();
    let text: &str = id.hyphenated().encode_lower(&mut buffer);
    text.into()
}

impl fmt::Display for Cid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OsEntropy;

    #[test]
    fn minted_cids_are_ordered_by_time() {
        let early = Cid::mint(Timestamp::from_millis(1_000_000), &OsEntropy);
        let late = Cid::mint(Timestamp::from_millis(1_000_001), &OsEntropy);
        assert!(early < late);
        assert_eq!(early.as_str().len(), 36);
        assert_eq!(Uuid::try_parse(late.as_str()).map(|id| id.get_version_num()), Ok(7));
    }

    #[test]
    fn any_short_text_is_a_cid() {
        assert!(Cid::parse("42").is_ok());
        assert!(Cid::parse(&"é".repeat(64)).is_ok());
        assert_eq!(Cid::parse(&"é".repeat(65)), Err(CidError));
        assert_eq!(Cid::parse(""), Err(CidError));
        assert_eq!(Cid::parse("a\0"), Err(CidError));
    }
}
