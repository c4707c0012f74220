//! Where each room's log ends, as far as this process has written it.

use std::collections::HashMap;

use domain::{RoomId, Seq};

/// How many rooms' heads are kept, about 10 MiB. Over that all are forgotten: reading one again costs a look-up.
const MOST: usize = 262_144;

/// The heads of the rooms that this process has appended to, kept with the write connection: nobody else appends to an
/// ordinary room while a server runs. Should somebody have, the key `(room, seq)` refuses the append, and the heads are
/// read again. The system room's head is never kept: the command line appends there too.
#[derive(Debug, Default)]
pub(crate) struct Heads(HashMap<RoomId, Seq>);

impl Heads {
    /// The head of `room`, if it is known.
    pub(crate) fn get(&self, room: RoomId) -> Option<Seq> {
        self.0.get(&room).copied()
    }

    /// Keeps the heads that a transaction left behind.
    pub(crate) fn keep(&mut self, heads: HashMap<RoomId, Seq>) {
        if self.0.len().saturating_add(heads.len()) > MOST {
            self.0.clear();
        }
        self.0.extend(heads.into_iter().filter(|(room, _)| *room != RoomId::SYSTEM));
    }

    /// Forgets the heads of these rooms. Whether any was known.
    pub(crate) fn forget(&mut self, rooms: impl IntoIterator<Item = RoomId>) -> bool {
        let mut any = false;
        for room in rooms {
            any |= self.0.remove(&room).is_some();
        }
        any
    }

    /// Forgets them all: when nobody knows how a transaction ended.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
