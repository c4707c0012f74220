//! What a room has to hand out.

use bytes::{Bytes, BytesMut};
use domain::Seq;
use wire::encode;

use super::committed::{Ack, Committed};

/// With so many bytes gathered, a room doesn't wait for its next turn to hand them out.
const FULL: usize = 32 * 1024;

/// What a room has to hand out: each event encoded once for all its members, and the acks that go behind.
#[derive(Default)]
pub(super) struct Buffer {
    frames: BytesMut,
    events: Vec<Gathered>,
    acks: Vec<Ack>,
}

/// One event among the frames.
pub(super) struct Gathered {
    /// Its place in the log.
    pub(super) seq: Seq,
    /// Where its frame ends among the others.
    pub(super) end: usize,
    /// The message whose text it changes or takes away.
    pub(super) outdates: Option<Seq>,
    /// The message whose text it carries.
    pub(super) text_of: Option<Seq>,
}

/// What is handed out at once.
pub(super) struct Flush {
    /// The frames, in memory of their own: what a slow socket pins is what its outbox counts.
    pub(super) frames: Bytes,
    /// The events that they are.
    pub(super) events: Vec<Gathered>,
    /// What goes behind.
    pub(super) acks: Vec<Ack>,
}

impl Buffer {
    /// Adds an event, with its ack.
    pub(super) fn add(&mut self, committed: Committed) {
        if let Some(event) = committed.event() {
            encode::text(&mut self.frames, &event);
            self.events.push(Gathered {
                seq: committed.seq,
                end: self.frames.len(),
                outdates: committed.outdates(),
                text_of: committed.text_of(),
            });
        }
        self.add_ack(committed.into_ack());
    }

    /// Adds an ack alone: its event is no news to the members.
    pub(super) fn add_ack(&mut self, ack: Ack) {
        self.acks.push(ack);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty() && self.acks.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.frames.len() >= FULL
    }

    /// Takes out everything.
    pub(super) fn take(&mut self) -> Flush {
        let Self { frames, events, acks } = std::mem::take(self);
        Flush { frames: frames.freeze(), events, acks }
    }
}
