//! Activating an account by the token of a letter.

use domain::Seq;
use secrecy::{ExposeSecret, SecretString};
use store::one_time_tokens::{self, Purpose};
use store::people;
use store::{Change, StoreError};

use crate::accounts::tell_system_room;
use crate::letters::fingerprint;
use crate::metrics::Outcome;
use crate::{Accounts, Failure};

/// An activation that succeeded, now or before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activated {
    /// The entry of the system room that tells of it; none when nothing changed, because the token had been used or the
    /// address verified before.
    pub system_seq: Option<Seq>,
}

/// Why an activation failed. The words are the old system's.
#[derive(Debug, thiserror::Error)]
pub enum ActivateError {
    /// No token was given.
    #[error("Token is required")]
    Missing,
    /// It is none of ours, or the account or address it was made for is no more.
    #[error("Invalid token")]
    Invalid,
    /// Its time is over.
    #[error("The token has expired")]
    Expired,
    /// Nobody's mistake.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StoreError> for ActivateError {
    fn from(error: StoreError) -> Self {
        Self::Failure(error.into())
    }
}

impl Accounts {
    /// Marks the address that `token` was sent to as verified. A used token does nothing, and says the same. Who was
    /// disabled stays so.
    pub async fn activate(&self, token: &SecretString) -> Result<Activated, ActivateError> {
        let result = self.try_activate(token).await;
        let outcome = match &result {
            Ok(Activated { system_seq: Some(_) }) => "activated",
            Ok(Activated { system_seq: None }) => "repeated",
            Err(ActivateError::Missing | ActivateError::Invalid) => "invalid",
            Err(ActivateError::Expired) => "expired",
            Err(ActivateError::Failure(failure)) => failure.label(),
        };
        self.0.metrics.activations.get_or_create(&Outcome::of(outcome)).inc();
        result
    }

    async fn try_activate(&self, token: &SecretString) -> Result<Activated, ActivateError> {
        let text = token.expose_secret().trim();
        if text.is_empty() {
            return Err(ActivateError::Missing);
        }
        let digest = fingerprint(&SecretString::from(text));
        let row = one_time_tokens::find_by_digest(self.0.store.reader(), &digest).await?;
        let row = row.filter(|row| row.purpose == Purpose::Activation);
        let row = row.ok_or(ActivateError::Invalid)?;
        if row.used_at.is_some() {
            return Ok(Activated { system_seq: None });
        }
        if row.expires_at <= self.0.clock.now() {
            return Err(ActivateError::Expired);
        }
        let mut tx = self.0.store.write().await?;
        let now = self.0.clock.now();
        let person = people::find(&tx, row.person).await?;
        let mut person = person
            .filter(|person| person.email.key() == row.address.key())
            .ok_or(ActivateError::Invalid)?;
        if !one_time_tokens::mark_used(&tx, row.id, now).await? {
            return Ok(Activated { system_seq: None });
        }
        let mut system_seq = None;
        if people::set_verified(&tx, person.id, now).await? {
            person.verified_at = Some(now);
            let change = Change::PersonChanged { user: person.id, standing: person.standing() };
            system_seq = Some(tell_system_room(&mut tx, [change]).await?);
        }
        tx.commit().await?;
        Ok(Activated { system_seq })
    }
}
