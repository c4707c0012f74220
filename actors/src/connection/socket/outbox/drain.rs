//! The I/O task's side of an outbox.

use std::sync::atomic::Ordering;
use std::task::Waker;

use wire::CloseReason;

use super::chunks::Chunks;
use super::state::End;
use super::{ENDED, HEARD, Outbox, wake};

/// What the I/O task does next.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum Next {
    /// Write what it was given.
    Write,
    /// Wait: it is woken when there is more.
    Wait,
    /// Say goodbye.
    Close(CloseReason),
}

impl Outbox {
    /// Whether what the client says still counts.
    pub(in super::super) fn hears(&self) -> bool {
        self.gate.load(Ordering::Acquire) == HEARD
    }

    /// Whether the socket is on its way out, be it with something left to write.
    pub(in super::super) fn is_ending(&self) -> bool {
        self.state.lock().end != End::Open
    }

    /// Why the socket is to be closed now, whatever waits to be written.
    pub(in super::super) fn closes_now(&self) -> Option<CloseReason> {
        // This is asked between any two messages: the lock is taken only when there is something to learn.
        if self.gate.load(Ordering::Acquire) == ENDED { self.is_closing() } else { None }
    }

    /// Gives the I/O task, which has written all that it had, more to write in `batch`; if there is nothing, it is noted
    /// as waiting.
    pub(in super::super) fn take(&self, batch: &mut Chunks, waker: &Waker) -> Next {
        let mut state = self.state.lock();
        state.lanes.take(batch);
        let next = match state.end {
            End::Closing(reason) => Next::Close(reason),
            _ if !batch.is_empty() => Next::Write,
            End::Finishing(reason) => Next::Close(reason),
            End::Open | End::Gone(_) => {
                state.wait(waker, false);
                Next::Wait
            }
        };
        let drained = state.drained();
        drop(state);
        wake(drained);
        next
    }

    /// Notes that the I/O task waits for the socket to take the `bytes` and `chunks` that are left of its batch. Tells
    /// why, if it is to close instead.
    pub(in super::super) fn block(
        &self,
        bytes: usize,
        chunks: usize,
        waker: &Waker,
    ) -> Option<CloseReason> {
        let mut state = self.state.lock();
        if let End::Closing(reason) = state.end {
            return Some(reason);
        }
        state.lanes.taken(bytes, chunks);
        state.wait(waker, true);
        let drained = state.drained();
        drop(state);
        wake(drained);
        None
    }

    /// Notes that the socket is no more: nothing is kept for it, nobody waits for it.
    pub(in super::super) fn leave(&self) {
        let mut state = self.state.lock();
        self.gate.store(ENDED, Ordering::Release);
        state.lanes.clear();
        state.end = End::Gone(state.end.reason());
        let waiting = state.everyone();
        drop(state);
        wake(waiting);
    }
}
