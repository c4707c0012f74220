//! Reading what a client missed, from the log straight into its outbox.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use domain::Seq;
use store::StoreError;
use store::log::{self, Event};
use wire::{CloseReason, encode};

use super::{Connection, event};

/// How much text one page holds, in bytes.
const PAGE_BYTES: usize = 64 * 1024;
/// How much may wait in the outbox when the next page is read.
const BACKLOG_BYTES: usize = 128 * 1024;
/// The wait after the store failed: the first, and the longest.
const RETRY: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// Queues everything after `since` up to and with `head`, in front of what is held: `missed`, where the room had it at
/// hand, else page by page out of the log. It reads no faster than the client takes it, and goes on when the store is
/// away for a while; it ends early only with the socket. Each page and the note of how far it goes are one step.
pub(super) async fn catch_up(
    connection: &Connection,
    since: Seq,
    head: Seq,
    missed: Option<Bytes>,
) {
    if let Some(frames) = missed {
        connection.answer(frames);
        connection.outbox.set_last_seq(head);
        return;
    }
    let (mut at, mut patience) = (since, Patience::default());
    while at < head && connection.outbox.drained(BACKLOG_BYTES).await {
        let reader = connection.context.store.reader();
        let events = match log::after(reader, connection.room.id(), at, head, PAGE_BYTES).await {
            Ok(events) => events,
            Err(error) => {
                patience.bear(connection, &error).await;
                continue;
            }
        };
        match (events.first(), events.last()) {
            (Some(first), Some(last)) if first.seq == at.next() => {
                connection.answer(page(&events));
                connection.outbox.set_last_seq(last.seq);
                at = last.seq;
            }
            // Retention has overtaken it, or the log was cut. Only a new socket can be told so, by its hello.
            _ => {
                tracing::info!(connection = %connection.id, %at, "a catch-up found a hole");
                connection.outbox.close(CloseReason::Internal);
                return;
            }
        }
    }
}

/// What it takes to go on while the store is away: the wait before the next try, which doubles.
pub(super) struct Patience(Duration);

impl Default for Patience {
    fn default() -> Self {
        Self(RETRY.0)
    }
}

impl Patience {
    /// Waits after a failure of the store.
    pub(super) async fn bear(&mut self, connection: &Connection, error: &StoreError) {
        tracing::warn!(connection = %connection.id, %error, "a catch-up waits for the store");
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 2).min(RETRY.1);
    }
}

fn page(events: &[Event]) -> Bytes {
    let mut frames = BytesMut::new();
    for event in events {
        encode::text(&mut frames, &event::frame(event));
    }
    frames.freeze()
}
