//! The log, as everyone else holds it.

use tokio::time::Instant;

use super::load::Loads;
use super::{Draft, LogMessage, Submission};
use crate::Metrics;
use crate::slot::Slot;

/// The log, as everyone else holds it. Cheap to clone.
#[derive(Clone)]
pub struct Log {
    slot: Slot<LogMessage>,
    loads: Loads,
}

impl Log {
    pub(crate) fn new(metrics: Metrics) -> Self {
        Self { slot: Slot::new(), loads: Loads::new(metrics) }
    }

    /// Where its actor is found. Root fills it.
    pub(crate) fn slot(&self) -> &Slot<LogMessage> {
        &self.slot
    }

    /// Queues a command. The answer goes to its sender, by its permit; where it can't be queued (too much waits, or the
    /// writer is being restarted) the dropped permit says `unavailable`.
    pub(crate) fn submit(&self, draft: Draft) {
        let Some(load) = self.loads.take(draft.bytes()) else { return };
        let submission = Submission { draft, at: Instant::now(), _load: load };
        drop(self.slot.cast(LogMessage::Submit(submission)));
    }
}
