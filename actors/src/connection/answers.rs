//! What a client is told in answer, and until when it is heard.

use bytes::Bytes;
use domain::Seq;
use tokio::time::Instant;
use wire::{CloseReason, Rejected, encode, frame};

use super::Connection;
use super::socket::Class;
use crate::metrics::Kind;

impl Connection {
    /// Queues an answer: in front of what the room says, where that is held.
    pub(crate) fn answer(&self, frames: Bytes) {
        // A socket that has ended takes no answer, and one that is too slow for it has been closed for that.
        let _ = self.outbox.push_ready(frames);
    }

    /// Answers a request that isn't done, for a reason that is the client's. Too many of those close the socket.
    pub(crate) fn reject(&self, rejected: &Rejected) {
        self.put_off(rejected);
        if self.errors.lock().count(Instant::now()) {
            self.outbox.close(CloseReason::TooManyErrors);
        }
    }

    /// Answers a request that comes too early, which isn't counted as an error. An honest client may come to have more
    /// unanswered than it may: what it was told is `unavailable` and has sent again may have been stored all the same, and
    /// heard of, before the second try is answered for.
    pub(crate) fn put_off(&self, rejected: &Rejected) {
        let code = rejected.code.as_str();
        self.context.metrics.request_errors.get_or_create(&Kind { code }).inc();
        self.answer(encode::single(&frame::Error::from(rejected)));
    }

    /// Answers a request whose outcome is unknown, which is no fault of the client's.
    pub(crate) fn unavailable(&self, rejected: &Rejected) {
        self.context.metrics.requests_unavailable.inc();
        self.answer(encode::single(&frame::Error::from(rejected)));
    }

    /// Hears the client, until what this gives is dropped. None: goodbye has begun, and nothing more is heard.
    pub(crate) fn hear(&self) -> Option<Hearing<'_>> {
        self.farewell.hear().then_some(Hearing(self))
    }

    /// Notes that the client is owed an answer to what is being heard.
    pub(crate) fn owe(&self) {
        self.farewell.owe();
    }

    /// Notes that an answer was paid: it is in the outbox.
    pub(crate) fn pay(&self) {
        if self.farewell.pay() {
            self.outbox.finish(CloseReason::Shutdown);
        }
    }

    /// Announces the server's stop. Hello stays the first that a client hears.
    pub(crate) fn announce(&self, frames: Bytes) {
        if self.is_greeted() {
            self.answer(frames);
        } else {
            let _ = self.outbox.push(frames, Seq::ZERO, Class::Droppable);
        }
    }

    /// Hears the client no more, because the server stops.
    pub(crate) fn hush(&self) {
        self.outbox.stop_reading();
        self.farewell.hush();
    }

    /// Says goodbye, because the server stops: behind the answers that the client is owed. It isn't heard any more.
    pub(crate) fn part(&self) {
        self.outbox.stop_reading();
        if self.farewell.begin() {
            self.outbox.finish(CloseReason::Shutdown);
        }
    }
}

/// A client is being heard: goodbye waits for what comes of it.
pub(crate) struct Hearing<'a>(&'a Connection);

impl Drop for Hearing<'_> {
    fn drop(&mut self) {
        self.0.pay();
    }
}
