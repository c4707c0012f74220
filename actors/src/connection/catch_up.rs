//! Reading what a client missed, from the log straight into its outbox.

use std::time::Duration;

use bytes::BytesMut;
use domain::Seq;
use store::log::{self, Event};
use wire::encode;

use super::{Connection, history};

/// How much text one page holds, in bytes.
const PAGE_BYTES: usize = 64 * 1024;
/// How much may wait in the outbox when the next page is read.
const BACKLOG_BYTES: usize = 128 * 1024;
/// The wait after the store failed: the first, and the longest.
const RETRY: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// Queues everything after `since` up to and with `head`, in front of what is held. It reads no faster than the client
/// takes it, and goes on when the store is away for a while; it ends early only with the socket. Each page and the note of
/// how far it goes are one step.
pub(super) async fn catch_up(connection: &Connection, since: Seq, head: Seq) {
    let (mut at, mut wait) = (since, RETRY.0);
    while at < head && connection.outbox.drained(BACKLOG_BYTES).await {
        let reader = connection.context.store.reader();
        match log::after(reader, connection.room.id(), at, head, PAGE_BYTES).await {
            Ok(events) => {
                wait = RETRY.0;
                // Nothing there: the tail was cut off the log, and the room's next generation will say so.
                let Some(last) = events.last().map(|event| event.seq) else { break };
                connection.answer(page(&events).freeze());
                connection.outbox.set_last_seq(last);
                at = last;
            }
            Err(error) => {
                tracing::warn!(connection = %connection.id, %error, "a catch-up waits for the store");
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(RETRY.1);
            }
        }
    }
    connection.outbox.set_last_seq(head);
}

fn page(events: &[Event]) -> BytesMut {
    let mut frames = BytesMut::new();
    for message in events.iter().filter_map(history::message) {
        encode::text(&mut frames, &message);
    }
    frames
}
