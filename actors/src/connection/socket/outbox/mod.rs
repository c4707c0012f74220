//! What waits to be sent to one socket.

mod chunks;
mod drain;
mod lanes;
mod state;
#[cfg(test)]
mod tests;

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use domain::Seq;
use parking_lot::Mutex;
use wire::CloseReason;

#[cfg(test)]
pub(super) use chunks::Chunk;
pub(super) use chunks::Chunks;
pub use chunks::Class;
pub(super) use drain::Next;
pub(super) use lanes::BATCH_CHUNKS;
use lanes::Full;
pub use lanes::Pushed;
use state::{End, State};

/// The outbox of one socket: whoever has something to say to a client puts whole frames in here (`wire::encode`), and
/// the socket's one I/O task writes them, everything that waits in one write. Nobody else writes to a socket.
///
/// It has two lanes. What is *ready* flows. What the room says is *held* until [`Outbox::open`]: hello and the catch-up
/// go in front of it by [`Outbox::push_ready`]. It starts held.
///
/// It is bounded in bytes, with all that is queued or being written and what each chunk takes beside its bytes. When it
/// is full, droppable chunks go first; then the socket is closed [`CloseReason::Slow`], and the client resumes. At rest
/// it holds nothing on the heap but itself.
///
/// A `Bytes` that was cut from a larger buffer pins all of it. What is pinned stays near what is counted as long as the
/// neighbours in that buffer go to this outbox too, as a room's flushes do.
#[derive(Debug)]
pub struct Outbox {
    /// How far `state.end` has come, for the I/O task to look at between two messages without taking the lock.
    gate: AtomicU8,
    state: Mutex<State>,
}

/// The client is heard.
const HEARD: u8 = 0;
/// What the client says is thrown away; what is queued is still written.
const DEAF: u8 = 1;
/// Nothing is heard or queued any more.
const ENDED: u8 = 2;

impl Outbox {
    /// An empty outbox that may hold `limit` bytes (`sockets.outbound_bytes`; 0: no limit). It starts held.
    #[must_use]
    pub fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { gate: AtomicU8::new(HEARD), state: Mutex::new(State::new(limit)) })
    }

    /// Queues `frames` behind what is ready and in front of what is held: hello, pages of a catch-up, answers.
    pub fn push_ready(&self, frames: Bytes) -> Pushed {
        self.queue(frames, |state, frames| state.lanes.push_ready(frames))
    }

    /// Queues `frames` of the room, the last of which is numbered `last_seq` (no matter for droppable ones): behind
    /// everything, and held until the outbox is open.
    pub fn push(&self, frames: Bytes, last_seq: Seq, class: Class) -> Pushed {
        self.queue(frames, |state, frames| state.lanes.push(frames, last_seq, class))
    }

    fn queue(
        &self,
        frames: Bytes,
        push: impl FnOnce(&mut State, Bytes) -> Result<Pushed, Full>,
    ) -> Pushed {
        let mut state = self.state.lock();
        if state.end != End::Open {
            return Pushed::Ended;
        }
        if frames.is_empty() {
            return Pushed::Queued;
        }
        let Ok(pushed) = push(&mut state, frames) else {
            drop(state);
            self.close(CloseReason::Slow);
            return Pushed::Ended;
        };
        let writer = state.writer();
        drop(state);
        wake(writer);
        pushed
    }

    /// The last numbered event that flows to this client, or has: where a catch-up goes on. What is held doesn't count
    /// before it flows: were the room replaced in the midst of a catch-up, the rest of it would be missed.
    #[must_use]
    pub fn last_seq(&self) -> Seq {
        self.state.lock().lanes.last_seq()
    }

    /// Notes that a catch-up has come to `seq`, or that the client had everything up to it before. It never goes back.
    pub fn set_last_seq(&self, seq: Seq) {
        self.state.lock().lanes.caught_up(seq);
    }

    /// Lets what is held flow, and what the room says from now on.
    pub fn open(&self) {
        let mut state = self.state.lock();
        state.lanes.open();
        let writer = state.writer();
        drop(state);
        wake(writer);
    }

    /// Holds what the room says from now on, for a catch-up to go in front of it: for a connection that joins again.
    /// Whatever was held before is dropped, since it comes again with that catch-up, which starts at
    /// [`Outbox::last_seq`].
    pub fn hold(&self) {
        self.state.lock().lanes.hold();
    }

    /// Closes the socket. From here on nothing that comes from the client is heard (a text that is being heard at this
    /// moment came before) and nothing is queued to it: what waits is thrown away, the close frame overtakes it at the
    /// next frame boundary, gets one second, and then TCP is cut. Of several closes the first counts; a close overtakes a
    /// [`Outbox::finish`].
    pub fn close(&self, reason: CloseReason) {
        self.end(End::Closing(reason));
    }

    /// Closes the socket after all that flows is written; what is held is thrown away, since its catch-up will not come.
    /// From now on nothing is heard from the client and nothing more is queued. It may take as long as the client likes
    /// to read: whoever must be done earlier calls [`Outbox::close`].
    pub fn finish(&self, reason: CloseReason) {
        self.end(End::Finishing(reason));
    }

    fn end(&self, end: End) {
        let mut state = self.state.lock();
        match (state.end, end) {
            (End::Open, End::Finishing(_)) => {
                state.lanes.drop_held();
                self.gate.store(DEAF, Ordering::Release);
            }
            (End::Open | End::Finishing(_), End::Closing(_)) => {
                state.lanes.clear();
                self.gate.store(ENDED, Ordering::Release);
            }
            _ => return,
        }
        state.end = end;
        let waiting = state.everyone();
        drop(state);
        wake(waiting);
    }

    /// Throws away what the client says from now on. Pings are still answered, a close is still seen, and what is
    /// queued is written.
    pub fn stop_reading(&self) {
        self.gate.fetch_max(DEAF, Ordering::AcqRel);
    }

    /// Why the server is closing this socket, or has closed it.
    #[must_use]
    pub fn is_closing(&self) -> Option<CloseReason> {
        self.state.lock().end.reason()
    }

    /// How many bytes wait to be written, held ones and those in the midst of it included.
    #[must_use]
    pub fn queued_bytes(&self) -> usize {
        self.state.lock().lanes.bytes()
    }

    /// Waits until at most `bytes` flow, so that a long catch-up is read no faster than the client takes it. False: the
    /// socket is closing or gone.
    pub async fn drained(&self, bytes: usize) -> bool {
        poll_fn(|cx| self.poll_drained(cx, bytes)).await
    }

    fn poll_drained(&self, cx: &Context<'_>, bytes: usize) -> Poll<bool> {
        let mut state = self.state.lock();
        if state.end != End::Open {
            return Poll::Ready(false);
        }
        if state.lanes.flowing() <= bytes {
            return Poll::Ready(true);
        }
        state.wait_drained(bytes, cx.waker());
        Poll::Pending
    }
}

/// Wakes tasks. Only after the lock is given back: a task may start on another thread at once.
fn wake(waiting: impl IntoIterator<Item = Waker>) {
    waiting.into_iter().for_each(Waker::wake);
}
