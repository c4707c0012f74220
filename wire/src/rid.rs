//! The client's name for one request.

use serde::{Serialize, Serializer};
use serde_json::Number;

/// A request's id: a number or a short text, which comes back in the answer. It means nothing to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rid {
    /// A number. Past 64-bit integers it is a double, as it is in every browser.
    Number(Number),
    /// A text of at most [`Rid::MAX_CHARS`] characters.
    Text(Box<str>),
}

impl Rid {
    /// The longest a text may be, in characters; what a `cid` may be too.
    pub const MAX_CHARS: usize = 64;

    /// The rid `text`, unless it is too long.
    #[must_use]
    pub fn text(text: &str) -> Option<Self> {
        let short = text.len() <= Self::MAX_CHARS || text.chars().count() <= Self::MAX_CHARS;
        short.then(|| Self::Text(text.into()))
    }
}

impl From<u64> for Rid {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

impl Serialize for Rid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rid_is_written_as_it_came() {
        let written = |rid: &Rid| serde_json::to_string(rid).expect("it serializes");
        assert_eq!(written(&Rid::from(7)), "7");
        assert_eq!(Rid::text("a\"b").as_ref().map(written).as_deref(), Some(r#""a\"b""#));
        assert_eq!(Rid::text(&"é".repeat(65)), None);
    }
}
