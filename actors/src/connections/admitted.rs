//! Somebody who is let in.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use domain::ConnectionId;
use futures_util::FutureExt;

use crate::connection::Reader;
use crate::connection::socket::{Closed, Io, Settings, Stream};
use crate::live::Attached;
use crate::metrics::Code;

/// Somebody who is let in, and whose 101 may be sent. Dropped instead of [run](Self::run), it releases everything.
pub struct Admitted(Attached);

impl fmt::Debug for Admitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Admitted").field(&self.id()).finish()
    }
}

impl Admitted {
    pub(super) fn new(attached: Attached) -> Self {
        Self(attached)
    }

    /// The connection's id.
    #[must_use]
    pub fn id(&self) -> ConnectionId {
        self.0.connection().id
    }

    /// Runs the socket, in a task of the tree's: over `stream`, on which the 101 was sent; `read` is what was read of it
    /// beyond the upgrade.
    pub fn run(self, stream: impl Into<Stream>, read: Bytes) {
        let Self(attached) = self;
        let connection = Arc::clone(attached.connection());
        let context = Arc::clone(&connection.context);
        let frame = context.sockets.max_frame_bytes;
        let settings = Settings {
            max_frame_bytes: usize::try_from(frame).unwrap_or(usize::MAX),
            ..Settings::default()
        };
        let (outbox, expires) = (Arc::clone(&connection.outbox), connection.expires);
        connection.start();
        let reader = Reader::new(connection);
        let io = Io::new(stream.into(), read, outbox, reader, &settings, expires);
        let metrics = context.metrics.clone();
        // Mapped, since an `async` block that awaits it would keep room for it twice.
        context.tracker.spawn(io.map(move |closed| {
            let Closed { by, code } = closed;
            tracing::debug!(connection = %attached.connection().id, ?by, code, "a socket closed");
            metrics.sockets_closed.get_or_create(&Code { code: closed.counted() }).inc();
            drop(attached);
        }));
    }
}
