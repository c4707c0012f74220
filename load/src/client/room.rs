//! What a run's clients know together of a room.

use std::cell::Cell;

use domain::{RoomName, Seq};

/// A room of the run.
#[derive(Debug)]
pub(crate) struct Room {
    name: RoomName,
    head: Cell<Seq>,
}

impl Room {
    pub(crate) const fn new(name: RoomName) -> Self {
        Self { name, head: Cell::new(Seq::ZERO) }
    }

    pub(crate) const fn name(&self) -> &RoomName {
        &self.name
    }

    /// The newest event that any client has seen or been told of.
    pub(crate) fn head(&self) -> Seq {
        self.head.get()
    }

    /// Somebody was told of `seq`.
    pub(crate) fn reached(&self, seq: Seq) {
        self.head.set(self.head.get().max(seq));
    }
}
