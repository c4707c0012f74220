//! A WebSocket client: one person in one room.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use http::HeaderValue;
use http::header::{AUTHORIZATION, ORIGIN};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::http::Answer;
use super::wait::within;

/// How a client asks for a socket.
#[derive(Debug, Default, Clone)]
pub struct Knock<'a> {
    /// `?token=`.
    pub token: Option<&'a str>,
    /// `Authorization: Bearer`.
    pub bearer: Option<&'a str>,
    /// `Origin`.
    pub origin: Option<&'a str>,
    /// More of a query, such as `since=3`.
    pub query: Option<&'a str>,
}

/// An open socket.
#[derive(Debug)]
pub struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// Asks for the room `room`; a refusal before the upgrade is an answer.
    pub async fn knock(addr: SocketAddr, room: &str, knock: &Knock<'_>) -> Result<Self, Answer> {
        match Self::open(addr, room, knock).await {
            Ok(socket) => Ok(socket),
            Err(Error::Http(refusal)) => {
                let (head, body) = refusal.into_parts();
                let body = body.unwrap_or_default().into();
                Err(Answer { status: head.status, headers: head.headers, body })
            }
            Err(error) => panic!("the upgrade failed: {error}"),
        }
    }

    /// Asks for the room `room` a server that may not be there.
    pub async fn open(addr: SocketAddr, room: &str, knock: &Knock<'_>) -> Result<Self, Error> {
        let token = knock.token.map(|token| format!("token={token}"));
        let query = [token.as_deref(), knock.query].into_iter().flatten().collect::<Vec<_>>();
        let mark = if query.is_empty() { "" } else { "?" };
        let url = format!("ws://{addr}/ws/chat/{room}/{mark}{}", query.join("&"));
        let mut request = url.into_client_request().unwrap();
        let headers = request.headers_mut();
        if let Some(token) = knock.bearer {
            headers.insert(AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
        }
        if let Some(origin) = knock.origin {
            headers.insert(ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        let stream = within("connect", TcpStream::connect(addr)).await?;
        let opening = tokio_tungstenite::client_async(request, stream);
        Ok(Self(within("the upgrade", opening).await?.0))
    }

    /// Sends a frame of JSON.
    pub async fn send(&mut self, frame: Value) {
        self.send_text(&frame.to_string()).await;
    }

    /// Sends a text frame.
    pub async fn send_text(&mut self, text: &str) {
        within("send", self.0.send(Message::text(text))).await.unwrap();
    }

    /// Sends a frame to a server that may have closed already.
    pub async fn send_unless_closed(&mut self, frame: Value) {
        let _ = within("send", self.0.send(Message::text(frame.to_string()))).await;
    }

    /// Sends a binary frame.
    pub async fn send_binary(&mut self, bytes: Vec<u8>) {
        within("send", self.0.send(Message::binary(bytes))).await.unwrap();
    }

    /// Says something with `cid`, so that an ack comes back.
    pub async fn say(&mut self, cid: &str, message: &str) {
        self.send(json!({ "type": "message", "message": message, "cid": cid })).await;
    }

    /// The next frame, which must be text that holds JSON.
    pub async fn next(&mut self) -> Value {
        within("a frame", async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    other => panic!("expected a text frame, got {other:?}"),
                }
            }
        })
        .await
    }

    /// The next frame, or nothing when the server has closed.
    pub async fn next_or_close(&mut self) -> Option<Value> {
        within("a frame or the close", async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) => {
                        return Some(serde_json::from_str(&text).unwrap());
                    }
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                    Some(Ok(_)) => {}
                }
            }
        })
        .await
    }

    /// The next frame, or the code with which the server closed; 1006, as in RFC 6455, when it hung up without one.
    pub async fn next_or_code(&mut self) -> Result<Value, u16> {
        within("a frame or the close", async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) => {
                        return Ok(serde_json::from_str(&text).unwrap());
                    }
                    Some(Ok(Message::Close(frame))) => {
                        return Err(frame.map_or(1005, |frame| frame.code.into()));
                    }
                    Some(Err(_)) | None => return Err(1006),
                    Some(Ok(_)) => {}
                }
            }
        })
        .await
    }

    /// The next text frame, byte for byte.
    pub async fn next_text(&mut self) -> String {
        match within("a frame", self.0.next()).await {
            Some(Ok(Message::Text(text))) => text.to_string(),
            other => panic!("expected a text frame, got {other:?}"),
        }
    }

    /// The next frame of type `kind`; those before it are passed over.
    pub async fn next_of(&mut self, kind: &str) -> Value {
        within(kind, async {
            loop {
                let frame = self.next().await;
                if frame["type"] == kind {
                    return frame;
                }
            }
        })
        .await
    }

    /// Checks that nothing has been sent to this socket that wasn't read: the answer to a ping comes next.
    pub async fn has_nothing_more(&mut self) {
        self.send(json!({ "type": "ping", "rid": "nothing more" })).await;
        assert_eq!(self.next().await, json!({ "type": "pong", "rid": "nothing more" }));
    }

    /// Waits for the server's next ping, which the library answers.
    pub async fn is_pinged(&mut self) {
        match within("a ping", self.0.next()).await {
            Some(Ok(Message::Ping(_))) => within("the pong", self.0.flush()).await.unwrap(),
            other => panic!("expected a ping, got {other:?}"),
        }
    }

    /// Reads until the server closes, and gives the close frame's code and reason. `None`: it hung up without one.
    pub async fn closed(&mut self) -> Option<(u16, String)> {
        within("the close frame", async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Close(Some(frame)))) => {
                        let (code, reason) = (u16::from(frame.code), frame.reason.to_string());
                        return Some((code, reason));
                    }
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return None,
                }
            }
        })
        .await
    }

    /// The code and the reason with which the server closes, which it does next, without another text frame.
    pub async fn next_close(&mut self) -> (u16, String) {
        match within("the close frame", self.0.next()).await {
            Some(Ok(Message::Close(Some(frame)))) => (frame.code.into(), frame.reason.to_string()),
            other => panic!("expected a close frame, got {other:?}"),
        }
    }

    /// Checks that the next thing the server does is to close with `code`, without another text frame.
    pub async fn is_closed_at_once(&mut self, code: u16) {
        assert_eq!(self.next_close().await.0, code);
    }

    /// Waits until the connection is gone altogether.
    pub async fn is_gone(&mut self) {
        within("the end of the connection", async {
            while let Some(Ok(_)) = self.0.next().await {}
        })
        .await;
    }

    /// Closes from this side, and waits until the connection is gone.
    pub async fn leave(mut self) {
        within("send", self.0.close(None)).await.unwrap();
        self.is_gone().await;
    }
}
