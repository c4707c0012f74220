//! The keys that anyone may know.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use super::ring::Keys;

/// The public halves of the signing keys: a JSON Web Key Set (RFC 7517) of Ed25519 keys (RFC 8037).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Jwks {
    /// The keys, the oldest first.
    pub keys: Vec<Jwk>,
}

/// One public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Jwk {
    /// `OKP`.
    pub kty: &'static str,
    /// `Ed25519`.
    pub crv: &'static str,
    /// `EdDSA`.
    pub alg: &'static str,
    /// `sig`.
    #[serde(rename = "use")]
    pub usage: &'static str,
    /// What tokens name it by.
    pub kid: String,
    /// The key, base64url.
    pub x: String,
}

impl From<&Keys> for Jwks {
    fn from(keys: &Keys) -> Self {
        let keys = keys.iter().map(|key| Jwk {
            kty: "OKP",
            crv: "Ed25519",
            alg: "EdDSA",
            usage: "sig",
            kid: key.id().to_owned(),
            x: URL_SAFE_NO_PAD.encode(key.public()),
        });
        Self { keys: keys.collect() }
    }
}
