//! A queue of chunks that is nothing but its own few words while it is empty.

use std::collections::VecDeque;
use std::collections::vec_deque;

use bytes::Bytes;

/// Whether a client can do without something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Numbered: each client gets each one, or is closed and resumes.
    Durable,
    /// Not numbered: the first to go when a socket is slow.
    Droppable,
}

/// Whole WebSocket frames, one or many, as one piece of memory.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub frames: Bytes,
    pub class: Class,
}

impl Chunk {
    /// What a chunk takes beside its bytes: its own place in the queue and the count of references that `Bytes` keeps.
    /// Without it a million tiny chunks would pass for a million bytes.
    pub const OVERHEAD: usize = size_of::<Self>() + 24;
}

/// A queue whose first chunk lies inline: an outbox with one chunk, as most have that have any, needs no memory of its
/// own, and an empty one keeps none.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    first: Option<Chunk>,
    rest: VecDeque<Chunk>,
    bytes: usize,
}

impl Chunks {
    pub fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    pub fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.rest.len()
    }

    /// The bytes of all chunks.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The chunks that there is memory for beside the inline one.
    #[cfg(test)]
    pub fn heap(&self) -> usize {
        self.rest.capacity()
    }

    pub fn front(&self) -> Option<&Chunk> {
        self.first.as_ref()
    }

    pub fn iter(
        &self,
    ) -> std::iter::Chain<std::option::Iter<'_, Chunk>, vec_deque::Iter<'_, Chunk>> {
        self.first.iter().chain(self.rest.iter())
    }

    pub fn push(&mut self, chunk: Chunk) {
        self.bytes += chunk.frames.len();
        if self.first.is_none() {
            self.first = Some(chunk);
        } else {
            self.rest.push_back(chunk);
        }
    }

    pub fn pop(&mut self) -> Option<Chunk> {
        let chunk = self.first.take()?;
        self.bytes -= chunk.frames.len();
        self.first = self.rest.pop_front();
        if self.rest.is_empty() {
            self.rest = VecDeque::new();
        }
        Some(chunk)
    }

    /// Puts everything of `other` behind what is here.
    pub fn append(&mut self, other: &mut Self) {
        if self.is_empty() {
            std::mem::swap(self, other);
        }
        while let Some(chunk) = other.pop() {
            self.push(chunk);
        }
    }

    /// Drops droppable chunks, the oldest first, until `excess` bytes are freed or none are left; says how many bytes
    /// that were, each chunk with its overhead.
    pub fn thin(&mut self, excess: usize) -> usize {
        let mut freed = 0;
        if excess == 0 || self.iter().all(|chunk| chunk.class == Class::Durable) {
            return freed;
        }
        let mut kept = Self::default();
        while let Some(chunk) = self.pop() {
            if freed < excess && chunk.class == Class::Droppable {
                freed += chunk.frames.len() + Chunk::OVERHEAD;
            } else {
                kept.push(chunk);
            }
        }
        *self = kept;
        freed
    }
}
