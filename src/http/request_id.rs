//! The name of one request, by which a person, a proxy and the log speak of the same thing.

use std::fmt;

use domain::Entropy;
use http::{HeaderMap, HeaderName, HeaderValue};

/// The header that carries it, both ways.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest name that is taken over from the caller, in bytes.
const MAX_BYTES: usize = 64;

/// The name of one request: the caller's, or 32 random hex digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The caller's name for it when there is one of 1 to 64 letters, digits and `. _ -`; else a fresh one.
    #[must_use]
    pub fn of(headers: &HeaderMap, entropy: &dyn Entropy) -> Self {
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
        let well_formed = |value: &&HeaderValue| {
            (1..=MAX_BYTES).contains(&value.len()) && value.as_bytes().iter().all(plain)
        };
        let given = headers.get(X_REQUEST_ID).filter(well_formed);
        Self(given.cloned().unwrap_or_else(|| fresh(entropy)))
    }

    /// As the header carries it.
    #[must_use]
    pub fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

fn fresh(entropy: &dyn Entropy) -> HeaderValue {
    let id = uuid::Uuid::from_bytes(entropy.bytes());
    let mut buffer = uuid::Uuid::encode_buffer();
    let text: &str = id.simple().encode_lower(&mut buffer);
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("unnamed"))
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use domain::OsEntropy;

    use super::*;

    fn id_for(header: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(X_REQUEST_ID, HeaderValue::from_str(header).expect("a header"));
        RequestId::of(&headers, &OsEntropy).to_string()
    }

    #[test]
    fn a_well_formed_name_is_taken_over_and_any_other_replaced() {
        assert_eq!(id_for("Abc-1.2_3"), "Abc-1.2_3");
        for bad in ["", "a b", "a\"b", &"x".repeat(65), "é"] {
            let id = id_for(bad);
            assert_eq!(id.len(), 32, "{bad}");
            assert_ne!(id, id_for(bad), "two requests have two names");
        }
    }
}
