//! Queueing letters, in the transaction of what they tell of.
//!
//! Whoever knows an address can have letters sent to it: by registering with it, by asking for another activation letter.
//! So that nobody is buried in them, a mailbox gets no more than `accounts.letters_per_hour`, counted in the outbox.

use std::time::Duration;

use domain::{Email, Timestamp, UserId};
use store::one_time_tokens::{self, Purpose, TokenId};
use store::outbox::{self, NewLetter};
use store::people::PersonRow;
use store::{StoreError, WriteTransaction};

use super::Template;
use crate::Accounts;
use crate::metrics::Outcome;

impl Accounts {
    /// Queues the activation letter of `person`, who was registered at `registered_at`, with a token of its own. None is
    /// good for longer than the account waits, however late it is asked for.
    pub(crate) async fn queue_activation(
        &self,
        tx: &WriteTransaction,
        (person, address): (UserId, &Email),
        registered_at: Timestamp,
    ) -> Result<(), StoreError> {
        let now = self.0.clock.now();
        let token = self.0.letters.key.issue(
            Purpose::Activation,
            (person, address.clone()),
            (now, self.activation_ends(registered_at)),
            &*self.0.entropy,
        );
        one_time_tokens::insert(tx, &token).await?;
        queue(tx, Template::Activation, person, Some(token.id), now).await
    }

    /// Queues the letter that tells `owner` that somebody tried to register with their address, unless their mailbox has
    /// got enough.
    pub(crate) async fn queue_address_taken(
        &self,
        tx: &WriteTransaction,
        owner: &PersonRow,
    ) -> Result<(), StoreError> {
        let now = self.0.clock.now();
        if self.is_enough(outbox::count_since(tx, owner.id, an_hour_before(now)).await?) {
            self.count_letter_request("withheld");
            return Ok(());
        }
        queue(tx, Template::AddressTaken, owner.id, None, now).await?;
        self.count_letter_request("queued");
        Ok(())
    }

    /// Whether a mailbox that has got `letters` within the hour, sent yet or not, is to get no more.
    pub(crate) fn is_enough(&self, letters: u64) -> bool {
        let limit = u64::from(self.0.config.letters_per_hour);
        limit != 0 && letters >= limit
    }

    /// Until when an account that was registered at `registered_at` waits for its activation.
    pub(crate) fn activation_ends(&self, registered_at: Timestamp) -> Timestamp {
        registered_at.plus(self.0.config.activation_ttl)
    }

    /// Counts how it ended that somebody had a letter sent to an address they needn't own.
    pub(crate) fn count_letter_request(&self, outcome: &'static str) {
        self.0.metrics.letter_requests.get_or_create(&Outcome::of(outcome)).inc();
    }
}

/// Since when letters count towards `accounts.letters_per_hour`.
pub(crate) fn an_hour_before(now: Timestamp) -> Timestamp {
    now.minus(Duration::from_hours(1))
}

async fn queue(
    tx: &WriteTransaction,
    template: Template,
    person: UserId,
    token: Option<TokenId>,
    created_at: Timestamp,
) -> Result<(), StoreError> {
    let template = template.name().to_owned();
    outbox::queue(tx, &NewLetter { template, person, token, created_at }).await?;
    Ok(())
}
