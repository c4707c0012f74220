//! Whether a client that comes back can go on where it was.

use domain::Seq;
use store::log;

use super::catch_up::Patience;
use super::{Connection, Joined};
use crate::metrics::Resumed;

/// The most events that a client which comes back is sent: whoever missed more is served better by the newest page of
/// history than by all of it.
const MOST: u64 = 500;

/// From where this connection's client goes on, which is in the room as of now; none when it has to begin anew, as it has
/// when it was never here. Nothing at all: the socket ended before that was known.
pub(super) async fn verdict(connection: &Connection, joined: &Joined) -> Option<Option<Seq>> {
    let Some(since) = connection.since else { return Some(None) };
    let resumed = match joined.head.get().checked_sub(since.get()) {
        Some(0) => Resumed::UP_TO_DATE,
        Some(_) if joined.missed.is_some() => Resumed::FROM_ROOM,
        Some(..=MOST) => {
            if since >= floor(connection).await? {
                Resumed::FROM_LOG
            } else {
                Resumed::NOT
            }
        }
        // Too far behind, or ahead of a log that has lost its end.
        _ => Resumed::NOT,
    };
    connection.context.metrics.resumes.get_or_create(&resumed).inc();
    Some(Some(since).filter(|_| resumed != Resumed::NOT))
}

/// Up to where the room's log holds nothing any more, once the store says so; nothing when the socket ends before.
async fn floor(connection: &Connection) -> Option<Seq> {
    let mut patience = Patience::default();
    while connection.outbox.drained(usize::MAX).await {
        match log::floor(connection.context.store.reader(), connection.room.id()).await {
            Ok(floor) => return Some(floor),
            Err(error) => patience.bear(connection, &error).await,
        }
    }
    None
}
