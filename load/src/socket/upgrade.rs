//! From TCP to a WebSocket.

use std::time::Duration;

use domain::{Epoch, RoomName, Seq};
use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use super::{Socket, SocketError};
use crate::Target;

/// How long a server may take for the TCP connection and the answer to the upgrade.
const PATIENCE: Duration = Duration::from_secs(20);

/// The longest answer to an upgrade.
const MOST_HEAD: usize = 8 * 1024;

/// The key and its answer, of RFC 6455 (1.3). It guards against caches between the two, of which there are none here.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &[u8] = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// From where a client goes on that has been here before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Resume {
    /// The last numbered frame received.
    pub since: Seq,
    /// The epoch it belongs to.
    pub epoch: Epoch,
}

/// A socket that is to be opened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Upgrade<'a> {
    pub target: &'a Target,
    /// The client's number, by which its source address is chosen.
    pub number: usize,
    pub room: &'a RoomName,
    /// None: as a guest.
    pub token: Option<&'a SecretString>,
    pub resume: Option<Resume>,
    /// The kernel's receive buffer, in bytes; none: as large as the kernel likes. Small for clients that are to be slow:
    /// what the kernel holds for them isn't the server's.
    pub receive_buffer: Option<u32>,
}

impl Upgrade<'_> {
    /// Opens it.
    pub(crate) async fn open(&self) -> Result<Socket, SocketError> {
        timeout(PATIENCE, async {
            let stream = self.connect().await?;
            stream.set_nodelay(true)?;
            self.upgrade(stream).await
        })
        .await
        .unwrap_or(Err(SocketError::TimedOut))
    }

    async fn connect(&self) -> Result<TcpStream, SocketError> {
        let address = self.target.address();
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        if let Some(source) = self.target.source(self.number) {
            socket.bind(source)?;
        }
        if let Some(bytes) = self.receive_buffer {
            socket.set_recv_buffer_size(bytes)?;
        }
        Ok(socket.connect(address).await?)
    }

    async fn upgrade(&self, mut stream: TcpStream) -> Result<Socket, SocketError> {
        stream.write_all(self.request().expose_secret().as_bytes()).await?;
        let mut head = Vec::with_capacity(512);
        loop {
            if stream.read_buf(&mut head).await? == 0 {
                return Err(SocketError::Ended);
            }
            if let Some(size) = accepted(&head)? {
                let leftover = head.split_off(size);
                return Ok(Socket::new(stream, leftover));
            }
            if head.len() > MOST_HEAD {
                return Err(SocketError::NotWebSocket);
            }
        }
    }

    fn request(&self) -> SecretString {
        let place = self.resume.map_or_else(String::new, |Resume { since, epoch }| {
            format!("?since={since}&epoch={epoch}")
        });
        // In a header: a URL finds its way into logs.
        let token = self.token.map_or_else(String::new, |token| {
            format!("Authorization: Bearer {}\r\n", token.expose_secret())
        });
        let (room, host) = (self.room.as_str(), self.target.authority());
        format!(
            "GET /ws/chat/{room}/{place} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n{token}\r\n"
        )
        .into()
    }
}

/// How many bytes the head of the answer has, if the server agrees. None: it isn't all there.
fn accepted(head: &[u8]) -> Result<Option<usize>, SocketError> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let parsed = response.parse(head).map_err(|_| SocketError::NotWebSocket)?;
    let httparse::Status::Complete(size) = parsed else { return Ok(None) };
    let accepts = |header: &&mut httparse::Header<'_>| {
        header.name.eq_ignore_ascii_case("sec-websocket-accept") && header.value == ACCEPT
    };
    match response.code {
        Some(101) if response.headers.iter_mut().any(|header| accepts(&header)) => Ok(Some(size)),
        Some(101) | None => Err(SocketError::NotWebSocket),
        Some(status) => Err(SocketError::Refused(status)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGREED: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
                          Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    #[test]
    fn what_comes_behind_the_answer_is_not_part_of_it() {
        let whole = format!("{AGREED}\u{1}more");
        assert!(matches!(accepted(whole.as_bytes()), Ok(Some(size)) if size == AGREED.len()));
        assert!(matches!(accepted(&AGREED.as_bytes()[..60]), Ok(None)));
    }

    #[test]
    fn a_refusal_says_its_status_and_another_server_is_known() {
        let refused = accepted(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\n\r\n");
        assert!(matches!(refused, Err(SocketError::Refused(429))), "{refused:?}");
        let other = accepted(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n");
        assert!(matches!(other, Err(SocketError::NotWebSocket)), "{other:?}");
        assert!(matches!(accepted(b"SSH-2.0-x\r\n\r\n"), Err(SocketError::NotWebSocket)));
    }
}
