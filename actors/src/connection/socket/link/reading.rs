//! What a client says.

use std::io::ErrorKind;
use std::task::Poll;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;
use tungstenite::{Error, Message};
use wire::CloseReason;

use super::super::buffer;
use super::super::{Closed, Inbound};
use super::ending::Phase;
use super::{Link, Share};

impl<I: Inbound, S: AsyncRead + AsyncWrite + Unpin> Link<I, S> {
    /// Reads until there is no more, or for as long as is fair to others: a buffer's worth.
    pub(super) fn read(&mut self, now: Instant) -> Result<Share, Closed> {
        let mut share = buffer::SIZE;
        while share > 0 && !self.end_of_input {
            let read = match self.pipe.poll_fill() {
                Poll::Pending => return Ok(Share::Done),
                Poll::Ready(Ok(read)) => read,
                Poll::Ready(Err(_)) => return Err(self.lost()),
            };
            if read == 0 {
                self.end_input()?;
            } else if matches!(self.phase, Phase::Open) {
                self.pulse.heard(now);
                self.tracker.follow(self.pipe.input.unread());
                self.hear(now)?;
            }
            self.pipe.input.discard();
            share = share.saturating_sub(read);
        }
        Ok(if self.end_of_input { Share::Done } else { Share::UsedUp })
    }

    /// Hears all that was read.
    fn hear(&mut self, now: Instant) -> Result<(), Closed> {
        loop {
            match self.context.read(&mut self.pipe) {
                // An end that comes while a text is being heard doesn't unsay it; the next one is not heard.
                Ok(Message::Text(text)) if self.outbox.hears() => self.inbound.text(&text),
                Ok(Message::Binary(payload)) if self.outbox.hears() => {
                    self.inbound.binary(&payload);
                }
                Ok(Message::Close(frame)) => {
                    let code = frame.map_or(Closed::NO_CODE, |frame| frame.code.into());
                    self.answer_close(code, now);
                    return Ok(());
                }
                Ok(_) => {}
                Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => {
                    let reason = fault(&error).ok_or_else(|| self.lost())?;
                    self.outbox.close(reason);
                }
            }
            if let Some(reason) = self.outbox.closes_now() {
                self.begin_close(reason, now);
                return Ok(());
            }
        }
    }

    /// Notes that the client sends nothing more. It may still read: what it is owed is written, but it isn't waited for.
    fn end_input(&mut self) -> Result<(), Closed> {
        self.end_of_input = true;
        match self.phase {
            Phase::Open if self.outbox.is_ending() => Ok(()),
            Phase::Closing { .. } => Ok(()),
            Phase::Open | Phase::Lingering { .. } => Err(self.lost()),
        }
    }
}

/// What the client did wrong; none if it is the connection that failed.
fn fault(error: &Error) -> Option<CloseReason> {
    match error {
        Error::Capacity(_) => Some(CloseReason::FrameTooBig),
        Error::Utf8(_) => Some(CloseReason::NotUtf8),
        Error::Protocol(_) | Error::AttackAttempt => Some(CloseReason::Protocol),
        _ => None,
    }
}
