//! The first frame of every socket.

use domain::{ConnectionId, Epoch, Seq, Timestamp};
use serde::{Serialize, Serializer};

use super::Author;

/// Greets a socket that has joined its room: everything a client needs to know before the first message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "hello")]
pub struct Hello<'a> {
    /// The protocol's version: [`crate::VERSION`].
    pub v: u8,
    /// The room's name.
    pub room: &'a str,
    /// Who the server takes the client for; `null` for a guest.
    pub user: Option<Author<'a>>,
    /// This socket's id, for support and moderators.
    #[serde(serialize_with = "as_text")]
    pub conn: ConnectionId,
    /// Which telling of the room's log `seq` counts in.
    #[serde(serialize_with = "as_text")]
    pub epoch: Epoch,
    /// The newest event of the room: everything after it follows.
    pub seq: Seq,
    /// Whether everything after the client's `since` follows. False: page `history`.
    pub recovered: bool,
    /// How many people are in the room.
    pub online: u64,
    /// After how many seconds of silence the server pings; 0: never.
    pub ping: u64,
    /// In how many seconds this socket is closed 3005; `null`: not by itself.
    pub expires_in: Option<u64>,
    /// The server's clock, in milliseconds since 1970: ordered cids are made by it.
    pub now: Timestamp,
    /// What a client may send at most.
    pub limits: Limits,
}

/// The limits a client should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Characters of a message (`rooms.max_message_chars`); 0: no limit.
    pub message: usize,
    /// Bytes of a frame (`sockets.max_frame_bytes`); 0: no limit.
    pub frame: usize,
}

fn as_text<T: std::fmt::Display, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
