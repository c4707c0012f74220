//! Sending the activation letter again.

use std::sync::Arc;

use domain::{Email, Standing, Timestamp};
use store::outbox;
use store::people::{self, PersonRow};
use store::{StoreError, WriteTransaction};

use crate::Accounts;
use crate::letters::an_hour_before;

/// What came of a wish for another letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Resent {
    /// It is in the outbox.
    Queued,
    /// No account waits at that address.
    NotWaiting,
    /// The mailbox has got enough letters within the hour.
    Withheld,
}

impl Resent {
    /// The metric label.
    const fn label(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::NotWaiting => "not_waiting",
            Self::Withheld => "withheld",
        }
    }
}

impl Accounts {
    /// Queues another activation letter if `email` belongs to an account that waits for its activation and its mailbox
    /// hasn't got `accounts.letters_per_hour` yet, and calls `queued` then (wake the mailer).
    ///
    /// It returns at once, before it has looked, and has nothing to say: neither the answer nor its time tells whether
    /// there is such an account. That holds when too many are under way already, too: nothing is queued then, because an
    /// account that waits takes longer than one that doesn't, and a refusal would tell so. A failure goes to the log,
    /// every outcome to the metrics.
    pub fn resend_activation(&self, email: Email, queued: impl FnOnce() + Send + 'static) {
        let Ok(permit) = Arc::clone(&self.0.unawaited).try_acquire_owned() else {
            self.count_letter_request("busy");
            return;
        };
        let accounts = self.clone();
        self.0.tracker.spawn(async move {
            let outcome = match accounts.try_resend(&email).await {
                Ok(resent) => {
                    if resent == Resent::Queued {
                        queued();
                    }
                    resent.label()
                }
                Err(error) => {
                    tracing::warn!(%error, "an activation letter was not queued");
                    "failed"
                }
            };
            accounts.count_letter_request(outcome);
            drop(permit);
        });
    }

    async fn try_resend(&self, email: &Email) -> Result<Resent, StoreError> {
        let (key, reader) = (email.key(), self.0.store.reader());
        let now = self.0.clock.now();
        // Most get no letter: the write connection is spared.
        let person = people::find_by_email_key(reader, &key).await?;
        let Some(person) = person.filter(|person| self.waits(person, now)) else {
            return Ok(Resent::NotWaiting);
        };
        if self.is_enough(outbox::count_since(reader, person.id, an_hour_before(now)).await?) {
            return Ok(Resent::Withheld);
        }
        let tx = self.0.store.write().await?;
        let person = people::find_by_email_key(&tx, &key).await?;
        let resent = self.resend_within(&tx, person).await?;
        if resent == Resent::Queued {
            tx.commit().await?;
        }
        Ok(resent)
    }

    /// Looks once more, now that nobody is faster, and queues the letter.
    async fn resend_within(
        &self,
        tx: &WriteTransaction,
        person: Option<PersonRow>,
    ) -> Result<Resent, StoreError> {
        let now = self.0.clock.now();
        let Some(person) = person.filter(|person| self.waits(person, now)) else {
            return Ok(Resent::NotWaiting);
        };
        if self.is_enough(outbox::count_since(tx, person.id, an_hour_before(now)).await?) {
            return Ok(Resent::Withheld);
        }
        self.queue_activation(tx, (person.id, &person.email), person.created_at).await?;
        Ok(Resent::Queued)
    }

    /// Whether a link could still activate `person` at `now`: who has waited too long is about to be swept away.
    fn waits(&self, person: &PersonRow, now: Timestamp) -> bool {
        person.standing() == Standing::Unverified && self.activation_ends(person.created_at) > now
    }
}
