//! Keeping track of where a log holds no messages.

use std::collections::{BTreeMap, HashMap};

use domain::{RoomId, Seq};

/// The runs of events that are no messages, as far as a batch makes or lengthens them.
#[derive(Debug, Default)]
pub(super) struct Asides {
    /// The newest of a room, first and last.
    newest: HashMap<RoomId, (Seq, Seq)>,
    /// Those that are new or longer now, by room and first, with their last.
    grown: BTreeMap<(RoomId, Seq), Seq>,
}

impl Asides {
    /// Says which is the newest that is stored of `room`.
    pub(super) fn found(&mut self, room: RoomId, first: Seq, last: Seq) {
        self.newest.insert(room, (first, last));
    }

    /// Adds an event of `room` that is no message.
    pub(super) fn add(&mut self, room: RoomId, seq: Seq) {
        let newest = self.newest.get(&room).filter(|(_, last)| last.next() == seq);
        let first = newest.map_or(seq, |(first, _)| *first);
        self.newest.insert(room, (first, seq));
        self.grown.insert((room, first), seq);
    }

    /// Room, first and last of those that are new or longer now.
    pub(super) fn grown(&self) -> Vec<(i64, i64, i64)> {
        let row = |((room, first), last): (&(RoomId, Seq), &Seq)| {
            (room.get(), first.as_i64(), last.as_i64())
        };
        self.grown.iter().map(row).collect()
    }
}
