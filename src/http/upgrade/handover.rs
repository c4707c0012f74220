//! How the stream changes hands.

use std::time::Duration;

use actors::connections::{Admitted, Refusal};
use bytes::Bytes;
use http::HeaderValue;
use http::header::SEC_WEBSOCKET_PROTOCOL;
use hyper_tungstenite::HyperWebsocket;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tungstenite::protocol::WebSocketConfig;

use crate::http::app::App;
use crate::http::call::Call;
use crate::http::error::ApiError;
use crate::http::reply::Answer;
use crate::http::stream::Stream;

/// The subprotocol's name. It is the only one ever chosen.
const SUBPROTOCOL: &str = "parlour.v1";

/// How long the client may take to take the 101. What was decided about it is held ready for so long.
const HANDOVER: Duration = Duration::from_secs(10);

/// Who gets the stream.
pub enum Bearer {
    /// Somebody who is let in.
    Admitted(Admitted),
    /// Somebody who is told why not.
    Refused(Refusal),
}

impl Bearer {
    fn run(self, stream: TcpStream, read: Bytes) {
        match self {
            Self::Admitted(admitted) => admitted.run(stream, read),
            Self::Refused(refusal) => refusal.run(stream, read),
        }
    }
}

/// Answers 101, and hands the stream over once that is sent.
pub fn accept(app: &App, mut call: Call, bearer: Bearer) -> Answer {
    let upgrade = hyper_tungstenite::upgrade(&mut call.request, Some(small_buffers()));
    let (mut reply, websocket) =
        upgrade.map_err(|_| ApiError::Malformed("This is no WebSocket handshake."))?;
    if offers_subprotocol(&call) {
        let chosen = HeaderValue::from_static(SUBPROTOCOL);
        reply.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, chosen);
    }
    let id = call.id;
    app.tracker.spawn(async move {
        let upgraded = tokio::time::timeout(HANDOVER, tcp(websocket)).await;
        if let Ok(Some((stream, read))) = upgraded {
            bearer.run(stream, read);
        } else {
            // The client went before it was upgraded; dropping what was kept ready for it releases everything.
            tracing::debug!(request = %id, "an upgrade came to nothing");
        }
    });
    Ok(reply)
}

/// The library that does the handshake also wraps the stream for its own use, which is none: it gets the smallest
/// buffers there are, and the stream is taken out again untouched.
fn small_buffers() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(64)
        .write_buffer_size(0)
        .max_write_buffer_size(64 * 1024)
        .max_message_size(Some(64 * 1024))
        .max_frame_size(Some(64 * 1024))
}

/// The TCP stream under an upgraded connection, and what hyper had already read of the new protocol.
async fn tcp(websocket: HyperWebsocket) -> Option<(TcpStream, Bytes)> {
    let upgraded = websocket.await.ok()?.into_inner().into_inner();
    let parts = upgraded.downcast::<TokioIo<Stream>>().ok()?;
    Some((parts.io.into_inner().into_inner(), parts.read_buf))
}

fn offers_subprotocol(call: &Call) -> bool {
    let lines = call.headers().get_all(SEC_WEBSOCKET_PROTOCOL).into_iter();
    let mut offered = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    offered.any(|name| name.trim() == SUBPROTOCOL)
}
