//! The client's end: frames as a client writes them, and what it makes of the server's bytes.

use std::io::{Cursor, Read, Write};

use bytes::{BufMut, Bytes, BytesMut};
use tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};
use tungstenite::{Error, Message};

/// The first byte of a frame: FIN and opcode.
pub const TEXT: u8 = 0x81;
pub const BINARY: u8 = 0x82;
pub const OPEN_TEXT: u8 = 0x01;
pub const LAST: u8 = 0x80;
pub const CLOSE: u8 = 0x88;
pub const PING: u8 = 0x89;

/// A frame as a client sends it.
pub fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0x12, 0x34, 0x56, 0x78];
    let mut frame = header(first, 0x80, payload.len());
    frame.put_slice(&MASK);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame.into()
}

/// A close frame as a client sends it.
pub fn masked_close(code: u16) -> Vec<u8> {
    masked(CLOSE, &code.to_be_bytes())
}

/// A text frame as the server sends it.
pub fn server_text(text: &str) -> Bytes {
    let mut frame = header(TEXT, 0, text.len());
    frame.put_slice(text.as_bytes());
    frame.freeze()
}

fn header(first: u8, mask: u8, length: usize) -> BytesMut {
    let mut header = BytesMut::from(&[first][..]);
    match length {
        0..126 => header.put_u8(mask | u8::try_from(length).unwrap()),
        126..65_536 => {
            header.put_u8(mask | 0x7e);
            header.put_u16(u16::try_from(length).unwrap());
        }
        _ => {
            header.put_u8(mask | 0x7f);
            header.put_u64(length as u64);
        }
    }
    header
}

/// What a client makes of the server's bytes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Received {
    pub texts: Vec<String>,
    pub pongs: Vec<Bytes>,
    pub pings: usize,
    pub close: Option<(u16, String)>,
    /// Bytes of a frame that has not come to its end.
    pub rest: usize,
}

/// What was wrong with the server's bytes.
pub type Corrupt = String;

/// Reads the server's bytes as a client would: every frame whole, none after the close.
pub fn receive(bytes: &[u8]) -> Result<Received, Corrupt> {
    let mut received = Received::default();
    let mut rest = bytes;
    // One frame at a time, since tungstenite doesn't tell what it leaves.
    while let Some(frame) = first_frame(rest) {
        if received.close.is_some() {
            return Err("a frame after the close".into());
        }
        let config = WebSocketConfig::default().read_buffer_size(1024);
        let mut context = WebSocketContext::new(Role::Client, Some(config));
        match context.read(&mut Input(Cursor::new(frame))) {
            Ok(Message::Text(text)) => received.texts.push(text.to_string()),
            Ok(Message::Pong(payload)) => received.pongs.push(payload),
            Ok(Message::Ping(_)) => received.pings += 1,
            Ok(Message::Close(frame)) => {
                let frame = frame.ok_or("a close without a code")?;
                received.close = Some((frame.code.into(), frame.reason.to_string()));
            }
            Ok(other) => return Err(format!("{other:?}")),
            Err(Error::Io(_)) => return Err("a length that lies".into()),
            Err(error) => return Err(error.to_string()),
        }
        rest = &rest[frame.len()..];
    }
    received.rest = rest.len();
    Ok(received)
}

fn first_frame(bytes: &[u8]) -> Option<&[u8]> {
    let header = 2 + match bytes.get(1)? & 0x7f {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    let length = match (header, bytes.get(2..header)?) {
        (2, _) => usize::from(bytes[1] & 0x7f),
        (4, length) => usize::from(u16::from_be_bytes(length.try_into().ok()?)),
        (_, length) => usize::try_from(u64::from_be_bytes(length.try_into().ok()?)).ok()?,
    };
    bytes.get(..header.checked_add(length)?)
}

/// A stream with nothing but these bytes.
struct Input<'a>(Cursor<&'a [u8]>);

impl Read for Input<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(out)
    }
}

impl Write for Input<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
