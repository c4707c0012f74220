//! Whether the server does its work: the database takes what is written, the mail queue moves.

use std::time::Duration;

use domain::Clock;
use store::{Store, outbox};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// How long a finding is good for: asking costs a transaction, and anybody may ask.
const GOOD_FOR: Duration = Duration::from_secs(1);

/// How long the database may take. What waits longer behind other writers isn't ready for more.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long after it was due a letter may lie there untouched. A letter that can't be delivered gets a new due time at
/// every try, so one that is overdue means that nobody tries.
const OVERDUE: Duration = Duration::from_mins(1);

/// What keeps the server from its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The database is away, busy, or its disk is full.
    Database,
    /// Letters are due and nobody sends them.
    Mail,
}

impl Trouble {
    /// As `/readyz` says it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Mail => "mail",
        }
    }
}

/// Finds out whether the server does its work, at most once a second however many ask.
#[derive(Debug, Default)]
pub struct Readiness {
    last: Mutex<Option<(Instant, Result<(), Trouble>)>>,
}

impl Readiness {
    /// Whether it does.
    pub async fn check(&self, store: &Store, clock: &dyn Clock) -> Result<(), Trouble> {
        // Who comes while another is finding out waits for what it finds.
        let mut last = self.last.lock().await;
        if let Some((at, found)) = *last
            && at.elapsed() < GOOD_FOR
        {
            return found;
        }
        let found = find_out(store, clock).await;
        *last = Some((Instant::now(), found));
        found
    }
}

async fn find_out(store: &Store, clock: &dyn Clock) -> Result<(), Trouble> {
    match timeout(PATIENCE, store.check_writable()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready: the database can't be written to");
            return Err(Trouble::Database);
        }
        Err(_) => {
            tracing::warn!(patience = ?PATIENCE, "not ready: the database took too long");
            return Err(Trouble::Database);
        }
    }
    let due = timeout(PATIENCE, outbox::next_due(store.reader())).await;
    let due = due.map_err(|_| Trouble::Database)?.map_err(|_| Trouble::Database)?;
    if due.is_some_and(|due| clock.now().since(due) > OVERDUE) {
        tracing::warn!("not ready: letters are due and nobody sends them");
        return Err(Trouble::Mail);
    }
    Ok(())
}
