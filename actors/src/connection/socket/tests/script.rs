//! A stream that does whatever a stream may do.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use fastrand::Rng;
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How a stream behaves.
#[derive(Debug, Clone, Copy)]
pub struct Manners {
    /// Of ten calls, how many say "not now" though they could do something.
    pub blocks: u8,
    /// The most bytes that one write takes.
    pub write: usize,
    /// The most bytes that one read gives.
    pub read: usize,
    /// Takes several slices in one write.
    pub vectored: bool,
}

/// A stream that takes and gives everything at once.
pub const GENTLE: Manners =
    Manners { blocks: 0, write: usize::MAX, read: usize::MAX, vectored: true };

#[expect(clippy::struct_excessive_bools, reason = "each may be so or not, whatever the others are")]
struct State {
    rng: Rng,
    manners: Manners,
    incoming: VecDeque<u8>,
    ended: bool,
    outgoing: Vec<u8>,
    writes: usize,
    shut: bool,
    /// Takes nothing, for as long as the client doesn't read.
    stuck: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
    /// What the stream holds until it is flushed, as TLS may.
    unflushed: bool,
}

/// A stream by a script; a clone is the same stream.
#[derive(Clone)]
pub struct Script(Arc<Mutex<State>>);

impl Script {
    pub fn new(seed: u64, manners: Manners) -> Self {
        Self(Arc::new(Mutex::new(State {
            rng: Rng::with_seed(seed),
            manners,
            incoming: VecDeque::new(),
            ended: false,
            outgoing: Vec::new(),
            writes: 0,
            shut: false,
            stuck: false,
            reader: None,
            writer: None,
            unflushed: false,
        })))
    }

    /// The client sends.
    pub fn send(&self, bytes: impl AsRef<[u8]>) {
        let mut state = self.0.lock();
        state.incoming.extend(bytes.as_ref());
        state.reader.take().into_iter().for_each(Waker::wake);
    }

    /// The client sends nothing more.
    pub fn end(&self) {
        let mut state = self.0.lock();
        state.ended = true;
        state.reader.take().into_iter().for_each(Waker::wake);
    }

    /// The client stops reading, or goes on.
    pub fn stick(&self, stuck: bool) {
        self.0.lock().stuck = stuck;
    }

    /// The stream can do something again, for whoever it sent away.
    pub fn stir(&self) {
        let mut state = self.0.lock();
        if !state.stuck {
            state.writer.take().into_iter().for_each(Waker::wake);
        }
        if !state.incoming.is_empty() || state.ended {
            state.reader.take().into_iter().for_each(Waker::wake);
        }
    }

    pub fn manners(&self) -> Manners {
        self.0.lock().manners
    }

    pub fn written(&self) -> Vec<u8> {
        self.0.lock().outgoing.clone()
    }

    pub fn writes(&self) -> usize {
        self.0.lock().writes
    }

    pub fn is_shut(&self) -> bool {
        self.0.lock().shut
    }

    pub fn is_all_read(&self) -> bool {
        self.0.lock().incoming.is_empty()
    }

    pub fn is_flushed(&self) -> bool {
        !self.0.lock().unflushed
    }
}

impl State {
    /// Whether to say "not now". Sometimes the caller is woken at once, as tokio does when a task has had its share.
    fn refuses(&mut self, waker: &Waker) -> bool {
        let refuses = self.rng.u8(..10) < self.manners.blocks;
        if refuses && self.rng.bool() {
            waker.wake_by_ref();
        }
        refuses
    }

    fn take(&mut self, bytes: &[u8]) -> usize {
        let most = bytes.len().min(self.manners.write);
        let taken = if most > 1 && self.manners.write < usize::MAX {
            self.rng.usize(1..=most)
        } else {
            most
        };
        self.outgoing.extend(&bytes[..taken]);
        self.writes += 1;
        self.unflushed = true;
        taken
    }
}

impl AsyncRead for Script {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut state = self.0.lock();
        let idle = state.incoming.is_empty() && !state.ended;
        if idle || state.refuses(cx.waker()) {
            state.reader = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let most = state.incoming.len().min(state.manners.read).min(buffer.remaining());
        let given = if most > 1 && state.manners.read < usize::MAX {
            state.rng.usize(1..=most)
        } else {
            most
        };
        let given: Vec<u8> = state.incoming.drain(..given).collect();
        buffer.put_slice(&given);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Script {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut state = self.0.lock();
        assert!(!state.shut, "written to after the end");
        if state.stuck || state.refuses(cx.waker()) {
            state.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(Ok(state.take(bytes)))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        assert!(slices.len() <= 64, "{} slices", slices.len());
        let mut all = Vec::new();
        for slice in slices {
            all.extend_from_slice(slice);
        }
        let first = slices.first().map_or(0, |slice| slice.len());
        let vectored = self.0.lock().manners.vectored;
        self.poll_write(cx, if vectored { &all } else { &all[..first] })
    }

    fn is_write_vectored(&self) -> bool {
        self.0.lock().manners.vectored
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.0.lock();
        if state.refuses(cx.waker()) {
            state.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        state.unflushed = false;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.0.lock();
        if state.refuses(cx.waker()) {
            state.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        state.shut = true;
        Poll::Ready(Ok(()))
    }
}
