//! What a `RoomActor` is told.

use domain::{ConnectionId, Seq};
use ractor::RpcReplyPort;

use super::{Committed, Entry};

/// What a `RoomActor` is told.
pub(crate) enum RoomMessage {
    /// Find out how far the log is: this incarnation has just been made known, or a commit's outcome isn't known.
    ReadHead,
    /// The log is so far.
    Head(Seq),
    /// These commands of the room are in the log, in this order.
    Committed(Vec<Committed>),
    /// A connection comes in.
    Join(Entry),
    /// The log holds nothing any more up to and with this place.
    Cut(Seq),
    /// A connection is gone.
    Leave(ConnectionId),
    /// Hand out what has gathered.
    Flush,
    /// Somebody left a while ago: is anybody here?
    Linger,
    /// Say when nothing is left to hand out.
    Quiesce(RpcReplyPort<()>),
    /// Panic.
    #[cfg(feature = "testing")]
    Crash,
}
