//! From HTTP to a WebSocket: who may, and how the stream changes hands.

use std::time::Duration;

use actors::connections::{Admission, Admitted, Credential, NotAdmitted, Refusal};
use bytes::Bytes;
use domain::{Epoch, RoomName, Seq};
use http::HeaderValue;
use http::header::{ORIGIN, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION};
use hyper_tungstenite::HyperWebsocket;
use hyper_util::rt::TokioIo;
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpStream;
use tungstenite::protocol::WebSocketConfig;

use super::app::App;
use super::call::{Call, bearer};
use super::error::ApiError;
use super::metrics::UpgradeRefusal;
use super::origin::OriginPattern;
use super::reply::Answer;
use super::stream::Stream;
use super::throttle::AddressThrottle;

/// The subprotocol's name. It is the only one ever chosen.
const SUBPROTOCOL: &str = "parlour.v1";

/// How long the client may take to take the 101. A refused or admitted connection is held ready for so long.
const HANDOVER: Duration = Duration::from_secs(10);

/// Who may open a socket, and how often.
pub struct Upgrades {
    origins: Vec<OriginPattern>,
    throttle: AddressThrottle,
}

impl Upgrades {
    /// Pages of `origins` may, and each address as often as `throttle` lets it.
    #[must_use]
    pub fn new(origins: Vec<OriginPattern>, throttle: AddressThrottle) -> Self {
        Self { origins, throttle }
    }

    /// Whether a page of this origin may. Programs send none, and pass.
    fn admits(&self, call: &Call) -> bool {
        let mut origins = call.headers().get_all(ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) => true,
            // A header that isn't even text is the origin of no page, but `*` asks for none.
            (Some(origin), None) => {
                let origin = origin.to_str().unwrap_or("null");
                self.origins.iter().any(|pattern| pattern.admits(origin))
            }
            (Some(_), Some(_)) => false,
        }
    }
}

/// Opens a WebSocket in a room
///
/// The access token goes behind `?token=`, or into an `Authorization: Bearer` header. The first that is present decides.
/// A browser can't read a refused handshake, so a bad token is answered 101 too: `{"error":"Authentication required"}`,
/// then a close frame.
#[utoipa::path(
    get,
    path = "/ws/chat/{room}/",
    tag = "rooms",
    params(
        ("room" = String, Path, description = "1 to 64 letters, digits, `_` and `-`"),
        ("token" = Option<String>, Query, description = "An access token"),
        ("since" = Option<i64>, Query, description = "The last numbered frame received, to resume from"),
        ("epoch" = Option<String>, Query, description = "The epoch that `since` belongs to"),
    ),
    security((), ("bearer" = [])),
    responses(
        (status = 101, description = "A WebSocket"),
        (status = 401, description = "The credential is refused, and too many are being told so", body = super::handlers::schema::ErrorBody),
        (status = 403, description = "A page of this origin may not open sockets", body = super::handlers::schema::ErrorBody),
        (status = 404, description = "No room can have this name", body = super::handlers::schema::ErrorBody),
        (status = 429, description = "This address asked too often; try again after Retry-After", body = super::handlers::schema::ErrorBody),
        (status = 426, description = "Not a WebSocket upgrade", body = super::handlers::schema::ErrorBody),
    )
)]
pub async fn socket(app: &App, call: Call) -> Answer {
    let refused = |reason, error| {
        app.metrics.refused(reason);
        Err(error)
    };
    if !app.upgrades.admits(&call) {
        let words = "This page's origin may not open sockets.";
        return refused(UpgradeRefusal::Origin, ApiError::Forbidden(words));
    }
    if let Err(wait) = app.upgrades.throttle.check(call.client) {
        return refused(UpgradeRefusal::Throttled, ApiError::Throttled { wait });
    }
    let room = call.parameter.as_deref().and_then(|name| name.parse::<RoomName>().ok());
    let room = room.ok_or(ApiError::NotFound)?;
    must_be_upgrade(&call)?;
    match app.tree.connections().open(admission(&call, room)).await {
        Ok(admitted) => accept(app, call, Bearer::Admitted(admitted)),
        Err(NotAdmitted::Refused(refusal)) => {
            app.metrics.refused(UpgradeRefusal::Credential);
            accept(app, call, Bearer::Refused(refusal))
        }
        Err(NotAdmitted::Crowded) => {
            refused(UpgradeRefusal::CredentialUnheard, ApiError::NotAuthenticated)
        }
        Err(NotAdmitted::Busy) => {
            refused(UpgradeRefusal::Busy, ApiError::unavailable("no sockets to be had"))
        }
    }
}

fn must_be_upgrade(call: &Call) -> Result<(), ApiError> {
    let version = call.headers().get(SEC_WEBSOCKET_VERSION).map(HeaderValue::as_bytes);
    if !hyper_tungstenite::is_upgrade_request(&call.request) || version != Some(b"13") {
        return Err(ApiError::UpgradeRequired);
    }
    if !call.headers().contains_key(SEC_WEBSOCKET_KEY) {
        return Err(ApiError::Malformed("The Sec-WebSocket-Key header is missing."));
    }
    Ok(())
}

fn admission(call: &Call, room: RoomName) -> Admission {
    let number = |text: SecretString| text.expose_secret().parse().ok().map(Seq::new);
    let epoch = |text: SecretString| text.expose_secret().parse::<Epoch>().ok();
    Admission {
        credential: credential(call),
        room,
        since: call.query("since").and_then(number),
        epoch: call.query("epoch").and_then(epoch),
        peer: call.client,
        user_agent: call.user_agent(),
        trace: call.trace(),
    }
}

/// What the caller proves themselves by. The first that is present decides, even when it is bad and a later one would
/// pass: an empty `?token=` is present, and bad.
fn credential(call: &Call) -> Option<Credential> {
    call.query("token").or_else(|| bearer(call.headers())).map(Credential::Access)
}

/// Who gets the stream.
enum Bearer {
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
fn accept(app: &App, mut call: Call, bearer: Bearer) -> Answer {
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
