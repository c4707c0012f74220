//! The right of one request of a socket to be worked on, and the duty to answer it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::BytesMut;
use domain::{Cid, Seq};
use tokio::sync::Notify;
use wire::frame::{Ack, ServerFrame};
use wire::{ErrorCode, Rejected, Rid, encode};

use crate::Metrics;
use crate::connection::Connection;

/// When a client that was told `unavailable` may try again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// How the sender knows its request again.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    pub(crate) rid: Option<Rid>,
    /// The client's cid, or the one the server gave the request.
    pub(crate) cid: Option<Cid>,
    /// Whether the sender waits to hear that it is done.
    pub(crate) wants_ack: bool,
}

/// A place among the requests that a socket may have in flight (`sockets.in_flight`). Whoever holds it owes the answer:
/// dropped without one, wherever that happens, it answers `unavailable`.
pub(crate) struct Permit {
    connection: Arc<Connection>,
    names: Names,
    /// Whether it still counts among those of its socket.
    counted: bool,
    answered: bool,
}

impl Permit {
    /// A permit for a request of `connection`, unless it has as many in flight as it may.
    pub(crate) fn take(connection: &Arc<Connection>, names: Names) -> Result<Self, Names> {
        if !connection.flights().enter(connection.in_flight()) {
            return Err(names);
        }
        let connection = Arc::clone(connection);
        connection.owe();
        Ok(Self { connection, names, counted: true, answered: false })
    }

    /// The sender's name for the request, for an answer that carries it.
    pub(crate) fn rid(&self) -> Option<&Rid> {
        self.names.rid.as_ref()
    }

    /// Makes room for the socket's next request, though the answer is still owed: its sender may take what it is about to
    /// hear for the answer, and go on.
    pub(crate) fn make_room(&mut self) {
        if std::mem::take(&mut self.counted) {
            self.connection.in_flight().fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn settle(&mut self) {
        self.answered = true;
        self.make_room();
    }

    /// Says that the request about message `id` is stored at `seq`, to a sender that wants to hear it. It is encoded into `scratch`, which is
    /// left empty, so that the acks of one flush share their memory.
    pub(crate) fn ack(mut self, id: Seq, seq: Seq, dup: bool, scratch: &mut BytesMut) {
        self.settle();
        if self.names.wants_ack {
            let Names { rid, cid, .. } = &self.names;
            let cid = cid.as_ref().map(Cid::as_str);
            encode::text(scratch, &Ack { cid, id, seq, dup, rid: rid.as_ref() });
            self.connection.answer(scratch.split().freeze());
        }
    }

    /// Answers with `frame`.
    pub(crate) fn answer(mut self, frame: &impl ServerFrame) {
        self.settle();
        self.connection.answer(encode::single(frame));
    }

    /// Answers that it isn't done, for a reason that is the sender's.
    pub(crate) fn reject(mut self, rejected: Rejected) {
        self.settle();
        let Names { rid, cid, .. } = std::mem::take(&mut self.names);
        self.connection.reject(&rejected.of_request(rid, cid));
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.make_room();
        if !self.answered {
            let Names { rid, cid, .. } = std::mem::take(&mut self.names);
            let rejected = Rejected::new(ErrorCode::Unavailable).retry_after(RETRY_AFTER);
            self.connection.unavailable(&rejected.of_request(rid, cid));
        }
        // After the answer: goodbye, and whoever waits for the last request, find it in the outbox.
        self.connection.pay();
        self.connection.flights().leave();
    }
}

/// The requests in flight, of every socket: their bound, and the wait for the last one at a stop. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Flights(Arc<Inner>);

struct Inner {
    /// The most that one socket may have.
    limit: usize,
    all: AtomicUsize,
    landed: Notify,
    metrics: Metrics,
}

impl Flights {
    /// At most `limit` a socket; 0: no limit.
    pub(crate) fn new(limit: u32, metrics: Metrics) -> Self {
        let limit = match usize::try_from(limit) {
            Ok(limit @ 1..) => limit,
            Ok(0) | Err(_) => usize::MAX,
        };
        Self(Arc::new(Inner { limit, all: AtomicUsize::new(0), landed: Notify::new(), metrics }))
    }

    fn enter(&self, of_socket: &AtomicUsize) -> bool {
        let below_limit = |count| (count < self.0.limit).then(|| count + 1);
        if of_socket.fetch_update(Ordering::Relaxed, Ordering::Relaxed, below_limit).is_err() {
            return false;
        }
        self.0.all.fetch_add(1, Ordering::Relaxed);
        self.0.metrics.requests_in_flight.inc();
        true
    }

    fn leave(&self) {
        self.0.metrics.requests_in_flight.dec();
        if self.0.all.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.landed.notify_waiters();
        }
    }

    /// Waits until no request is in flight.
    pub(crate) async fn none(&self) {
        loop {
            let landed = self.0.landed.notified();
            tokio::pin!(landed);
            landed.as_mut().enable();
            if self.0.all.load(Ordering::Acquire) == 0 {
                return;
            }
            landed.await;
        }
    }
}
