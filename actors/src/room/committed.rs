//! A command that is in the log.

use std::sync::Arc;

use bytes::BytesMut;
use domain::{Cid, Person, Seq, Timestamp};
use store::{Change, Command};
use wire::frame::{Author, Message};

use crate::permit::Permit;

/// A command that is in the log, on its way to the room's members and back to its sender.
pub(crate) struct Committed {
    pub(crate) command: Command,
    /// Whose it is, by the name they go by now.
    pub(crate) author: Option<Arc<Person>>,
    pub(crate) seq: Seq,
    pub(crate) ts: Timestamp,
    /// Whether it had been there before: nothing new for the members.
    pub(crate) dup: bool,
    /// Owes the sender an answer. None: the sender was told meanwhile that the outcome is unknown.
    pub(crate) permit: Option<Permit>,
}

/// An ack that is owed, behind the frames of what it acknowledges.
pub(crate) struct Ack {
    seq: Seq,
    dup: bool,
    permit: Option<Permit>,
}

impl Ack {
    /// Lets its sender go on: it is about to hear its own message.
    pub(super) fn make_room(&mut self) {
        if let Some(permit) = &mut self.permit {
            permit.make_room();
        }
    }

    /// Pays it.
    pub(crate) fn send(self, scratch: &mut BytesMut) {
        if let Some(permit) = self.permit {
            permit.ack(self.seq, self.dup, scratch);
        }
    }
}

impl Committed {
    /// What is left of it when the members have it.
    pub(crate) fn into_ack(self) -> Ack {
        Ack { seq: self.seq, dup: self.dup, permit: self.permit }
    }

    /// Its frame. None for a change that no member hears of.
    pub(super) fn frame(&self) -> Option<Message<'_>> {
        let Change::Message { body, reply_to } = &self.command.change else { return None };
        let author = self.author.as_ref();
        Some(Message {
            seq: self.seq,
            id: self.seq,
            cid: self.command.cid.as_ref().map(Cid::as_str),
            user: author.map(|person| Author { id: person.id, username: person.username.as_str() }),
            message: body.as_str(),
            reply_to: *reply_to,
            ts: self.ts,
        })
    }
}
