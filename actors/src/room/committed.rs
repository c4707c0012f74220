//! A command that is in the log.

use std::sync::Arc;

use bytes::BytesMut;
use domain::{Cid, Emoji, Person, Seq, Timestamp};
use store::{Change, Command};
use wire::frame::{Author, Deleted, Edited, Event, Message, Reaction};

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
    /// The message that it is about.
    id: Seq,
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
            permit.ack(self.id, self.seq, self.dup, scratch);
        }
    }
}

impl Committed {
    /// Pays the acks that are owed for `these`, whoever is yet to hear of them.
    pub(crate) fn acknowledge(these: &mut [Self]) {
        let mut scratch = BytesMut::new();
        for this in these {
            if let Some(permit) = this.permit.take() {
                permit.ack(this.id(), this.seq, this.dup, &mut scratch);
            }
        }
    }

    /// What is left of it when the members have it.
    pub(crate) fn into_ack(self) -> Ack {
        Ack { id: self.id(), seq: self.seq, dup: self.dup, permit: self.permit }
    }

    /// The message that it is about; of a message, itself.
    fn id(&self) -> Seq {
        self.command.change.target().unwrap_or(self.seq)
    }

    /// The message whose text it changes or takes away.
    pub(super) fn outdates(&self) -> Option<Seq> {
        match self.command.change {
            Change::Edit { id, .. } | Change::Delete { id } => Some(id),
            _ => None,
        }
    }

    /// The message whose text it carries.
    pub(super) fn text_of(&self) -> Option<Seq> {
        let carries = matches!(self.command.change, Change::Message { .. } | Change::Edit { .. });
        carries.then(|| self.id())
    }

    /// Its frame. None for a change that no member hears of.
    pub(super) fn event(&self) -> Option<Event<'_>> {
        let (seq, ts, cid) = (self.seq, self.ts, self.command.cid.as_ref().map(Cid::as_str));
        let author = self.author.as_ref();
        let user =
            author.map(|person| Author { id: person.id, username: person.username.as_str() });
        Some(match &self.command.change {
            Change::Message { body, reply_to } => Event::Message(Message {
                seq,
                id: seq,
                cid,
                user,
                message: body.as_str(),
                reply_to: *reply_to,
                edited: None,
                deleted: false,
                reactions: &[],
                ts,
            }),
            Change::Edit { id, body } => {
                let (id, message) = (*id, body.as_str());
                Event::Edited(Edited { seq, id, cid, user, message, deleted: false, ts })
            }
            Change::Delete { id } => Event::Deleted(Deleted { seq, id: *id, cid, user, ts }),
            Change::React { id, emoji, on } => {
                let (id, emoji, on) = (*id, Emoji::as_str(emoji), *on);
                Event::Reaction(Reaction { seq, id, cid, user, emoji, on, ts })
            }
            Change::SessionEnded { .. } | Change::PersonChanged { .. } | Change::KeysChanged => {
                return None;
            }
        })
    }
}
