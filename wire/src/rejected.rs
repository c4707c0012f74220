//! A request that isn't done, and what its sender is told.

use std::borrow::Cow;
use std::time::Duration;

use domain::{BodyError, Cid};

use crate::{ErrorCode, Rid};

/// Why a request isn't done: everything its `error` frame says.
#[derive(Debug, Clone, PartialEq)]
pub struct Rejected {
    /// What is wrong.
    pub code: ErrorCode,
    /// The field that is wrong.
    pub field: Option<&'static str>,
    /// What is wrong, in words.
    pub words: Cow<'static, str>,
    /// When to try again.
    pub retry_after: Option<Duration>,
    /// The request's rid, where one could be read.
    pub rid: Option<Rid>,
    /// The request's cid, where one could be read.
    pub cid: Option<Cid>,
}

impl Rejected {
    /// A rejection of an unnamed request, in the code's own words.
    #[must_use]
    pub const fn new(code: ErrorCode) -> Self {
        let words = Cow::Borrowed(code.words());
        Self { code, field: None, words, retry_after: None, rid: None, cid: None }
    }

    /// A rejection for the reason of one field.
    #[must_use]
    pub fn of_field(field: &'static str, words: impl Into<Cow<'static, str>>) -> Self {
        let words = words.into();
        Self { field: Some(field), words, ..Self::new(ErrorCode::InvalidField) }
    }

    /// A rejection of a text that can't be a message.
    #[must_use]
    pub fn of_body(error: BodyError) -> Self {
        let code = match error {
            BodyError::TooLong { .. } => ErrorCode::TooLong,
            BodyError::Blank | BodyError::Nul => ErrorCode::InvalidField,
        };
        let mut words = error.to_string();
        if let Some(first) = words.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Self { code, ..Self::of_field("message", words) }
    }

    /// The same, to be tried again after `wait`.
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..self }
    }

    /// The same, of the request with these names.
    #[must_use]
    pub fn of_request(self, rid: Option<Rid>, cid: Option<Cid>) -> Self {
        Self { rid, cid, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_body_is_said_in_words() {
        let long = Rejected::of_body(BodyError::TooLong { max: 4096 });
        assert_eq!(long.code, ErrorCode::TooLong);
        assert_eq!(long.words, "A message can't be longer than 4096 characters");
        assert_eq!(Rejected::of_body(BodyError::Blank).code, ErrorCode::InvalidField);
        assert_eq!(Rejected::of_body(BodyError::Nul).field, Some("message"));
    }
}
