//! From what was committed to every member's outbox.

use bytes::BytesMut;
use domain::Seq;

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
        if flush.events > 0 {
            self.roster.push(&flush.frames, flush.last_seq);
            let members = u64::try_from(self.roster.len()).unwrap_or(u64::MAX);
            self.parts.metrics.deliveries.inc_by(flush.events.saturating_mul(members));
        }
        let mut scratch = BytesMut::new();
        for ack in flush.acks {
            ack.send(&mut scratch);
        }
    }

    /// Lets go of all members: the log is at `head`, and something up to there was never handed over.
    pub(super) fn let_go(&mut self, head: Seq) {
        tracing::info!(room = %self.parts.room.name(), %head, "a room missed an event; its members catch up");
        self.flush();
        self.head.advance(head);
        self.roster.let_go();
    }
}
