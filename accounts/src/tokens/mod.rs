//! JSON Web Tokens: how they are signed, and what must be true of one that counts.
//!
//! Ed25519 only. The header's `kid` selects a key of the [ring](KeyInfo) and nothing else does: a key has one algorithm, and a
//! header that isn't exactly the one that key writes (another `alg`, a `jku`, `x5u` or `jwk`, anything more) is refused
//! (RFC 8725, 3.1 and 3.5). `iss`, `aud` and every claim must be there; the time is our own clock's.

mod claims;
mod config;
mod error;
mod identity;
mod issue;
mod jwks;
mod key;
mod kind;
mod ring;
#[cfg(test)]
mod tests;
mod verify;

use std::sync::Arc;

use domain::{Clock, Entropy};

pub use config::Config;
pub use error::TokenError;
pub use identity::Identity;
pub use jwks::{Jwk, Jwks};
pub(crate) use kind::Kind;
pub(crate) use ring::KeyRing;
pub use ring::{KeyError, KeyInfo};
pub(crate) use verify::Refresh;

/// Signs tokens and checks them.
pub(crate) struct Tokens {
    config: Config,
    ring: KeyRing,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    validation: jsonwebtoken::Validation,
}

impl Tokens {
    /// Signs with the newest key of `ring`, checks with all.
    pub(crate) fn new(
        config: Config,
        ring: KeyRing,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let validation = verify::validation(&config);
        Self { config, ring, clock, entropy, validation }
    }

    /// The keys.
    pub(crate) fn ring(&self) -> &KeyRing {
        &self.ring
    }

    /// The settings.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }
}
