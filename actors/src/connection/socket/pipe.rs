//! The stream, as tungstenite and the outbox's chunks share it.

use std::io::{self, ErrorKind, Read, Write};
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::buffer::Buffer;
use super::cursor::Cursor;
use super::flight::Flight;
use super::tracker::LARGE;

/// The stream, as tungstenite and the outbox's chunks share it. To tungstenite it is a blocking stream that says
/// `WouldBlock`; whoever is told so is woken through the task that is being polled.
#[derive(Debug)]
pub(super) struct Pipe<S> {
    stream: S,
    /// The task that polled last.
    waker: Waker,
    /// What was read before, until it is consumed.
    early: Option<Box<Bytes>>,
    pub input: Buffer,
    pub cursor: Cursor,
    /// Something was written that the stream may still hold.
    unflushed: bool,
    /// Tungstenite had something to write since this was last set to false.
    pub offered: bool,
    /// Tungstenite's buffer of replies has grown: a client pings and doesn't read.
    pub grown: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Pipe<S> {
    /// A pipe over `stream`, of which `early` was read before.
    pub fn new(stream: S, early: Bytes) -> Self {
        Self {
            stream,
            waker: Waker::noop().clone(),
            early: (!early.is_empty()).then(|| Box::new(early)),
            input: Buffer::default(),
            cursor: Cursor::default(),
            unflushed: false,
            offered: false,
            grown: false,
        }
    }

    /// Begins a poll of the task `waker`.
    pub fn begin(&mut self, waker: &Waker) {
        self.waker.clone_from(waker);
        self.input.borrow();
    }

    /// Ends a poll.
    pub fn end(&mut self) {
        self.input.give_back();
    }

    /// The task that is being polled.
    pub fn waker(&self) -> &Waker {
        &self.waker
    }

    /// Reads more into the empty input; says how much: nothing at the end of the stream. TCP's `poll_read` knows by a
    /// read that doesn't fill the space that there is no more, and spares the one that would say so.
    pub fn poll_fill(&mut self) -> Poll<io::Result<usize>> {
        let space = self.input.space();
        let read = if let Some(mut early) = self.early.take() {
            let length = early.len().min(space.len());
            early.copy_to_slice(space.get_mut(..length).unwrap_or_default());
            self.early = (!early.is_empty()).then_some(early);
            length
        } else {
            let mut buffer = ReadBuf::new(space);
            let cx = &mut Context::from_waker(&self.waker);
            ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer))?;
            buffer.filled().len()
        };
        self.input.filled(read);
        Poll::Ready(Ok(read))
    }

    /// Writes what it can of `flight` in one go: no further than the chunk's end, if tungstenite is next.
    pub fn poll_write(&mut self, flight: &mut Flight) -> Poll<io::Result<()>> {
        let Self { stream, waker, input, .. } = self;
        let cx = &mut Context::from_waker(waker);
        let only_first = self.cursor.raw_stops_at_chunk();
        let written = flight.offer(only_first, input.space(), |slices| match slices {
            [one] => Pin::new(stream).poll_write(cx, one),
            many => Pin::new(stream).poll_write_vectored(cx, many),
        });
        let written = ready!(written)?;
        if written == 0 {
            return Poll::Ready(Err(ErrorKind::WriteZero.into()));
        }
        flight.advance(written);
        self.cursor.raw_is_part(flight.is_part());
        self.unflushed = true;
        Poll::Ready(Ok(()))
    }

    /// Makes the stream pass on what it holds. TCP holds nothing; TLS may.
    pub fn poll_flush(&mut self) -> Poll<io::Result<()>> {
        if self.unflushed {
            let cx = &mut Context::from_waker(&self.waker);
            ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Tells the client that nothing more will come.
    pub fn poll_shutdown(&mut self) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(&mut Context::from_waker(&self.waker))
    }
}

impl<S> Read for Pipe<S> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.input.read(out) {
            0 => Err(ErrorKind::WouldBlock.into()),
            read => Ok(read),
        }
    }
}

impl<S: AsyncWrite + Unpin> Write for Pipe<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.offered = true;
        self.grown |= bytes.len() > LARGE;
        if !self.cursor.admits_tungstenite() {
            return Err(ErrorKind::WouldBlock.into());
        }
        let cx = &mut Context::from_waker(&self.waker);
        let Poll::Ready(written) = Pin::new(&mut self.stream).poll_write(cx, bytes) else {
            self.cursor.tungstenite_waits();
            return Err(ErrorKind::WouldBlock.into());
        };
        let written = written?;
        self.cursor.tungstenite_wrote(written, bytes.len());
        self.unflushed = true;
        Ok(written)
    }

    /// Nothing: the I/O task flushes when everybody has written.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
