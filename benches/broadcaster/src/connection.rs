//! One client.

use std::io::{self, Read, Write};

use mio::net::TcpStream;

use crate::frame::{self, CLOSE, Frame, PONG};
use crate::handshake;

/// How much may wait for a client that doesn't read; more ends it.
const MOST: usize = 16 * 1024 * 1024;

/// A connection, before its upgrade and after.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    /// The room, once it is upgraded.
    room: Option<String>,
    /// The beginning of a request or frame whose end hasn't come.
    begun: Vec<u8>,
    backlog: Vec<u8>,
}

/// What a look at a connection brought.
#[derive(Debug, Default)]
pub struct Heard {
    /// It has just entered its room.
    pub entered: bool,
    pub texts: Vec<Vec<u8>>,
}

impl Connection {
    pub fn new(stream: TcpStream) -> Self {
        Self { stream, room: None, begun: Vec::new(), backlog: Vec::new() }
    }

    pub fn stream(&mut self) -> &mut TcpStream {
        &mut self.stream
    }

    pub fn room(&self) -> Option<&str> {
        self.room.as_deref()
    }

    /// Reads all there is.
    ///
    /// # Errors
    ///
    /// When the client is gone, or sends what isn't taken.
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<Heard> {
        let mut heard = Heard::default();
        loop {
            let count = match self.stream.read(buffer) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(heard),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            self.begun.extend(buffer.iter().take(count));
            self.understand(&mut heard)?;
            // A buffer that wasn't filled has taken everything; epoll tells of what comes later.
            if count < buffer.len() {
                return Ok(heard);
            }
        }
    }

    fn understand(&mut self, heard: &mut Heard) -> io::Result<()> {
        let refused = || io::Error::from(io::ErrorKind::InvalidData);
        if self.room.is_none() {
            let asked = handshake::read(&self.begun).map_err(|_| refused())?;
            let Some(asked) = asked else { return Ok(()) };
            self.begun.drain(..asked.size);
            self.room = Some(asked.room);
            heard.entered = true;
            self.write(asked.answer.as_bytes())?;
        }
        let mut taken = 0;
        while let Some((frame, size)) =
            frame::take(self.begun.get(taken..).unwrap_or_default()).map_err(|_| refused())?
        {
            taken += size;
            match frame {
                Frame::Text(text) => heard.texts.push(text),
                Frame::Ping(payload) => self.control(PONG, &payload)?,
                Frame::Close => {
                    self.control(CLOSE, &[])?;
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                Frame::Nothing => {}
            }
        }
        self.begun.drain(..taken);
        Ok(())
    }

    fn control(&mut self, first: u8, payload: &[u8]) -> io::Result<()> {
        let mut out = Vec::new();
        frame::put(&mut out, first, payload);
        self.write(&out)
    }

    /// Writes `bytes`, or as much as the socket takes; the rest waits for [`Connection::flush`].
    ///
    /// # Errors
    ///
    /// When the client is gone, or too much waits for it.
    pub fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        if self.backlog.is_empty() {
            while !bytes.is_empty() {
                match self.stream.write(bytes) {
                    Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
        }
        if self.backlog.len() + bytes.len() > MOST {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        self.backlog.extend_from_slice(bytes);
        Ok(())
    }

    /// Writes what waits.
    ///
    /// # Errors
    ///
    /// When the client is gone.
    pub fn flush(&mut self) -> io::Result<()> {
        let waiting = std::mem::take(&mut self.backlog);
        self.write(&waiting)
    }
}
