//! Access tokens for scripts and load tests.

use std::time::Duration;

use domain::{Standing, UserId};
use secrecy::SecretString;
use store::{StoreError, people};

use crate::{Accounts, Failure};

/// Why tokens couldn't be made.
#[derive(Debug, thiserror::Error)]
pub enum MintError {
    /// There is no such person.
    #[error("there is no such person")]
    NoSuchPerson,
    /// The person isn't activated, or is disabled.
    #[error("the account is not active")]
    NotActive,
    /// The lifetime is zero or above `tokens.max_ttl`.
    #[error("a token lives for 1 s at least and {} s at most (tokens.max_ttl)", max.as_secs())]
    Lifetime {
        /// `tokens.max_ttl`.
        max: Duration,
    },
    /// Something failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StoreError> for MintError {
    fn from(error: StoreError) -> Self {
        Self::Failure(error.into())
    }
}

impl Accounts {
    /// Makes `count` access tokens without a session for `user`, each living for `ttl`, in whole seconds. They live until
    /// they expire, or the person is disabled.
    pub async fn mint(
        &self,
        user: UserId,
        ttl: Duration,
        count: usize,
    ) -> Result<Vec<SecretString>, MintError> {
        let max = self.0.tokens.config().max_ttl;
        if ttl < Duration::from_secs(1) || ttl > max {
            return Err(MintError::Lifetime { max });
        }
        let person = people::find(self.0.store.reader(), user).await?;
        let person = person.ok_or(MintError::NoSuchPerson)?;
        if person.standing() != Standing::Active {
            return Err(MintError::NotActive);
        }
        let tokens = (0..count).map(|_| self.0.tokens.minted(user, ttl));
        Ok(tokens.collect::<Result<_, _>>()?)
    }
}
