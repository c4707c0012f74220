//! How far a room knows its log to be.

use std::time::Duration;

use domain::{RoomId, Seq};
use ractor::{ActorRef, ActorStatus};
use store::{Store, log};
use tokio_util::task::TaskTracker;

use super::RoomMessage;

/// The wait after the store failed: the first, and the longest.
const RETRY: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// How far a room knows its log to be. What can't be done without knowing waits in here.
#[derive(Default)]
pub(super) struct Head {
    known: Option<Seq>,
    /// Joins and commits. Bounded by the sockets there may be and their permits.
    waiting: Vec<RoomMessage>,
    reading: bool,
    /// Whether it was asked for while it was being read: what was read may be too old.
    again: bool,
}

impl Head {
    /// The place of the newest event that is handed out or need not be.
    pub(super) fn known(&self) -> Option<Seq> {
        self.known
    }

    /// Moves on to `seq`.
    pub(super) fn advance(&mut self, seq: Seq) {
        self.known = self.known.max(Some(seq));
    }

    /// Keeps `message` until the head is known.
    pub(super) fn wait(&mut self, message: RoomMessage) {
        self.waiting.push(message);
    }

    /// Reads the head, by a task that tells the actor. One at a time.
    pub(super) fn read(
        &mut self,
        room: RoomId,
        store: &Store,
        tracker: &TaskTracker,
        actor: ActorRef<RoomMessage>,
    ) {
        if self.reading {
            self.again = true;
            return;
        }
        self.reading = true;
        tracker.spawn(read(room, store.clone(), actor));
    }

    /// Learns that the log was at `seq`. What has waited for it. (Whether that is news to members is the caller's.)
    pub(super) fn learn(
        &mut self,
        seq: Seq,
        room: RoomId,
        store: &Store,
        tracker: &TaskTracker,
        actor: &ActorRef<RoomMessage>,
    ) -> Vec<RoomMessage> {
        self.advance(seq);
        self.reading = false;
        if std::mem::take(&mut self.again) {
            self.read(room, store, tracker, actor.clone());
        }
        std::mem::take(&mut self.waiting)
    }
}

/// Reads the head and tells the actor, unless that dies meanwhile: then its successor reads for itself.
async fn read(room: RoomId, store: Store, actor: ActorRef<RoomMessage>) {
    let mut duty = Duty { actor, done: false };
    let mut wait = RETRY.0;
    while duty.actor.get_status() < ActorStatus::Stopping {
        match log::head(store.reader(), room).await {
            Ok(head) => {
                drop(duty.actor.cast(RoomMessage::Head(head)));
                break;
            }
            Err(error) => tracing::warn!(?room, %error, "a room's head can't be read"),
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(RETRY.1);
    }
    duty.done = true;
}

/// Held while the head is read. Should the task panic, the room would wait for ever: so it goes too, and its successor
/// reads for itself.
struct Duty {
    actor: ActorRef<RoomMessage>,
    done: bool,
}

impl Drop for Duty {
    fn drop(&mut self) {
        if !self.done {
            self.actor.kill();
        }
    }
}
