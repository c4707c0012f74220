//! What is read from sockets, before it is understood.

use std::cell::Cell;

/// The size of a buffer. Tungstenite zero-fills its own at every read, so its own is 64 bytes, fed from this one.
pub(super) const SIZE: usize = 64 * 1024;

type Memory = Box<[u8; SIZE]>;

thread_local! {
    /// The buffer of this thread, while no socket is being polled.
    static SPARE: Cell<Option<Memory>> = const { Cell::new(None) };
}

/// What was read from a socket and not yet consumed. The memory is the thread's: a socket has it only while it is being
/// polled, and has consumed everything by then.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    memory: Option<Memory>,
    start: u32,
    end: u32,
}

impl Buffer {
    /// Takes the thread's memory.
    pub fn borrow(&mut self) {
        let spare = SPARE.try_with(Cell::take).ok().flatten();
        self.memory = spare.or_else(|| vec![0; SIZE].try_into().ok());
        self.filled(0);
    }

    /// Gives the memory back to the thread.
    pub fn give_back(&mut self) {
        let memory = self.memory.take();
        // A thread that is ending keeps nothing.
        let _ = SPARE.try_with(|spare| spare.set(memory));
    }

    /// Memory to read into, once everything is consumed; also the place to put chunks together.
    pub fn space(&mut self) -> &mut [u8] {
        self.memory.as_deref_mut().map(<[u8; SIZE]>::as_mut_slice).unwrap_or_default()
    }

    /// Notes that `bytes` were read into the space.
    pub fn filled(&mut self, bytes: usize) {
        (self.start, self.end) = (0, u32::try_from(bytes).unwrap_or(0));
    }

    /// What isn't consumed yet.
    pub fn unread(&self) -> &[u8] {
        let unread = self.start as usize..self.end as usize;
        self.memory.as_deref().and_then(|memory| memory.get(unread)).unwrap_or_default()
    }

    /// Consumes as much as fits into `out`; says how much.
    pub fn read(&mut self, out: &mut [u8]) -> usize {
        let (to, from) = (out, self.unread());
        let length = from.len().min(to.len());
        if let (Some(to), Some(from)) = (to.get_mut(..length), from.get(..length)) {
            to.copy_from_slice(from);
        }
        self.start += u32::try_from(length).unwrap_or(0);
        length
    }

    /// Consumes everything.
    pub fn discard(&mut self) {
        self.start = self.end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sockets_of_a_thread_share_one_buffer_and_keep_none() {
        let (mut one, mut other) = (Buffer::default(), Buffer::default());
        one.borrow();
        let place = one.space().as_ptr();
        assert_eq!(one.space().len(), SIZE);
        one.give_back();
        assert_eq!(one.space().len(), 0);
        other.borrow();
        assert_eq!(other.space().as_ptr(), place);
    }

    #[test]
    fn what_was_read_is_consumed_piece_by_piece() {
        let mut buffer = Buffer::default();
        buffer.borrow();
        buffer.space()[..5].copy_from_slice(b"hello");
        buffer.filled(5);
        let mut out = [0; 3];
        assert_eq!((buffer.read(&mut out), &out), (3, b"hel"));
        assert_eq!(buffer.unread(), b"lo");
        assert_eq!(buffer.read(&mut out), 2);
        assert_eq!(buffer.read(&mut out), 0);
    }
}
