//! A socket while it is being polled: what is read, what is written, how it ends.

mod ending;
mod reading;
mod writing;

use std::sync::Arc;
use std::task::Waker;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;
use tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};
use wire::CloseReason;

use super::flight::Flight;
use super::pipe::Pipe;
use super::pulse::{Beat, Pulse};
use super::tracker::Tracker;
use super::{Closed, Inbound, Outbox, Settings};
use ending::Phase;

/// A socket: the stream, the two who write to it, and how far its life has come. Every poll of its task is one
/// [`Link::turn`]; nothing is lost between two turns, whenever they happen.
pub(super) struct Link<I, S> {
    outbox: Arc<Outbox>,
    inbound: I,
    context: WebSocketContext,
    pipe: Pipe<S>,
    flight: Flight,
    tracker: Tracker,
    pulse: Pulse,
    phase: Phase,
    /// The client sends nothing more.
    end_of_input: bool,
    /// How often tungstenite was built anew.
    #[cfg(test)]
    pub renewals: usize,
}

/// What a turn came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Wait: whatever there is to wait for wakes the task.
    Wait,
    /// There is more to do, but others want their turn too.
    Again,
    /// The socket is no more.
    Over(Closed),
}

/// Whether a direction has more to do than its share of one turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Share {
    Done,
    UsedUp,
}

impl<I: Inbound, S: AsyncRead + AsyncWrite + Unpin> Link<I, S> {
    /// A socket over `stream`, of which `early` was read before.
    pub fn new(
        stream: S,
        early: Bytes,
        outbox: Arc<Outbox>,
        inbound: I,
        settings: &Settings,
        pulse: Pulse,
    ) -> Self {
        Self {
            outbox,
            inbound,
            context: WebSocketContext::new(Role::Server, Some(limits(settings))),
            pipe: Pipe::new(stream, early),
            flight: Flight::default(),
            tracker: Tracker::default(),
            pulse,
            phase: Phase::Open,
            end_of_input: false,
            #[cfg(test)]
            renewals: 0,
        }
    }

    #[cfg(test)]
    pub fn without_cursor(&mut self) {
        self.pipe.cursor.off = true;
    }

    /// The chunks that the flight has memory for beside the inline one.
    #[cfg(test)]
    pub fn flight_memory(&self) -> usize {
        self.flight.heap()
    }

    /// Does what there is to do for the task `waker`, or a fair share of it.
    pub fn turn(&mut self, waker: &Waker, now: Instant) -> Turn {
        self.pipe.begin(waker);
        let work = self.work(now);
        self.pipe.end();
        match work {
            Ok(Share::Done) => Turn::Wait,
            Ok(Share::UsedUp) => Turn::Again,
            Err(closed) => {
                self.outbox.leave();
                Turn::Over(closed)
            }
        }
    }

    /// When to take a turn, if nothing happens before.
    pub fn deadline(&self) -> Option<Instant> {
        match self.phase {
            Phase::Open => self.pulse.next(),
            Phase::Closing { until, .. } | Phase::Lingering { until, .. } => Some(until),
        }
    }

    /// Both directions, always: who doesn't read is still heard, and who floods is still written to.
    fn work(&mut self, now: Instant) -> Result<Share, Closed> {
        self.keep_time(now)?;
        if let (Phase::Open, Some(reason)) = (&self.phase, self.outbox.closes_now()) {
            self.begin_close(reason, now);
        }
        let reading = self.read(now)?;
        self.renew();
        let writing = self.write(now)?;
        Ok(if reading == Share::Done { writing } else { reading })
    }

    fn keep_time(&mut self, now: Instant) -> Result<(), Closed> {
        match self.phase {
            Phase::Open => match self.pulse.beat(now) {
                Beat::Rest => {}
                Beat::Ping => self.ping()?,
                Beat::Silent => self.outbox.close(CloseReason::NoPong),
                Beat::Expired => self.outbox.close(CloseReason::TokenExpired),
            },
            Phase::Closing { closed, until, .. } | Phase::Lingering { closed, until } => {
                if until <= now {
                    return Err(closed);
                }
            }
        }
        Ok(())
    }

    /// Builds tungstenite anew after a large frame, or else its buffer keeps that size as long as the socket lives: once
    /// nothing of a message, read or written, is in it.
    fn renew(&mut self) {
        let outgrown = self.tracker.saw_large() || self.pipe.grown;
        let between = self.tracker.is_between_messages() && matches!(self.phase, Phase::Open);
        if outgrown && between && self.has_replied() {
            self.context = WebSocketContext::new(Role::Server, Some(*self.context.get_config()));
            self.tracker.restart();
            self.pipe.grown = false;
            #[cfg(test)]
            {
                self.renewals += 1;
            }
        }
    }

    /// Whether tungstenite has no reply left, neither begun nor yet to write.
    fn has_replied(&mut self) -> bool {
        loop {
            self.pipe.offered = false;
            if self.context.flush(&mut self.pipe).is_err() {
                return false;
            }
            if !self.pipe.offered {
                return true;
            }
        }
    }
}

/// However a socket's task ends, nobody is left queueing for it.
impl<I, S> Drop for Link<I, S> {
    fn drop(&mut self) {
        self.outbox.leave();
    }
}

/// Every limit that tungstenite has. Its defaults are 128 KiB of read buffer a socket, zero-filled at each read, 64 MiB
/// of message, and replies without a bound.
fn limits(settings: &Settings) -> WebSocketConfig {
    let longest = (settings.max_frame_bytes > 0).then_some(settings.max_frame_bytes);
    WebSocketConfig::default()
        .read_buffer_size(64)
        .write_buffer_size(0)
        .max_write_buffer_size(64 * 1024)
        .max_frame_size(longest)
        .max_message_size(longest)
        .accept_unmasked_frames(false)
}
