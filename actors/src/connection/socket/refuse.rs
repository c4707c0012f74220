//! A socket that is refused right after its upgrade.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::timeout;
use wire::CloseReason;

use super::{Inbound, Io, Outbox, Settings, Stream};

/// How long a refused socket may stay.
const STAY: Duration = Duration::from_secs(1);

/// Refuses a socket on which the 101 was sent: a browser can't read a refused handshake, so this is how it learns why.
/// The client gets one `frame` (`wire::encode::refusal`), the close for `reason`, and is gone after a second, whatever it
/// does; what it says is thrown away. Needs no actor.
pub async fn refuse(stream: impl Into<Stream>, early: Bytes, frame: Bytes, reason: CloseReason) {
    let outbox = Outbox::new(0);
    outbox.push_ready(frame);
    outbox.finish(reason);
    let io = Io::new(stream.into(), early, outbox, Unheard, &Settings::default(), None);
    // Over or not, it goes.
    let _ = timeout(STAY, io).await;
}

/// Hears nothing: an outbox that is finishing lets nothing through to it.
struct Unheard;

impl Inbound for Unheard {
    fn text(&mut self, _: &str) {}

    fn binary(&mut self, _: &[u8]) {}
}
