//! Who is in a room.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use domain::{ConnectionId, Seq, UserId};
use indexmap::IndexMap;

use crate::connection::socket::Class;
use crate::connection::{Connection, Ticket};

/// A connection's place in a room: a guard. Dropped, with the state of a room that crashed or with a message that nobody
/// will read, it makes the connection join again.
pub(crate) struct Entry {
    connection: Arc<Connection>,
    ticket: Ticket,
    since: Option<Seq>,
    armed: bool,
}

impl Entry {
    /// For a connection whose client has everything up to `since`; none: it has nothing to go on from.
    pub(crate) fn new(connection: Arc<Connection>, ticket: Ticket, since: Option<Seq>) -> Self {
        Self { connection, ticket, since, armed: true }
    }

    pub(super) fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    pub(super) fn ticket(&self) -> Ticket {
        self.ticket
    }

    pub(super) fn since(&self) -> Option<Seq> {
        self.since
    }

    /// Drops it without a word: the connection has gone, or knows.
    pub(crate) fn disarm(mut self) {
        self.armed = false;
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if self.armed {
            self.connection.rejoin(self.ticket);
        }
    }
}

/// Who is in a room: its connections, and how many sockets each person has here.
#[derive(Default)]
pub(super) struct Roster {
    entries: IndexMap<ConnectionId, Entry>,
    people: HashMap<UserId, usize>,
}

impl Roster {
    /// Lets a connection in. One that is here already (its actor was replaced) takes its own place.
    pub(super) fn add(&mut self, entry: Entry) {
        self.remove(entry.connection.id);
        if let Some(user) = entry.connection.user() {
            *self.people.entry(user).or_default() += 1;
        }
        self.entries.insert(entry.connection.id, entry);
    }

    /// Takes a connection out.
    pub(super) fn remove(&mut self, connection: ConnectionId) {
        let Some(entry) = self.entries.swap_remove(&connection) else { return };
        if let Some(user) = entry.connection.user()
            && let std::collections::hash_map::Entry::Occupied(mut sockets) =
                self.people.entry(user)
        {
            *sockets.get_mut() -= 1;
            if *sockets.get() == 0 {
                sockets.remove();
            }
        }
        entry.disarm();
    }

    /// Lets go of everyone: they join again, and catch up.
    pub(super) fn let_go(&mut self) {
        self.people.clear();
        self.entries.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many sockets are here.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many people are here, each once however many sockets they have.
    pub(super) fn online(&self) -> u64 {
        u64::try_from(self.people.len()).unwrap_or(u64::MAX)
    }

    /// Puts the same bytes into every outbox.
    pub(super) fn push(&self, frames: &Bytes, last_seq: Seq) {
        for entry in self.entries.values() {
            // One that is too slow is closed by its outbox, and leaves when its socket is gone.
            let _ = entry.connection.outbox.push(frames.clone(), last_seq, Class::Durable);
        }
    }
}
