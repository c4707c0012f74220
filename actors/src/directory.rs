//! Which rooms are live, and where.

use std::sync::Arc;

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use domain::RoomName;

use crate::room::Room;

/// Makes an empty directory: its one writer, and what everybody reads.
pub(crate) fn pair() -> (DirectoryWriter, Directory) {
    let rooms = Arc::new(DashMap::new());
    (DirectoryWriter(Arc::clone(&rooms)), Directory(rooms))
}

/// The rooms that are live, by name. Whoever holds an `Arc` out of it keeps the room from being retired.
#[derive(Clone)]
pub(crate) struct Directory(Arc<DashMap<RoomName, Arc<Room>>>);

impl Directory {
    /// The room of this name, if it is live.
    pub(crate) fn find(&self, name: &RoomName) -> Option<Arc<Room>> {
        self.0.get(name).map(|room| Arc::clone(&room))
    }

    /// How many rooms are live.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// All live rooms at this moment.
    pub(crate) fn all(&self) -> Vec<Arc<Room>> {
        self.0.iter().map(|room| Arc::clone(&room)).collect()
    }
}

/// The one writer of the directory: `RoomRegistry`, whichever incarnation of it is alive. It isn't `Clone`.
pub(crate) struct DirectoryWriter(Arc<DashMap<RoomName, Arc<Room>>>);

impl DirectoryWriter {
    /// Enters `room`, unless there is one of its name: the room that is now in the directory, and whether it is new.
    pub(crate) fn enter(&self, room: Room) -> (Arc<Room>, bool) {
        match self.0.entry(room.name().clone()) {
            Entry::Occupied(entry) => (Arc::clone(entry.get()), false),
            Entry::Vacant(entry) => (Arc::clone(&entry.insert(Arc::new(room))), true),
        }
    }

    /// Takes out the room of this name if nobody but the directory and `holders` others holds it. New holders come only
    /// out of the directory, under the same lock, or from present holders: so nobody can come to hold it meanwhile.
    pub(crate) fn retire(&self, name: &RoomName, holders: usize) -> Option<Arc<Room>> {
        let unused = |_: &RoomName, room: &Arc<Room>| Arc::strong_count(room) <= holders + 1;
        self.0.remove_if(name, unused).map(|(_, room)| room)
    }

    /// Takes out the room of this name, whoever holds it: it was given up.
    pub(crate) fn strike(&self, name: &RoomName) -> Option<Arc<Room>> {
        self.0.remove(name).map(|(_, room)| room)
    }
}
