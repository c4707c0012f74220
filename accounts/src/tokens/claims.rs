//! What a token says.

use serde::{Deserialize, Serialize};

/// The claims of both kinds of token, in the order in which they are written. A person's role and name are not among
/// them: they may change while the token lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// `access` or `refresh`, as simplejwt has it.
    pub(crate) token_type: String,
    /// Seconds since 1970.
    pub(crate) exp: i64,
    /// Seconds since 1970.
    pub(crate) iat: i64,
    /// Different in every token, but that a refresh generation signed again is the same token.
    pub(crate) jti: String,
    /// The person, a string as simplejwt has it.
    pub(crate) user_id: String,
    /// The person again, as RFC 7519 has it.
    pub(crate) sub: String,
    /// The session; only minted access tokens have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sid: Option<String>,
    /// The refresh generation it is, or came with.
    #[serde(rename = "gen", default, skip_serializing_if = "Option::is_none")]
    pub(crate) generation: Option<u32>,
    /// `tokens.issuer`.
    pub(crate) iss: String,
    /// `tokens.audience`.
    pub(crate) aud: String,
    /// Never written; heeded all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) nbf: Option<i64>,
}
