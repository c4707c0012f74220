//! What the log is asked to remember, and what it answers.

use domain::{Body, Cid, RoomId, Seq, SessionId, SpanContext, Standing, Timestamp, UserId};

/// One change to one room's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The room whose log grows; [`RoomId::SYSTEM`] for what ends something.
    pub room: RoomId,
    /// Who does it; none when the server itself does.
    pub author: Option<UserId>,
    /// The name by which a retry is known. It counts only together with an author.
    pub cid: Option<Cid>,
    /// What changes.
    pub change: Change,
    /// The trace this belongs to. It travels along; it is not stored.
    pub trace: Option<SpanContext>,
}

impl Command {
    /// An entry of the system room: no author, no cid, no trace.
    #[must_use]
    pub const fn system(change: Change) -> Self {
        Self { room: RoomId::SYSTEM, author: None, cid: None, change, trace: None }
    }
}

/// What changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A person says something.
    Message {
        /// What they say.
        body: Body,
        /// The message of the same room that it answers.
        reply_to: Option<Seq>,
    },
    /// A session ended. For the system room.
    SessionEnded {
        /// The session.
        session: SessionId,
        /// Whose it was.
        user: UserId,
    },
    /// A person was disabled or enabled, or their name or role changed: whoever keeps a copy looks it up again. For the
    /// system room.
    PersonChanged {
        /// The person.
        user: UserId,
        /// Their standing after the change.
        standing: Standing,
    },
    /// The signing keys changed: whoever holds the key ring reads it again. For the system room.
    KeysChanged,
}

/// What became of a [`Command`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the log, at this place.
    Stored {
        /// Its place.
        seq: Seq,
        /// When it was stored.
        ts: Timestamp,
    },
    /// The same person had sent the same cid to the same room before: nothing was added.
    Duplicate {
        /// The place of the first.
        seq: Seq,
        /// When the first was stored.
        ts: Timestamp,
    },
    /// It can't be: nothing was added.
    Refused(Refusal),
}

/// Why a [`Command`] can't be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The room doesn't exist.
    #[error("there is no such room")]
    NoSuchRoom,
    /// `reply_to` names no message of the room.
    #[error("there is no such message")]
    NoSuchMessage,
}
