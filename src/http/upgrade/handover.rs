//! How the stream changes hands.

use std::time::Duration;

use actors::connections::{Admitted, Refusal};
use bytes::Bytes;
use http::HeaderValue;
use http::header::SEC_WEBSOCKET_PROTOCOL;
use tokio::net::TcpStream;

use super::handshake::Handover;
use crate::http::app::App;
use crate::http::call::Call;
use crate::http::reply::Answer;

/// The subprotocol's name. It is the only one ever chosen.
const SUBPROTOCOL: &str = "parlour.v1";

/// How long the client may take to take the 101. What was decided about it is held ready for so long.
const PATIENCE: Duration = Duration::from_secs(10);

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
    let (mut reply, handover) = Handover::begin(&mut call.request)?;
    if offers_subprotocol(&call) {
        let chosen = HeaderValue::from_static(SUBPROTOCOL);
        reply.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, chosen);
    }
    let id = call.id;
    app.tracker.spawn(async move {
        let upgraded = tokio::time::timeout(PATIENCE, handover.stream()).await;
        if let Ok(Some((stream, read))) = upgraded {
            bearer.run(stream, read);
        } else {
            // The client went before it was upgraded; dropping what was kept ready for it releases everything.
            tracing::debug!(request = %id, "an upgrade came to nothing");
        }
    });
    Ok(reply)
}

fn offers_subprotocol(call: &Call) -> bool {
    let lines = call.headers().get_all(SEC_WEBSOCKET_PROTOCOL).into_iter();
    let mut offered = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    offered.any(|name| name.trim() == SUBPROTOCOL)
}
