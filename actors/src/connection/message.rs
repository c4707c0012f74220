//! What a `ConnectionActor` is told. Control only: what a client says goes straight to the log, what a room says straight
//! into the outbox.

use domain::Seq;

use super::Ticket;

/// What a `ConnectionActor` is told.
pub(crate) enum ConnectionMessage {
    /// The socket is there, or the room is back: join.
    Join,
    /// The room has taken this connection in. From now on everything after `head` is in the outbox, held.
    Joined {
        /// Which try this answers.
        ticket: Ticket,
        /// The place of the room's newest event at that moment.
        head: Seq,
        /// How many people are in the room.
        online: u64,
    },
    /// The room let go of this connection: its actor was replaced, or it missed an event. Join again and catch up.
    Rejoin {
        /// Which try it had let in. An older one than the present is no news.
        ticket: Ticket,
    },
    /// Panic.
    #[cfg(feature = "testing")]
    Crash,
}
