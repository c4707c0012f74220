//! From what was committed to every member's outbox.

use bytes::BytesMut;
use domain::Seq;

use super::buffer::Flush;
use super::{Committed, State};

impl State {
    /// Takes what was committed into the buffer: what comes next in the log for all, what they know for its sender alone.
    /// What comes after a hole is for nobody to hear: then they read it, with what is missing, for themselves.
    pub(super) fn take(&mut self, these: Vec<Committed>) {
        for committed in these {
            let head = self.head.known().unwrap_or_default();
            let seq = committed.seq;
            if !committed.dup && seq == head.next() {
                self.buffer.add(committed);
                self.head.advance(seq);
            } else {
                self.buffer.add_ack(committed.into_ack());
                if seq > head {
                    self.let_go(seq);
                }
            }
            if self.buffer.is_full() {
                self.flush();
            }
        }
    }

    /// Hands out what has gathered: frames first, then the acks behind, so that both share a write.
    pub(super) fn flush(&mut self) {
        if self.buffer.is_empty() {
            return;
        }
        let mut flush = self.buffer.take();
        for ack in &mut flush.acks {
            ack.make_room();
        }
        if let Some(last) = flush.events.last() {
            self.roster.push(&flush.frames, last.seq);
            let [events, members] = [flush.events.len(), self.roster.len()]
                .map(|count| u64::try_from(count).unwrap_or(u64::MAX));
            self.parts.metrics.deliveries.inc_by(events.saturating_mul(members));
        }
        self.keep(&flush);
        let mut scratch = BytesMut::new();
        for ack in flush.acks {
            ack.send(&mut scratch);
        }
    }

    /// Keeps what was handed out for those who come back. What shares a flush shares its memory.
    fn keep(&mut self, flush: &Flush) {
        let mut start = 0;
        for event in &flush.events {
            if let Some(id) = event.outdates {
                self.ring.forget_text(id);
            }
            self.ring.push(event.seq, flush.frames.slice(start..event.end), event.text_of);
            start = event.end;
        }
    }

    /// Lets go of all members: the log is at `head`, and something up to there was never handed over.
    pub(super) fn let_go(&mut self, head: Seq) {
        tracing::info!(room = %self.parts.room.name(), %head, "a room missed an event; its members catch up");
        self.flush();
        // What it missed may have changed a text that is kept.
        self.ring.clear();
        self.head.advance(head);
        self.roster.let_go();
    }
}
