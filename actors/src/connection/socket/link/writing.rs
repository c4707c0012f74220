//! What a client is told.

use std::io::ErrorKind;
use std::task::Poll;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;
use tungstenite::{Error, Message};

use super::super::outbox::Next;
use super::super::{Closed, Inbound};
use super::ending::Phase;
use super::{Link, Share};

/// How many writes a turn has before it is others' turn: a client on this machine may read as fast as is written.
const WRITES: usize = 16;

/// What one step of writing came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// There may be more.
    On,
    /// The stream takes no more, or there is no more: whoever changes that wakes the task.
    Wait,
}

impl<I: Inbound, S: AsyncRead + AsyncWrite + Unpin> Link<I, S> {
    /// Writes until there is no more, the stream takes no more, or for as long as is fair to others.
    pub(super) fn write(&mut self, now: Instant) -> Result<Share, Closed> {
        for _ in 0..WRITES {
            if self.write_step(now)? == Step::Wait {
                return match self.pipe.poll_flush() {
                    Poll::Ready(Err(_)) => Err(self.lost()),
                    _ => Ok(Share::Done),
                };
            }
        }
        Ok(Share::UsedUp)
    }

    /// In this order: the end of what is begun, then tungstenite, then the outbox, then the goodbye.
    fn write_step(&mut self, now: Instant) -> Result<Step, Closed> {
        if self.pipe.cursor.is_tungstenites_turn(!self.flight.is_empty()) {
            return self.write_replies(now);
        }
        if !self.flight.is_empty() {
            return match self.pipe.poll_write(&mut self.flight) {
                Poll::Pending => Ok(self.blocked(now)),
                Poll::Ready(Ok(())) => Ok(Step::On),
                Poll::Ready(Err(_)) => Err(self.lost()),
            };
        }
        if !matches!(self.phase, Phase::Open) {
            return self.part();
        }
        match self.outbox.take(self.flight.chunks(), self.pipe.waker()) {
            Next::Write => Ok(Step::On),
            Next::Wait => Ok(Step::Wait),
            Next::Close(reason) => {
                self.begin_close(reason, now);
                Ok(Step::On)
            }
        }
    }

    /// Lets tungstenite write what it was refused or has begun.
    fn write_replies(&mut self, now: Instant) -> Result<Step, Closed> {
        match self.context.flush(&mut self.pipe) {
            Ok(()) | Err(Error::ConnectionClosed) => {
                self.pipe.cursor.tungstenite_is_done();
                Ok(Step::On)
            }
            Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => Ok(self.blocked(now)),
            Err(_) => Err(self.lost()),
        }
    }

    /// The stream takes no more. A close needn't wait for what is queued.
    fn blocked(&mut self, now: Instant) -> Step {
        if let Phase::Open = self.phase {
            let (bytes, chunks) = self.flight.left();
            if let Some(reason) = self.outbox.block(bytes, chunks, self.pipe.waker()) {
                self.begin_close(reason, now);
                return Step::On;
            }
        }
        Step::Wait
    }

    /// Asks a silent client whether it is there. Where the ping can't be written it waits its turn, and where tungstenite
    /// is full of replies that the client doesn't read there is no point in it.
    pub(super) fn ping(&mut self) -> Result<(), Closed> {
        match self.context.write(&mut self.pipe, Message::Ping(Bytes::new())) {
            Ok(()) | Err(Error::WriteBufferFull(_)) => Ok(()),
            Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            Err(_) => Err(self.lost()),
        }
    }
}
