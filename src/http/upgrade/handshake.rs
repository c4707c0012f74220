//! The handshake of RFC 6455, whoever it is for: what asks for a WebSocket, the 101, and the stream that is left of it.

use bytes::Bytes;
use http::header::{SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION};
use http::{HeaderValue, Method, Request, Version};
use hyper_tungstenite::HyperWebsocket;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tungstenite::protocol::WebSocketConfig;

use crate::http::error::ApiError;
use crate::http::reply::Reply;
use crate::http::stream::Stream;

/// Whether `request` asks for a WebSocket, and in a way that can be answered.
pub fn must_be_upgrade<B>(request: &Request<B>) -> Result<(), ApiError> {
    let version = request.headers().get(SEC_WEBSOCKET_VERSION).map(HeaderValue::as_bytes);
    // RFC 6455, 4.2.1. A HEAD would get the 101 as well, and HTTP/1.0 knows no upgrade.
    let handshake = request.method() == Method::GET
        && request.version() == Version::HTTP_11
        && hyper_tungstenite::is_upgrade_request(request)
        && version == Some(b"13");
    if !handshake {
        return Err(ApiError::UpgradeRequired);
    }
    if !request.headers().contains_key(SEC_WEBSOCKET_KEY) {
        return Err(ApiError::Malformed("The Sec-WebSocket-Key header is missing."));
    }
    Ok(())
}

/// A connection whose 101 is on its way.
pub struct Handover(HyperWebsocket);

impl Handover {
    /// The 101 that answers `request`, and what comes of the connection once it is sent.
    pub fn begin<B>(request: &mut Request<B>) -> Result<(Reply, Self), ApiError> {
        let upgrade = hyper_tungstenite::upgrade(request, Some(small_buffers()));
        let (reply, websocket) =
            upgrade.map_err(|_| ApiError::Malformed("This is no WebSocket handshake."))?;
        Ok((reply, Self(websocket)))
    }

    /// Waits until the 101 is sent, for as long as the client lets it: then the TCP stream under the connection, and what
    /// hyper had already read of the new protocol. None: the client went before.
    pub async fn stream(self) -> Option<(TcpStream, Bytes)> {
        let upgraded = self.0.await.ok()?.into_inner().into_inner();
        let parts = upgraded.downcast::<TokioIo<Stream>>().ok()?;
        Some((parts.io.into_inner().into_inner(), parts.read_buf))
    }
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
