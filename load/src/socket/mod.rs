//! One WebSocket, seen by a client that has thousands of them.

mod frames;
mod header;
#[cfg(test)]
mod tests;
mod upgrade;
mod writer;

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;

pub(crate) use self::frames::Frame;
use self::frames::Frames;
pub(crate) use self::upgrade::{Resume, Upgrade};
pub(crate) use self::writer::Writer;

/// How much is read at once: as much as the server writes at once.
const BUFFER: usize = 64 * 1024;

thread_local! {
    /// One buffer for all sockets: what is read is heard before the next one is polled.
    static SHARED: RefCell<Vec<u8>> = RefCell::new(vec![0; BUFFER]);
}

/// What a server sent that no server of this protocol sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Broken {
    /// A frame that begins with this byte: no whole text, ping, pong or close without extensions.
    #[error("a frame that begins with {0:#04x}")]
    Opcode(u8),
    /// A masked frame, which only clients send.
    #[error("a masked frame")]
    Masked,
    /// A frame of so many bytes.
    #[error("a frame of {0} bytes")]
    TooLong(usize),
}

/// Why a socket couldn't be opened, or is no more.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SocketError {
    /// TCP failed; also by a reset.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The stream isn't WebSocket's.
    #[error("the server sent {0}")]
    Broken(#[from] Broken),
    /// The server answered the upgrade with this status.
    #[error("the upgrade was answered {0}")]
    Refused(u16),
    /// What answered the upgrade doesn't speak WebSocket.
    #[error("the upgrade was answered by something else than a WebSocket server")]
    NotWebSocket,
    /// The stream ended.
    #[error("the stream ended")]
    Ended,
    /// Nothing came for too long.
    #[error("no answer in time")]
    TimedOut,
}

/// What one read brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Read {
    /// How many bytes.
    pub bytes: usize,
}

/// An open WebSocket.
#[derive(Debug)]
pub(crate) struct Socket {
    read: OwnedReadHalf,
    writer: Rc<Writer>,
    frames: Frames,
    /// What came behind the answer to the upgrade.
    leftover: Vec<u8>,
}

impl Socket {
    fn new(stream: TcpStream, leftover: Vec<u8>) -> Self {
        let (read, write) = stream.into_split();
        let writer = Rc::new(Writer::new(write));
        Self { read, writer, frames: Frames::default(), leftover }
    }

    /// What is said through this socket, for whoever says it.
    pub(crate) fn writer(&self) -> &Rc<Writer> {
        &self.writer
    }

    /// Waits until something comes, and gives `hear` every frame that ends with it, all within one poll. Pings and
    /// closes are answered. Nothing is lost when the future is dropped.
    ///
    /// # Errors
    ///
    /// When the stream ends, breaks, or isn't WebSocket's.
    pub(crate) async fn hear(
        &mut self,
        mut hear: impl FnMut(Frame<'_>),
    ) -> Result<Read, SocketError> {
        poll_fn(|cx| self.poll_hear(cx, &mut hear)).await
    }

    fn poll_hear(
        &mut self,
        cx: &mut Context<'_>,
        hear: &mut impl FnMut(Frame<'_>),
    ) -> Poll<Result<Read, SocketError>> {
        self.writer.poll_flush(cx)?;
        let Self { read, writer, frames, leftover } = self;
        let mut answering = |frame: Frame<'_>| {
            match frame {
                Frame::Ping(payload) => writer.pong(payload),
                Frame::Close(code) => writer.close(code),
                Frame::Text(_) | Frame::Pong => (),
            }
            hear(frame);
        };
        if !leftover.is_empty() {
            let chunk = std::mem::take(leftover);
            frames.feed(&chunk, &mut answering)?;
            return Poll::Ready(Ok(Read { bytes: chunk.len() }));
        }
        SHARED.with_borrow_mut(|buffer| {
            let mut buffer = ReadBuf::new(buffer);
            ready!(Pin::new(read).poll_read(cx, &mut buffer))?;
            let chunk = buffer.filled();
            if chunk.is_empty() {
                return Poll::Ready(Err(SocketError::Ended));
            }
            frames.feed(chunk, &mut answering)?;
            Poll::Ready(Ok(Read { bytes: chunk.len() }))
        })
    }

    /// Drops the connection with a reset: what is on its way, either way, is lost.
    pub(crate) fn reset(self) {
        // Where it fails the connection is gone already.
        let _ = self.read.as_ref().set_zero_linger();
        self.writer.abandon();
    }
}
