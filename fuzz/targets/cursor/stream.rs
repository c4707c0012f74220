//! A stream whose every answer is the script's.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Both ends of a stream; a clone is the same stream.
#[derive(Clone, Default)]
pub struct Stream(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    /// What the next calls come to; then everything goes through.
    answers: VecDeque<u8>,
    incoming: VecDeque<u8>,
    outgoing: Vec<u8>,
    /// Takes nothing, for as long as the client doesn't read.
    stuck: bool,
    shut: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl Stream {
    pub fn new(answers: Vec<u8>) -> Self {
        let state = State { answers: answers.into(), ..State::default() };
        Self(Rc::new(RefCell::new(state)))
    }

    /// The client sends.
    pub fn send(&self, bytes: &[u8]) {
        self.0.borrow_mut().incoming.extend(bytes);
        self.stir();
    }

    /// The client stops reading, or goes on.
    pub fn stick(&self, stuck: bool) {
        self.0.borrow_mut().stuck = stuck;
    }

    /// The stream can do something again, for whoever it sent away.
    pub fn stir(&self) {
        let mut state = self.0.borrow_mut();
        let reader = if state.incoming.is_empty() { None } else { state.reader.take() };
        let writer = if state.stuck { None } else { state.writer.take() };
        drop(state);
        reader.into_iter().chain(writer).for_each(Waker::wake);
    }

    /// What the server wrote.
    pub fn written(&self) -> Vec<u8> {
        self.0.borrow().outgoing.clone()
    }

    /// Whether the server has read everything.
    pub fn is_all_read(&self) -> bool {
        self.0.borrow().incoming.is_empty()
    }
}

impl State {
    /// How much of `most` bytes goes through; none: not now. A large answer also wakes at once, as tokio does when a task
    /// has had its share.
    fn share(&mut self, most: usize, waker: &Waker) -> Option<usize> {
        match self.answers.pop_front() {
            None | Some(0) => Some(most),
            Some(answer @ 1..200) => Some(most.min(usize::from(answer))),
            Some(answer) => {
                if answer > 227 {
                    waker.wake_by_ref();
                }
                None
            }
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let state = &mut *self.0.borrow_mut();
        let most = state.incoming.len().min(buffer.remaining());
        let share = if most == 0 { None } else { state.share(most, cx.waker()) };
        let Some(share) = share else {
            state.reader = Some(cx.waker().clone());
            return Poll::Pending;
        };
        state.incoming.drain(..share).for_each(|byte| buffer.put_slice(&[byte]));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let state = &mut *self.0.borrow_mut();
        assert!(!state.shut, "written to after the end");
        let share = if state.stuck { None } else { state.share(bytes.len(), cx.waker()) };
        let Some(share) = share else {
            state.writer = Some(cx.waker().clone());
            return Poll::Pending;
        };
        state.outgoing.extend(&bytes[..share]);
        Poll::Ready(Ok(share))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let all = slices.iter().flat_map(|slice| slice.iter().copied()).collect::<Vec<u8>>();
        self.poll_write(cx, &all)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.borrow_mut().shut = true;
        Poll::Ready(Ok(()))
    }
}
