//! What is said through a socket.

use std::cell::RefCell;
use std::io;
use std::task::{Context, Poll, Waker};

use tokio::net::tcp::OwnedWriteHalf;

use super::header::put;

/// How much may wait for a socket that takes nothing. Whoever says more is told that it isn't said.
const MOST: usize = 256 * 1024;

/// The first byte of a whole frame (RFC 6455, 5.2).
const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;
const PONG: u8 = 0x8a;

/// The writing half. Shared between the client's own task, which reads, and whoever makes it speak: nobody waits for a
/// socket to take what is said, the reading task writes the rest.
#[derive(Debug)]
pub(crate) struct Writer(RefCell<State>);

#[derive(Debug)]
struct State {
    /// None once the socket was abandoned.
    half: Option<OwnedWriteHalf>,
    queue: Vec<u8>,
    /// How much of the queue is written.
    written: usize,
    /// Of the task that reads.
    waker: Option<Waker>,
}

impl Writer {
    pub(super) fn new(half: OwnedWriteHalf) -> Self {
        Self(RefCell::new(State { half: Some(half), queue: Vec::new(), written: 0, waker: None }))
    }

    /// Queues one text frame; [`Writer::flush`] sends it. Several queued frames share a write. Whether it was queued:
    /// no, when too much waits already, or the socket is gone.
    pub(crate) fn say(&self, text: &[u8]) -> bool {
        let mut state = self.0.borrow_mut();
        if state.half.is_none() || state.queue.len() + text.len() > MOST {
            return false;
        }
        put(&mut state.queue, TEXT, text, key());
        true
    }

    /// Says one text at once.
    pub(crate) fn tell(&self, text: &[u8]) {
        self.say(text);
        self.flush();
    }

    /// Says goodbye; the server answers, and ends the stream.
    pub(crate) fn close(&self, code: u16) {
        // 1005 stands for a close without a reason, and is never sent.
        let payload = if code == 1005 { &[][..] } else { &code.to_be_bytes() };
        self.control(CLOSE, payload);
    }

    pub(super) fn pong(&self, payload: &[u8]) {
        self.control(PONG, payload);
    }

    fn control(&self, first: u8, payload: &[u8]) {
        put(&mut self.0.borrow_mut().queue, first, payload, key());
        self.flush();
    }

    /// Writes as much as the socket takes; its task writes the rest, and learns of failures.
    pub(crate) fn flush(&self) {
        let mut state = self.0.borrow_mut();
        // A failure shows itself to the reader as well.
        let _ = state.write();
        if !state.queue.is_empty()
            && let Some(waker) = state.waker.take()
        {
            waker.wake();
        }
    }

    /// Queues the first `bytes` of a text frame and sends them: for a client that goes away in the middle of a word.
    pub(crate) fn say_half(&self, text: &[u8]) {
        let mut frame = Vec::new();
        put(&mut frame, TEXT, text, key());
        let half = frame.len() / 2;
        self.0.borrow_mut().queue.extend(frame.iter().take(half));
        self.flush();
    }

    /// Writes what waits, for the task that reads the socket.
    pub(super) fn poll_flush(&self, cx: &mut Context<'_>) -> io::Result<()> {
        let mut state = self.0.borrow_mut();
        while !state.queue.is_empty() {
            let Some(half) = &state.half else { return Ok(()) };
            match half.as_ref().poll_write_ready(cx) {
                Poll::Ready(ready) => ready?,
                Poll::Pending => break,
            }
            state.write()?;
        }
        if !state.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            state.waker = Some(cx.waker().clone());
        }
        Ok(())
    }

    /// Gives the socket up without the FIN that dropping it would send.
    pub(super) fn abandon(&self) {
        if let Some(half) = self.0.borrow_mut().half.take() {
            half.forget();
        }
    }
}

impl State {
    fn write(&mut self) -> io::Result<()> {
        let Some(half) = &self.half else { return Ok(()) };
        while let Some(rest) = self.queue.get(self.written..).filter(|rest| !rest.is_empty()) {
            match half.try_write(rest) {
                Ok(count) => self.written += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        (self.written, self.queue) = (0, Vec::new());
        Ok(())
    }
}

/// A masking key: fresh for each frame, as RFC 6455 (5.3) wants it.
fn key() -> [u8; 4] {
    fastrand::u32(..).to_ne_bytes()
}
