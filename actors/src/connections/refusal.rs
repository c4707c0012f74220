//! Somebody who may not enter.

use std::fmt;

use bytes::Bytes;
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::task::TaskTracker;
use wire::{CloseReason, encode};

use crate::Metrics;
use crate::connection::socket::{self, Stream};
use crate::metrics::Code;

/// Somebody who may not enter, and one of the places for telling them so. No actor is behind it.
pub struct Refusal {
    reason: CloseReason,
    place: OwnedSemaphorePermit,
    tracker: TaskTracker,
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Refusal").field(&self.reason).finish()
    }
}

impl Refusal {
    pub(super) fn new(
        reason: CloseReason,
        place: OwnedSemaphorePermit,
        tracker: TaskTracker,
        metrics: &Metrics,
    ) -> Self {
        metrics.sockets_refused.get_or_create(&Code { code: reason.code() }).inc();
        Self { reason, place, tracker }
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> CloseReason {
        self.reason
    }

    /// Tells them, in a task of the tree's: one error frame, then the close; the socket is gone after a second. `stream`
    /// has had the 101; `read` is what was read of it beyond the upgrade.
    pub fn run(self, stream: impl Into<Stream>, read: Bytes) {
        let Self { reason, place, tracker } = self;
        let refuse = socket::refuse(stream.into(), read, encode::refusal(reason), reason);
        tracker.spawn(async move {
            refuse.await;
            drop(place);
        });
    }
}
