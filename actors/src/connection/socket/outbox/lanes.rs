//! The two lanes of an outbox, and their bound.

use bytes::Bytes;
use domain::Seq;

use super::chunks::{Chunk, Chunks, Class};

/// How many chunks one write takes at most: as many as a `writev` is given.
pub(crate) const BATCH_CHUNKS: usize = 64;
/// How many bytes one write takes at most, unless a single chunk has more. What is taken can be dropped no more.
const BATCH_BYTES: usize = 128 * 1024;

/// What became of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// It waits to be written.
    Queued,
    /// Droppable chunks were given up, this one or older ones: a fresh snapshot of what they told is due.
    Thinned,
    /// The socket is closing or gone, or was too slow for this and is closing now: nothing was kept.
    Ended,
}

/// What waits to be written: `ready` flows, `held` waits until the catch-up that belongs before it is through.
#[derive(Debug)]
pub(super) struct Lanes {
    ready: Chunks,
    held: Chunks,
    open: bool,
    /// The last number that flows, or did; what is held counts only once it flows.
    last_seq: Seq,
    held_seq: Seq,
    /// The bound of all of it in bytes, with what is being written.
    limit: usize,
    /// What the socket has taken from here and not yet written.
    taken_bytes: usize,
    taken_chunks: usize,
}

/// More than the bound.
#[derive(Debug)]
pub(super) struct Full;

impl Lanes {
    pub fn new(limit: usize) -> Self {
        Self {
            ready: Chunks::default(),
            held: Chunks::default(),
            open: false,
            last_seq: Seq::ZERO,
            held_seq: Seq::ZERO,
            limit,
            taken_bytes: 0,
            taken_chunks: 0,
        }
    }

    pub fn push_ready(&mut self, frames: Bytes) -> Result<Pushed, Full> {
        let pushed = self.make_room(&frames, Class::Durable)?;
        self.ready.push(Chunk { frames, class: Class::Durable });
        Ok(pushed)
    }

    pub fn push(&mut self, frames: Bytes, seq: Seq, class: Class) -> Result<Pushed, Full> {
        let pushed = match self.make_room(&frames, class) {
            Err(Full) if class == Class::Droppable => return Ok(Pushed::Thinned),
            room => room?,
        };
        let (lane, last) = if self.open {
            (&mut self.ready, &mut self.last_seq)
        } else {
            (&mut self.held, &mut self.held_seq)
        };
        lane.push(Chunk { frames, class });
        if class == Class::Durable {
            *last = seq.max(*last);
        }
        Ok(pushed)
    }

    pub fn last_seq(&self) -> Seq {
        self.last_seq
    }

    pub fn caught_up(&mut self, seq: Seq) {
        self.last_seq = seq.max(self.last_seq);
    }

    /// Lets what was held flow, and whatever comes.
    pub fn open(&mut self) {
        self.open = true;
        self.ready.append(&mut self.held);
        self.last_seq = self.held_seq.max(self.last_seq);
        self.held_seq = Seq::ZERO;
    }

    /// Holds whatever comes. What was held before goes: the catch-up that is due now brings it.
    pub fn hold(&mut self) {
        self.open = false;
        self.drop_held();
    }

    pub fn drop_held(&mut self) {
        self.held = Chunks::default();
        self.held_seq = Seq::ZERO;
    }

    pub fn clear(&mut self) {
        self.drop_held();
        self.ready = Chunks::default();
        self.taken(0, 0);
    }

    /// Moves what flows into `batch`, which is empty, up to one write's worth.
    pub fn take(&mut self, batch: &mut Chunks) {
        if self.ready.len() <= BATCH_CHUNKS && self.ready.bytes() <= BATCH_BYTES {
            std::mem::swap(&mut self.ready, batch);
        } else {
            while batch.len() < BATCH_CHUNKS && batch.bytes() < BATCH_BYTES {
                let Some(chunk) = self.ready.pop() else { break };
                batch.push(chunk);
            }
        }
        self.taken(batch.bytes(), batch.len());
    }

    /// Notes how much of what was taken isn't written yet.
    pub fn taken(&mut self, bytes: usize, chunks: usize) {
        (self.taken_bytes, self.taken_chunks) = (bytes, chunks);
    }

    /// The bytes that flow: ready, or being written.
    pub fn flowing(&self) -> usize {
        self.ready.bytes() + self.taken_bytes
    }

    /// All the bytes that wait.
    pub fn bytes(&self) -> usize {
        self.flowing() + self.held.bytes()
    }

    /// The chunks that there is memory for beside the inline ones.
    #[cfg(test)]
    pub fn heap(&self) -> usize {
        self.ready.heap() + self.held.heap()
    }

    fn make_room(&mut self, frames: &Bytes, class: Class) -> Result<Pushed, Full> {
        if self.limit == 0 {
            return Ok(Pushed::Queued);
        }
        let chunks = self.ready.len() + self.held.len() + self.taken_chunks + 1;
        let wanted = self.bytes() + frames.len() + chunks * Chunk::OVERHEAD;
        let excess = wanted.saturating_sub(self.limit);
        if excess == 0 {
            return Ok(Pushed::Queued);
        }
        if class == Class::Droppable {
            return Err(Full);
        }
        let freed = self.ready.thin(excess);
        let freed = freed + self.held.thin(excess.saturating_sub(freed));
        if freed < excess { Err(Full) } else { Ok(Pushed::Thinned) }
    }
}
