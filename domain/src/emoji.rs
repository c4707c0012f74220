//! What a person reacts to a message with.

use std::fmt;

/// An emoji, or a short name for one: 1 to 64 bytes (the longest emoji sequences of Unicode 16 take 35) without
/// whitespace or control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Emoji(Box<str>);

/// A text that can't be an emoji.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an emoji has 1 to 64 bytes, none of them blank")]
pub struct EmojiError;

impl Emoji {
    /// The longest an emoji may be, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 64;

    /// The emoji `text`.
    ///
    /// # Errors
    ///
    /// When it is empty, longer than 64 bytes, or holds whitespace or a control character.
    pub fn parse(text: &str) -> Result<Self, EmojiError> {
        let blank = |c: char| c.is_whitespace() || c.is_control();
        if text.is_empty() || text.len() > Self::MAX_BYTES || text.contains(blank) {
            return Err(EmojiError);
        }
        Ok(Self(text.into()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Emoji {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_are_short_and_not_blank() {
        for good in ["👍", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩🏽‍❤️‍💋‍👨🏿", "+1", ":tada:", &"a".repeat(64)]
        {
            assert_eq!(Emoji::parse(good).map(|emoji| emoji.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", " ", "a b", "a\n", "\0", "\u{2003}", &"a".repeat(65)] {
            assert_eq!(Emoji::parse(bad), Err(EmojiError), "{bad:?}");
        }
    }
}
