//! What a client asks for.

use domain::{Cid, Seq};

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
}

impl Request {
    /// Whether an `ack` is wanted: whoever names what they send, by `cid` or `rid`, gets one. The old clients' form
    /// carries neither, and they wouldn't know what to do with it.
    #[must_use]
    pub const fn wants_ack(&self) -> bool {
        self.rid.is_some() || matches!(&self.command, ClientCommand::Message { cid: Some(_), .. })
    }
}
