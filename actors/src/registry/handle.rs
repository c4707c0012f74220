//! The registry, as everyone else holds it.

use std::sync::Arc;

use domain::{RoomName, UserId};

use super::RegistryMessage;
use crate::Unavailable;
use crate::directory::Directory;
use crate::room::Room;
use crate::slot::Slot;

/// Why a room can't be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// There is none of this name, and whoever asked doesn't make one by asking.
    #[error("there is no such room")]
    NoSuchRoom,
    /// There is none of this name, and whoever asked has made too many (`rooms.creations_per_hour`).
    #[error("too many rooms made")]
    TooMany,
    /// Nobody can tell now.
    #[error("unavailable")]
    Unavailable,
}

impl From<Unavailable> for OpenError {
    fn from(_: Unavailable) -> Self {
        Self::Unavailable
    }
}

/// The registry, as everyone else holds it. Cheap to clone.
#[derive(Clone)]
pub struct Registry {
    slot: Slot<RegistryMessage>,
    directory: Directory,
}

impl Registry {
    pub(crate) fn new(directory: Directory) -> Self {
        Self { slot: Slot::new(), directory }
    }

    /// Where its actor is found. Root fills it.
    pub(crate) fn slot(&self) -> &Slot<RegistryMessage> {
        &self.slot
    }

    /// The room of this name, brought to life if it isn't, and made if there is none: by `creator`, if they may. None: a
    /// guest, who makes no rooms. A live room costs a look-up.
    pub(crate) async fn open(
        &self,
        name: &RoomName,
        creator: Option<UserId>,
    ) -> Result<Arc<Room>, OpenError> {
        if let Some(room) = self.find(name) {
            return Ok(room);
        }
        let name = name.clone();
        self.slot.call(|reply| RegistryMessage::Open(name, creator, reply)).await?
    }

    /// The room of this name, if it is live.
    pub(crate) fn find(&self, name: &RoomName) -> Option<Arc<Room>> {
        self.directory.find(name)
    }

    /// All live rooms at this moment.
    pub(crate) fn live(&self) -> Vec<Arc<Room>> {
        self.directory.all()
    }

    /// How many rooms are live.
    #[must_use]
    pub fn count(&self) -> usize {
        self.directory.count()
    }

    /// Says that nobody is in the room of this name.
    pub(crate) fn idle(&self, name: &RoomName) {
        drop(self.slot.cast(RegistryMessage::Idle(name.clone())));
    }
}
