//! What a `ConnectionActor` is told. Control only: what a client says goes straight to the log, what a room says straight
//! into the outbox.

use bytes::Bytes;
use domain::Seq;

use super::Ticket;

/// A room's welcome. From now on everything after `head` is in the outbox, held.
pub(crate) struct Joined {
    /// Which try this answers.
    pub(crate) ticket: Ticket,
    /// The place of the room's newest event at that moment.
    pub(crate) head: Seq,
    /// How many people are in the room.
    pub(crate) online: u64,
    /// The frames of everything between what the client has and `head`, where the room had it at hand.
    pub(crate) missed: Option<Bytes>,
}

/// What a `ConnectionActor` is told.
pub(crate) enum ConnectionMessage {
    /// The socket is there, or the room is back: join.
    Join,
    /// The room has taken this connection in.
    Joined(Joined),
    /// The room let go of this connection: its actor was replaced, or it missed an event. Join again and catch up.
    Rejoin {
        /// Which try it had let in. An older one than the present is no news.
        ticket: Ticket,
    },
    /// Panic.
    #[cfg(feature = "testing")]
    Crash,
}
