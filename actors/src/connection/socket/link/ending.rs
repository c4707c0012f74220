//! How a socket ends.

use std::io::ErrorKind;
use std::task::Poll;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;
use tungstenite::Error;
use tungstenite::protocol::CloseFrame;
use wire::CloseReason;

use super::super::{Closed, Inbound, Side};
use super::Link;
use super::writing::Step;

/// How long a client has to take its close frame and go.
const GRACE: Duration = Duration::from_secs(1);

/// How far a socket's life has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// In use.
    Open,
    /// A close frame is to be written: the server's for this `reason`, or the answer to the client's, or, without a
    /// reason, what tungstenite has of it. What the client sends is thrown away.
    Closing { closed: Closed, reason: Option<CloseReason>, until: Instant },
    /// All is written and the stream shut down; what the client sends is read and thrown away until it goes. To drop a
    /// connection with something unread resets it, and then the client may never see the close frame (RFC 6455, 7.1.1).
    Lingering { closed: Closed, until: Instant },
}

impl<I: Inbound, S: AsyncRead + AsyncWrite + Unpin> Link<I, S> {
    /// The server's close: it goes at the next frame boundary, overtaking what is queued.
    pub(super) fn begin_close(&mut self, reason: CloseReason, now: Instant) {
        let closed = Closed { by: Side::Server, code: reason.code() };
        self.phase = Phase::Closing { closed, reason: Some(reason), until: now + GRACE };
        self.give_up_queued();
    }

    /// The client's close, with this `code`, which tungstenite answers.
    pub(super) fn answer_close(&mut self, code: u16, now: Instant) {
        let closed = Closed { by: Side::Client, code };
        self.phase = Phase::Closing { closed, reason: None, until: now + GRACE };
        // It has the answer ready and waits to be asked.
        self.pipe.cursor.tungstenite_waits();
        self.outbox.leave();
        self.give_up_queued();
    }

    fn give_up_queued(&mut self) {
        self.flight.cut();
        self.pipe.cursor.raw_is_part(self.flight.is_part());
        self.pipe.input.discard();
    }

    /// Hands tungstenite the close frame, then shuts the stream down; everything before it is written.
    pub(super) fn part(&mut self) -> Result<Step, Closed> {
        match self.phase {
            Phase::Closing { closed, reason: Some(reason), until } => {
                self.phase = Phase::Closing { closed, reason: None, until };
                let frame =
                    CloseFrame { code: reason.code().into(), reason: reason.reason().into() };
                match self.context.close(&mut self.pipe, Some(frame)) {
                    Ok(()) => Ok(Step::On),
                    Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => Ok(Step::On),
                    Err(_) => Err(closed),
                }
            }
            Phase::Closing { closed, reason: None, until } => match self.pipe.poll_shutdown() {
                Poll::Pending => Ok(Step::Wait),
                Poll::Ready(Ok(())) if !self.end_of_input => {
                    self.phase = Phase::Lingering { closed, until };
                    Ok(Step::Wait)
                }
                Poll::Ready(_) => Err(closed),
            },
            Phase::Open | Phase::Lingering { .. } => Ok(Step::Wait),
        }
    }

    /// How the socket ended, now that its connection is gone.
    pub(super) fn lost(&self) -> Closed {
        match self.phase {
            Phase::Open => Closed { by: Side::Client, code: Closed::LOST },
            Phase::Closing { closed, .. } | Phase::Lingering { closed, .. } => closed,
        }
    }
}
