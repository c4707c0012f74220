//! What `RoomRegistry` is told.

use std::sync::Arc;

use domain::{RoomName, UserId};
use ractor::RpcReplyPort;

use super::OpenError;
use crate::room::Room;

/// The answer to whoever asks for a room.
pub(crate) type Opened = Result<Arc<Room>, OpenError>;

/// What `RoomRegistry` is told.
pub(crate) enum RegistryMessage {
    /// Bring all rooms of the directory to life: their actors died with the last incarnation.
    BringBack,
    /// Open the room of this name for somebody, who may make it if they are no guest.
    Open(RoomName, Option<UserId>, RpcReplyPort<Opened>),
    /// The store's answer about the room of this name.
    Found(RoomName, Result<store::rooms::Room, OpenError>),
    /// Start the actor of this room again, the wait is over.
    Restart(RoomName),
    /// Nobody is in the room of this name.
    Idle(RoomName),
    /// Panic.
    #[cfg(feature = "testing")]
    Crash,
}
