//! What a client asks for.

use domain::{Cid, Emoji, Seq};

use crate::Rid;

/// One frame of a client, understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Comes back in the answer.
    pub rid: Option<Rid>,
    /// What is asked for.
    pub command: ClientCommand,
}

/// What a client can ask for.
#[derive(Debug, Clone, PartialEq)]
pub enum ClientCommand {
    /// To say something in the room.
    Message {
        /// The text as it came: whether a room may hold it is for `domain::Body` to say.
        message: String,
        /// The client's own name for it.
        cid: Option<Cid>,
        /// The message it answers.
        reply_to: Option<Seq>,
    },
    /// To give a message of one's own another text.
    Edit {
        /// The message.
        id: Seq,
        /// The text as it came, as in [`ClientCommand::Message`].
        message: String,
        /// The client's own name for the change.
        cid: Option<Cid>,
    },
    /// To take a message of one's own back.
    Delete {
        /// The message.
        id: Seq,
        /// The client's own name for the change.
        cid: Option<Cid>,
    },
    /// To react to a message, or to take the reaction back.
    React {
        /// The message.
        id: Seq,
        /// What with.
        emoji: Emoji,
        /// Whether the reaction is to stand; false: it is taken back.
        on: bool,
        /// The client's own name for the change.
        cid: Option<Cid>,
    },
    /// To read what was said. With neither bound: the newest page; never with both.
    History {
        /// What was said before this place.
        before: Option<Seq>,
        /// What was said after this place.
        after: Option<Seq>,
        /// How many messages at most: 1 to [`ClientCommand::MAX_HISTORY`].
        limit: u16,
    },
    /// To hear a `pong`.
    Ping,
}

impl ClientCommand {
    /// The most messages one `history` answer carries; a higher `limit` is read as this.
    pub const MAX_HISTORY: u16 = 200;
    /// How many messages a `history` without a `limit` asks for.
    pub const DEFAULT_HISTORY: u16 = 50;

    /// The client's own name for the change, of those commands that make one.
    #[must_use]
    pub const fn cid(&self) -> Option<&Cid> {
        match self {
            Self::Message { cid, .. }
            | Self::Edit { cid, .. }
            | Self::Delete { cid, .. }
            | Self::React { cid, .. } => cid.as_ref(),
            Self::History { .. } | Self::Ping => None,
        }
    }
}

impl Request {
    /// Whether an `ack` is wanted: whoever names what they send, by `cid` or `rid`, gets one. The old clients' form
    /// carries neither, and they wouldn't know what to do with it.
    #[must_use]
    pub const fn wants_ack(&self) -> bool {
        self.rid.is_some() || self.command.cid().is_some()
    }
}
