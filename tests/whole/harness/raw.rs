//! A bare TCP peer, for what no well-behaved client would send.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};

use super::wait::within;

/// The kinds of frame, as RFC 6455, 5.2 numbers them.
pub mod opcode {
    pub const CONTINUATION: u8 = 0x0;
    pub const TEXT: u8 = 0x1;
    pub const BINARY: u8 = 0x2;
    pub const CLOSE: u8 = 0x8;
    pub const PING: u8 = 0x9;
    pub const PONG: u8 = 0xA;
}

/// The bit that says "this frame is the last of its message".
pub const FIN: u8 = 0x80;

/// A TCP connection that sends exactly what it is told.
#[derive(Debug)]
pub struct Raw(BufReader<TcpStream>);

impl Raw {
    /// Connects.
    pub async fn connect(addr: SocketAddr) -> Self {
        Self::over(within("connect", TcpStream::connect(addr)).await.unwrap())
    }

    /// Connects from 127.0.0.`last`: all of 127.0.0.0/8 is this machine.
    pub async fn connect_from(addr: SocketAddr, last: u8) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, last], 0).into()).unwrap();
        Self::over(within("connect", socket.connect(addr)).await.unwrap())
    }

    fn over(stream: TcpStream) -> Self {
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    /// Connects and asks for a WebSocket at `path`; what follows are frames.
    pub async fn upgraded(addr: SocketAddr, path: &str) -> Self {
        let mut raw = Self::connect(addr).await;
        raw.send(upgrade_request(addr, path)).await;
        let head = raw.head().await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        raw
    }

    /// Connects with a request whose body never comes, and that is being worked on: the server has asked for the body.
    pub async fn with_endless_request(addr: SocketAddr) -> Self {
        let mut raw = Self::connect(addr).await;
        raw.send(
            "POST /api/users/login/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
             Content-Length: 20\r\nExpect: 100-continue\r\n\r\n",
        )
        .await;
        let head = raw.head().await;
        assert!(head.starts_with("HTTP/1.1 100 "), "{head}");
        raw
    }

    /// Sends these bytes. A server that has hung up meanwhile is told by what is read next.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = within("send", self.0.write_all(bytes.as_ref())).await;
    }

    /// Reads one byte; `None` when the server has hung up.
    pub async fn byte(&mut self) -> Option<u8> {
        let mut byte = [0];
        match within("a byte", self.0.read(&mut byte)).await {
            Ok(1) => Some(byte[0]),
            _ => None,
        }
    }

    /// Reads an answer's head, up to the empty line.
    pub async fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let Some(byte) = self.byte().await else { break };
            head.push(byte);
        }
        String::from_utf8_lossy(&head).into_owned()
    }

    /// Reads until the server hangs up.
    pub async fn rest(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // A reset after the last byte is a hang-up too.
        let _ = within("the end of the connection", self.0.read_to_end(&mut bytes)).await;
        bytes
    }

    /// Reads one of the server's frames: its first byte and its payload; `None` when the server has hung up.
    pub async fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        let first = self.byte().await?;
        let second = self.byte().await?;
        assert_eq!(second & 0x80, 0, "a server's frame is never masked");
        let extended = match second {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let mut length = if extended == 0 { usize::from(second) } else { 0 };
        for _ in 0..extended {
            length = length << 8 | usize::from(self.byte().await?);
        }
        let mut payload = Vec::with_capacity(length);
        while payload.len() < length {
            payload.push(self.byte().await?);
        }
        Some((first, payload))
    }

    /// Reads frames up to the close frame, and gives its code.
    pub async fn close_code(&mut self) -> Option<u16> {
        loop {
            let (first, payload) = self.frame().await?;
            if first == FIN | opcode::CLOSE {
                return Some(u16::from_be_bytes([payload[0], payload[1]]));
            }
        }
    }
}

/// A request for a WebSocket at `path`, with the key of RFC 6455's example.
pub fn upgrade_request(addr: SocketAddr, path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: {addr}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
}

/// A client's frame: `first` is its first byte (FIN, reserved bits, opcode), `payload` is masked as it must be.
pub fn masked_frame(first: u8, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0x37, 0xFA, 0x21, 0x3D];
    let mut frame = vec![first];
    match payload.len() {
        short @ ..126 => frame.push(0x80 | u8::try_from(short).unwrap()),
        medium @ ..0x1_0000 => {
            frame.push(0x80 | 0x7E);
            frame.extend(u16::try_from(medium).unwrap().to_be_bytes());
        }
        long => {
            frame.push(0x80 | 0x7F);
            frame.extend(u64::try_from(long).unwrap().to_be_bytes());
        }
    }
    frame.extend(MASK);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}
