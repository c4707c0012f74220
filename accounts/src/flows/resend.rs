//! Sending the activation letter again.

use std::sync::Arc;

use domain::{Email, Standing};
use store::{StoreError, people};

use crate::{Accounts, Failure};

impl Accounts {
    /// Queues another activation letter if `email` belongs to an account that waits for its activation, and calls `queued`
    /// then (wake the mailer). It returns at once, before it has looked: neither the answer nor its time tells whether
    /// there is such an account. A failure goes to the log.
    ///
    /// # Errors
    ///
    /// [`Failure::Busy`] when too many are under way already.
    pub fn resend_activation(
        &self,
        email: Email,
        queued: impl FnOnce() + Send + 'static,
    ) -> Result<(), Failure> {
        let permit = Arc::clone(&self.0.unawaited).try_acquire_owned();
        let permit = permit.map_err(|_| Failure::Busy)?;
        let accounts = self.clone();
        self.0.tracker.spawn(async move {
            match accounts.try_resend(&email).await {
                Ok(true) => queued(),
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "an activation letter was not queued"),
            }
            drop(permit);
        });
        Ok(())
    }

    /// Whether a letter was queued.
    async fn try_resend(&self, email: &Email) -> Result<bool, StoreError> {
        let key = email.key();
        // Most don't wait for anything: the write connection is spared.
        if !waits(people::find_by_email_key(self.0.store.reader(), &key).await?.as_ref()) {
            return Ok(false);
        }
        let tx = self.0.store.write().await?;
        let person = people::find_by_email_key(&tx, &key).await?;
        let Some(person) = person.filter(|person| waits(Some(person))) else { return Ok(false) };
        self.queue_activation(&tx, person.id, &person.email).await?;
        tx.commit().await?;
        Ok(true)
    }
}

fn waits(person: Option<&people::PersonRow>) -> bool {
    person.is_some_and(|person| person.standing() == Standing::Unverified)
}
