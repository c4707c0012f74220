//! The other end of a socket, for tests: a server that does what it is told, frame by frame.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use domain::SystemClock;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::{Counts, Setup, Target};

/// How long anything may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A listener, and what a client needs to find it.
pub(crate) struct Peer(TcpListener);

/// One client's socket, seen from the server.
pub(crate) struct Accepted(TcpStream);

impl Peer {
    pub(crate) async fn listen() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    pub(crate) fn setup(&self) -> Rc<Setup> {
        let url = format!("http://{}", self.0.local_addr().unwrap());
        Rc::new(Setup {
            target: Target::resolve(&url, false).unwrap(),
            tokens: None,
            rooms: "test".parse().unwrap(),
            server: None,
            recording: None,
            clock: Arc::new(SystemClock),
            counts: Rc::new(Counts::default()),
        })
    }

    /// Lets the next client in; `behind` comes in one packet with the answer to its upgrade.
    pub(crate) async fn accept(&self, behind: &[u8]) -> Accepted {
        let (mut stream, _) = timeout(PATIENCE, self.0.accept()).await.unwrap().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            assert_ne!(stream.read_buf(&mut head).await.unwrap(), 0);
        }
        let answer =
            b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                       Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
        stream.write_all(&[answer, behind].concat()).await.unwrap();
        Accepted(stream)
    }
}

impl Accepted {
    /// The next frame of the client, which is short: its first byte and its payload.
    pub(crate) async fn frame(&mut self) -> (u8, Vec<u8>) {
        let read = async {
            let mut header = [0; 6];
            self.0.read_exact(&mut header).await.unwrap();
            let [first, length, key @ ..] = header;
            assert!((0x80..=0xfd).contains(&length), "masked and short");
            let mut payload = vec![0; usize::from(length & 0x7f)];
            self.0.read_exact(&mut payload).await.unwrap();
            payload.iter_mut().zip(key.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
            (first, payload)
        };
        timeout(PATIENCE, read).await.expect("a frame")
    }

    pub(crate) async fn text(&mut self) -> String {
        let (first, payload) = self.frame().await;
        assert_eq!(first, 0x81);
        String::from_utf8(payload).unwrap()
    }

    /// Sends a short text.
    pub(crate) async fn say(&mut self, text: &str) {
        self.0.write_all(&frame(text)).await.unwrap();
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// Nothing has come, and of what the client has heard so far nothing comes. It answers a ping while it hears, and speaks
    /// when it has heard: so the second answer comes behind all that it had to say to what was before the first.
    pub(crate) async fn hears_nothing(&mut self) {
        for ping in [b'1', b'2'] {
            self.write(&[0x89, 1, ping]).await;
            assert_eq!(self.frame().await, (0x8a, vec![ping]));
        }
    }

    /// How the stream ends.
    pub(crate) async fn end(&mut self) -> std::io::Result<Vec<u8>> {
        let mut rest = Vec::new();
        timeout(PATIENCE, self.0.read_to_end(&mut rest)).await.unwrap().map(|_| rest)
    }
}

/// A short text as a server's frame.
pub(crate) fn frame(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).unwrap();
    assert!(length < 126);
    [&[0x81, length], text.as_bytes()].concat()
}
