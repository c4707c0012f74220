//! The one task that reads from a socket and writes to it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use pin_project_lite::pin_project;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, Sleep, sleep_until};

use super::link::{Link, Turn};
use super::pulse::Pulse;
use super::{Closed, Inbound, Outbox, Settings, Stream};

pin_project! {
    /// The I/O task of one socket, to be spawned: it writes what is put into the socket's [`Outbox`], hands what the
    /// client says to an [`Inbound`], answers pings and sends its own, and is over when the socket is. To drop it is to
    /// cut the connection.
    ///
    /// It is written by hand because an `async fn` of the same takes twice the memory, and there is one for each socket.
    #[must_use = "a socket does nothing unless its task is spawned"]
    pub struct Io<I, S = Stream> {
        link: Link<I, S>,
        #[pin]
        alarm: Sleep,
    }
}

impl<I: Inbound, S: AsyncRead + AsyncWrite + Unpin> Io<I, S> {
    /// A socket over `stream`, on which the 101 was sent and of which `early` was read beyond the upgrade, that closes by
    /// itself at `expires`. To be called in a runtime with a clock.
    pub fn new(
        stream: S,
        early: Bytes,
        outbox: Arc<Outbox>,
        inbound: I,
        settings: &Settings,
        expires: Option<Instant>,
    ) -> Self {
        let now = Instant::now();
        let pulse = Pulse::new(settings, expires, now);
        let alarm = sleep_until(pulse.next().unwrap_or(now));
        let link = Link::new(stream, early, outbox, inbound, settings, pulse);
        Self { link, alarm }
    }

    /// The negative control: raw frames and tungstenite's own write whenever they like.
    #[cfg(test)]
    pub(super) fn without_cursor(mut self) -> Self {
        self.link.without_cursor();
        self
    }

    #[cfg(test)]
    pub(super) fn link(self: Pin<&Self>) -> &Link<I, S> {
        self.project_ref().link
    }
}

impl<I: Inbound, S: AsyncRead + AsyncWrite + Unpin> Future for Io<I, S> {
    type Output = Closed;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Closed> {
        let mut this = self.project();
        loop {
            match this.link.turn(cx.waker(), Instant::now()) {
                Turn::Over(closed) => return Poll::Ready(closed),
                Turn::Again => {
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Turn::Wait => {}
            }
            let Some(deadline) = this.link.deadline() else { return Poll::Pending };
            // The alarm isn't set anew for each frame that is heard: it rings early, and is then set to what is left.
            if deadline < this.alarm.deadline() || this.alarm.is_elapsed() {
                this.alarm.as_mut().reset(deadline);
            }
            if this.alarm.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
    }
}
