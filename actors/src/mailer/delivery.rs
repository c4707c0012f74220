//! Sending what is due.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use accounts::Accounts;
use accounts::letters::ComposeError;
use domain::{Clock, Entropy};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use parking_lot::Mutex;
use store::outbox::{self, Letter, LetterId};
use store::{Store, StoreError};

use super::{Post, backoff};
use crate::Metrics;
use crate::metrics;

/// How many letters are read at once.
const PAGE: u32 = 64;
/// How many are sent at once.
const AT_ONCE: usize = 4;
/// The longest error that is stored with a letter, in characters.
const ERROR_CHARS: usize = 500;

/// Sends what is due. Shared by all incarnations of the mailer.
pub(crate) struct Delivery {
    pub(crate) store: Store,
    pub(crate) accounts: Accounts,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) post: Post,
    pub(crate) metrics: Metrics,
    /// What was sent but couldn't be noted as sent (the disk is full, say): it is only noted, not sent again. At most
    /// [`AT_ONCE`], since the first failure ends a delivery.
    unnoted: Mutex<HashSet<LetterId>>,
}

/// Why a letter didn't leave.
struct Failure {
    words: String,
    /// Trying again would be no use.
    for_good: bool,
}

impl Delivery {
    pub(crate) fn new(
        store: Store,
        accounts: Accounts,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        post: Post,
        metrics: Metrics,
    ) -> Self {
        Self { store, accounts, clock, entropy, post, metrics, unnoted: Mutex::default() }
    }

    /// Tries everything that is due. After how long more will be; None: nothing waits.
    pub(super) async fn run(&self) -> Result<Option<Duration>, StoreError> {
        loop {
            let due = outbox::due(self.store.reader(), self.clock.now(), PAGE).await?;
            if due.is_empty() {
                break;
            }
            let tries = stream::iter(due).map(|letter| async move { self.attempt(&letter).await });
            tries.buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        }
        let counts = outbox::counts(self.store.reader()).await?;
        let gauge = |count| i64::try_from(count).unwrap_or(i64::MAX);
        self.metrics.letters_pending.set(gauge(counts.pending));
        self.metrics.letters_parked.set(gauge(counts.parked));
        let next = outbox::next_due(self.store.reader()).await?;
        Ok(next.map(|at| at.since(self.clock.now())))
    }

    /// Tries one letter, and notes what came of it.
    async fn attempt(&self, letter: &Letter) -> Result<(), StoreError> {
        let sent_before = self.unnoted.lock().contains(&letter.id);
        let outcome = if sent_before { Ok(()) } else { self.send(letter).await? };
        match outcome {
            Ok(()) => {
                self.unnoted.lock().insert(letter.id);
                let tx = self.store.write().await?;
                outbox::sent(&tx, letter.id, self.clock.now()).await?;
                tx.commit().await?;
                self.unnoted.lock().remove(&letter.id);
                self.count("sent");
                Ok(())
            }
            Err(failure) => self.failed(letter, &failure).await,
        }
    }

    /// Writes a letter and sends it. A letter that has become pointless counts as sent.
    async fn send(&self, letter: &Letter) -> Result<Result<(), Failure>, StoreError> {
        let message = match self.accounts.compose(letter, self.post.from()).await {
            Ok(Some(message)) => message,
            Ok(None) => return Ok(Ok(())),
            Err(ComposeError::Store(error)) if error.is_unavailable() => return Err(error),
            // What can't be read today can't be read tomorrow; it must not keep the others waiting.
            Err(error) => {
                return Ok(Err(Failure { words: error.to_string(), for_good: true }));
            }
        };
        let sent = self.post.send(letter, message).await;
        Ok(sent.map_err(|error| Failure { words: error.to_string(), for_good: false }))
    }

    async fn failed(&self, letter: &Letter, failure: &Failure) -> Result<(), StoreError> {
        let failures = letter.attempts.saturating_add(1);
        let wait = backoff::wait(failures, &*self.entropy).filter(|_| !failure.for_good);
        let now = self.clock.now();
        let words: String = failure.words.chars().take(ERROR_CHARS).collect();
        tracing::warn!(
            letter = letter.id.get(),
            failures,
            error = words,
            ?wait,
            "a letter didn't leave"
        );
        let tx = self.store.write().await?;
        match wait {
            Some(wait) => outbox::retry_at(&tx, letter.id, now.plus(wait), &words).await?,
            None => outbox::parked(&tx, letter.id, now, &words).await?,
        }
        tx.commit().await?;
        self.count(if wait.is_some() { "failed" } else { "parked" });
        Ok(())
    }

    fn count(&self, outcome: &'static str) {
        self.metrics.letters.get_or_create(&metrics::Letter { outcome }).inc();
    }
}
