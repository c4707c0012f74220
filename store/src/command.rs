//! What the log is asked to remember, and what it answers.

use domain::{Body, Cid, Emoji, RoomId, Seq, SessionId, SpanContext, Standing, Timestamp, UserId};

/// How many different emoji people can react to one message with. Any number of people may use each.
pub const MOST_EMOJI: usize = 20;

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
    /// A person gives a message of theirs another text.
    Edit {
        /// The message.
        id: Seq,
        /// What it says from now on.
        body: Body,
    },
    /// A person deletes a message of theirs: its text is gone, and so are the reactions to it.
    Delete {
        /// The message.
        id: Seq,
    },
    /// A person reacts to a message, or takes a reaction back.
    React {
        /// The message.
        id: Seq,
        /// What with.
        emoji: Emoji,
        /// Whether the reaction stands from now on.
        on: bool,
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

impl Change {
    /// The message that is edited, deleted or reacted to.
    #[must_use]
    pub const fn target(&self) -> Option<Seq> {
        match self {
            Self::Edit { id, .. } | Self::Delete { id } | Self::React { id, .. } => Some(*id),
            Self::Message { .. }
            | Self::SessionEnded { .. }
            | Self::PersonChanged { .. }
            | Self::KeysChanged => None,
        }
    }

    /// Whether it is for the system room, and for no other.
    #[must_use]
    pub const fn is_of_system(&self) -> bool {
        match self {
            Self::SessionEnded { .. } | Self::PersonChanged { .. } | Self::KeysChanged => true,
            Self::Message { .. } | Self::Edit { .. } | Self::Delete { .. } | Self::React { .. } => {
                false
            }
        }
    }
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
    /// The message isn't there: it never was, or retention has removed it. To be edited, deleted or reacted to it must
    /// not be deleted either; a deleted one can still be answered.
    #[error("there is no such message")]
    NoSuchMessage,
    /// The message is somebody else's; or nobody asks, where it takes a person.
    #[error("the message is somebody else's")]
    NotYours,
    /// The reaction stands already, or is not there to be taken back.
    #[error("the reaction is so already")]
    NoChange,
    /// The message has [`MOST_EMOJI`] different emoji, and this would be another.
    #[error("the message has too many different reactions")]
    TooMany,
}
