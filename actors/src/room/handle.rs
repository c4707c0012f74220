//! One room, as everyone else holds it.

use std::time::Duration;

use domain::{ConnectionId, Epoch, RoomId, RoomName, Seq, Visibility};

use super::{Committed, Entry, RoomMessage};
use crate::Unavailable;
use crate::slot::{Incarnation, Slot};

/// One live room, as everyone else holds it: what doesn't change of it, and the slot where its actor is found. Whoever
/// holds one keeps the room from being retired.
pub(crate) struct Room {
    id: RoomId,
    name: RoomName,
    visibility: Visibility,
    epoch: Epoch,
    slot: Slot<RoomMessage>,
}

impl Room {
    /// The room of this row, in a store of this incarnation. Its actor is yet to come.
    pub(crate) fn new(row: store::rooms::Room, incarnation: u32) -> Self {
        let epoch = Epoch { incarnation, generation: row.generation };
        let store::rooms::Room { id, name, visibility, .. } = row;
        Self { id, name, visibility, epoch, slot: Slot::new() }
    }

    pub(crate) fn id(&self) -> RoomId {
        self.id
    }

    pub(crate) fn name(&self) -> &RoomName {
        &self.name
    }

    pub(crate) fn visibility(&self) -> Visibility {
        self.visibility
    }

    pub(crate) fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Where its actor is found. `RoomRegistry` fills it.
    pub(crate) fn slot(&self) -> &Slot<RoomMessage> {
        &self.slot
    }

    /// Asks to be let in, by an incarnation that comes after `dead`. The answer goes to the connection
    /// ([`Connection::joined`](crate::connection::Connection::joined)).
    ///
    /// # Errors
    ///
    /// The present incarnation, when it is dead (or `dead`, when there is no newer one yet).
    pub(crate) fn join(&self, entry: Entry, dead: Incarnation) -> Result<(), Incarnation> {
        let (present, actor) = match self.slot.present() {
            Some((present, actor)) if present > dead => (present, actor),
            _ => {
                entry.disarm();
                return Err(dead);
            }
        };
        match actor.cast(RoomMessage::Join(entry)) {
            Ok(()) => Ok(()),
            Err(ractor::MessagingErr::SendErr(RoomMessage::Join(entry))) => {
                entry.disarm();
                Err(present)
            }
            Err(_) => Err(present),
        }
    }

    /// Waits for an incarnation that comes after `dead`. Whether there will be one.
    pub(crate) async fn is_back(&self, dead: Incarnation) -> bool {
        self.slot.after(dead).await.is_some()
    }

    /// Says that a connection is gone. A dead incarnation has no members, and its successor won't let it in.
    pub(crate) fn leave(&self, connection: ConnectionId) {
        drop(self.slot.cast(RoomMessage::Leave(connection)));
    }

    /// Hands over what was committed, in order. It comes back when there is no incarnation to take it: then the next one
    /// finds it in the log.
    pub(crate) fn settle(&self, committed: Vec<Committed>) -> Result<(), Vec<Committed>> {
        match self.slot.cast(RoomMessage::Committed(committed)) {
            Err(RoomMessage::Committed(committed)) => Err(committed),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Says that something may be in the log which nobody will hand over. A next incarnation reads the log anyway.
    pub(crate) fn doubt(&self) {
        drop(self.slot.cast(RoomMessage::ReadHead));
    }

    /// Says that the log holds nothing any more up to and with `floor`.
    pub(crate) fn cut(&self, floor: Seq) {
        drop(self.slot.cast(RoomMessage::Cut(floor)));
    }

    /// Waits until nothing is left to hand out.
    pub(crate) async fn quiesce(&self, within: Duration) -> Result<(), Unavailable> {
        self.slot.call_within(within, RoomMessage::Quiesce).await
    }

    /// Makes the actor panic, if it is there.
    #[cfg(feature = "testing")]
    pub(crate) fn crash(&self) -> bool {
        self.slot.cast(RoomMessage::Crash).is_ok()
    }
}
