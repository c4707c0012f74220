//! One end of a socket, as a client holds it.

use actors::connection::socket::Stream;
use actors::connections::{Admitted, Refusal};
use bytes::Bytes;
use domain::ConnectionId;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::DuplexStream;
use tokio_tungstenite::WebSocketStream;
use tungstenite::Message;
use tungstenite::protocol::Role;

use crate::world::within;

pub struct Client {
    pub id: Option<ConnectionId>,
    socket: WebSocketStream<DuplexStream>,
}

/// How a socket ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goodbye {
    pub code: u16,
    pub reason: String,
}

impl Client {
    pub async fn run(admitted: Admitted) -> Self {
        let id = admitted.id();
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        admitted.run(Stream::other(theirs), Bytes::new());
        let socket = WebSocketStream::from_raw_socket(ours, Role::Client, None).await;
        Self { id: Some(id), socket }
    }

    pub async fn refused(refusal: Refusal) -> Self {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        refusal.run(Stream::other(theirs), Bytes::new());
        let socket = WebSocketStream::from_raw_socket(ours, Role::Client, None).await;
        Self { id: None, socket }
    }

    pub async fn send(&mut self, frame: Value) {
        let text = Message::text(frame.to_string());
        within("a frame to be sent", self.socket.send(text)).await.expect("an open socket");
    }

    /// The next frame, or how the socket ended.
    pub async fn next(&mut self) -> Result<Value, Goodbye> {
        loop {
            match within("a frame", self.socket.next()).await {
                Some(Ok(Message::Text(text))) => {
                    return Ok(serde_json::from_str(&text).expect("JSON"));
                }
                Some(Ok(Message::Close(Some(close)))) => {
                    let (code, reason) = (close.code.into(), close.reason.to_string());
                    return Err(Goodbye { code, reason });
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => return Err(Goodbye { code: 1006, reason: format!("{other:?}") }),
            }
        }
    }

    /// The next frame, of a socket that is open.
    pub async fn frame(&mut self) -> Value {
        self.next().await.expect("an open socket")
    }

    /// How the socket ends; what comes before that is ignored.
    pub async fn goodbye(&mut self) -> Goodbye {
        loop {
            if let Err(goodbye) = self.next().await {
                return goodbye;
            }
        }
    }

    pub async fn greeted(&mut self) -> Value {
        let hello = self.frame().await;
        assert_eq!(hello["type"], "hello", "{hello}");
        hello
    }

    /// Says something, as the old clients did.
    pub async fn say(&mut self, text: &str) {
        self.send(json!({"message": text})).await;
    }

    /// Asks for something, and gives the frames up to and with its answer.
    pub async fn ask(&mut self, mut request: Value) -> Vec<Value> {
        request["rid"] = json!("asked");
        self.send(request).await;
        let mut frames = Vec::new();
        loop {
            frames.push(self.frame().await);
            if frames.last().is_some_and(|frame| frame["rid"] == "asked") {
                return frames;
            }
        }
    }

    /// The text of the next frame, which is a message.
    pub async fn hears(&mut self) -> (u64, String) {
        let frame = self.frame().await;
        assert_eq!(frame["type"], "message", "{frame}");
        let text = frame["message"].as_str().expect("a text");
        (frame["seq"].as_u64().expect("a number"), text.to_owned())
    }

    /// Says something until it is stored: `unavailable` is answered by saying it again with the same cid. What else comes
    /// meanwhile goes into `heard`.
    pub async fn insist(&mut self, text: &str, cid: &str, heard: &mut Vec<Value>) -> u64 {
        let message = json!({"type": "message", "message": text, "cid": cid});
        self.send(message.clone()).await;
        loop {
            let frame = self.frame().await;
            match frame["type"].as_str() {
                Some("ack") if frame["cid"] == cid => {
                    return frame["seq"].as_u64().expect("a number");
                }
                Some("error") if frame["cid"] == cid => {
                    assert_eq!(frame["code"], "unavailable", "{frame}");
                    self.send(message.clone()).await;
                }
                _ => heard.push(frame),
            }
        }
    }
}
