//! Passwords: what makes one good enough, and how they are kept.
//!
//! Argon2id, in a pool of few threads with a bounded queue: one hash takes 13.5 ms and 19 MiB at the default parameters,
//! so nobody hashes anywhere else.

mod config;
mod hash;
mod legacy;
mod pool;
mod rules;
mod similarity;

use std::sync::Arc;

use domain::Entropy;
use secrecy::{ExposeSecret, SecretString};

pub use config::Config;
use hash::Hasher;
pub(crate) use hash::Verdict;
use pool::Pool;
pub(crate) use rules::Attributes;

use crate::{Failure, Metrics};

/// The longest password, in characters. Beyond it nothing is hashed, and nothing is cut.
pub(crate) const MAX_CHARS: usize = 1024;

/// Judges, hashes and verifies passwords.
pub(crate) struct Passwords {
    config: Config,
    pool: Pool,
    hasher: Arc<Hasher>,
    entropy: Arc<dyn Entropy>,
    /// A hash that no password matches, with the same parameters as all: verified where there is no account, so that
    /// the time tells nothing.
    dummy: SecretString,
}

/// What became of a new password.
#[derive(Debug, Clone)]
pub(crate) enum Judged {
    /// It is good; this is its hash.
    Good(SecretString),
    /// It isn't: every rule that it breaks, in Django's words and order.
    Bad(Vec<String>),
}

/// Why passwords can't be hashed with these settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Argon2 has no such parameters.
    #[error("argon2 can't work with these settings of [passwords]: {0}")]
    Parameters(#[source] argon2::Error),
    /// A first hash failed.
    #[error("a password can't be hashed with these settings of [passwords]: {0}")]
    Hash(#[source] argon2::password_hash::Error),
}

impl Passwords {
    /// Ready to hash with `config`'s parameters.
    pub(crate) fn new(
        config: Config,
        entropy: Arc<dyn Entropy>,
        metrics: Metrics,
    ) -> Result<Self, ConfigError> {
        let hasher = Arc::new(Hasher::new(&config).map_err(ConfigError::Parameters)?);
        let dummy =
            hasher.hash(&entropy.bytes::<32>(), entropy.bytes()).map_err(ConfigError::Hash)?;
        let pool = Pool::new(&config, metrics);
        Ok(Self { config, pool, hasher, entropy, dummy })
    }

    /// Judges a new password of somebody with these `attributes`, and hashes it if it is good.
    pub(crate) async fn judge(
        &self,
        password: &SecretString,
        attributes: Attributes,
    ) -> Result<Judged, Failure> {
        let config = self.config.clone();
        let hasher = Arc::clone(&self.hasher);
        let password = hash::normalized(password);
        let salt = self.entropy.bytes();
        let judge = move || {
            let broken = rules::broken(password.expose_secret(), &attributes, &config);
            if broken.is_empty() {
                hasher.hash(password.expose_secret().as_bytes(), salt).map(Judged::Good)
            } else {
                Ok(Judged::Bad(broken))
            }
        };
        self.pool.run(judge).await?.map_err(Failure::Hashing)
    }

    /// Whether `password` is the one that `stored` was made from. It takes as long where nothing is stored.
    pub(crate) async fn verify(
        &self,
        password: &SecretString,
        stored: Option<&SecretString>,
    ) -> Result<Verdict, Failure> {
        let hasher = Arc::clone(&self.hasher);
        let password = password.clone();
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.dummy).clone();
        let verdict = self.pool.run(move || hasher.verify(&password, &stored)).await?;
        Ok(if known { verdict } else { Verdict::Wrong })
    }

    /// The hash of a password that was just verified, with the present parameters.
    pub(crate) async fn rehash(&self, password: &SecretString) -> Result<SecretString, Failure> {
        let hasher = Arc::clone(&self.hasher);
        let password = hash::normalized(password);
        let salt = self.entropy.bytes();
        let hash = move || hasher.hash(password.expose_secret().as_bytes(), salt);
        self.pool.run(hash).await?.map_err(Failure::Hashing)
    }
}
