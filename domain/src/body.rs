//! The text of a message.

/// What a person said: trimmed, not blank, without U+0000 (Postgres can't hold it), within the room's limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body(String);

/// Why a text can't be a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Nothing but white space.
    #[error("a message can't be blank")]
    Blank,
    /// More than `max` characters after trimming.
    #[error("a message can't be longer than {max} characters")]
    TooLong {
        /// `rooms.max_message_chars`.
        max: usize,
    },
    /// It holds U+0000.
    #[error("a message can't contain U+0000")]
    Nul,
}

impl Body {
    /// The message `text`, trimmed; at most `max_chars` Unicode scalar values (0: no limit).
    ///
    /// # Errors
    ///
    /// When it is blank, too long, or holds U+0000.
    pub fn parse(text: &str, max_chars: usize) -> Result<Self, BodyError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BodyError::Blank);
        }
        if text.contains('\0') {
            return Err(BodyError::Nul);
        }
        // A text has at most as many characters as bytes: most are settled without counting.
        if max_chars != 0 && text.len() > max_chars && text.chars().count() > max_chars {
            return Err(BodyError::TooLong { max: max_chars });
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, given up.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_trimmed_and_counted_in_characters() {
        assert_eq!(Body::parse("  hi \n", 2).map(Body::into_string), Ok("hi".into()));
        assert_eq!(Body::parse("\u{1f44d}\u{1f44d}", 2).map(|b| b.as_str().len()), Ok(8));
        assert_eq!(Body::parse("abc", 2), Err(BodyError::TooLong { max: 2 }));
        assert!(Body::parse(&"a".repeat(100_000), 0).is_ok());
    }

    #[test]
    fn blank_and_nul_are_refused() {
        assert_eq!(Body::parse(" \u{2003}\t", 10), Err(BodyError::Blank));
        assert_eq!(Body::parse("a\0b", 10), Err(BodyError::Nul));
    }
}
