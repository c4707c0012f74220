//! Where an actor is found, whichever incarnation of it is alive.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;
use ractor::rpc::CallResult;
use ractor::{ActorRef, Message, MessagingErr, RpcReplyPort};
use tokio::sync::Notify;

use crate::Unavailable;

/// How long whoever calls an actor waits for its answer.
pub(crate) const CALL_TIMEOUT: Duration = Duration::from_secs(5);

/// Counts the lives of one actor; the first is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Incarnation(u64);

/// Holds the reference of an actor's present incarnation. A reference that ractor gives out is dead after a restart;
/// every handle holds a slot instead, and the supervisor puts the new incarnation there. Cheap to clone.
pub(crate) struct Slot<M>(Arc<Inner<M>>);

struct Inner<M> {
    present: RwLock<Present<M>>,
    changed: Notify,
}

struct Present<M> {
    incarnation: Incarnation,
    actor: Option<ActorRef<M>>,
    closed: bool,
}

impl<M> Clone for Slot<M> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<M> Slot<M> {
    /// A slot whose actor isn't there yet.
    pub(crate) fn new() -> Self {
        let present = Present { incarnation: Incarnation(0), actor: None, closed: false };
        Self(Arc::new(Inner { present: RwLock::new(present), changed: Notify::new() }))
    }

    /// Puts the next incarnation in place of the last. Its supervisor does this (a connection, whose actor is started beside
    /// its supervisor, announces itself). One that comes after the end is stopped.
    pub(crate) fn fill(&self, actor: ActorRef<M>) {
        let mut present = self.0.present.write();
        if present.closed {
            drop(present);
            actor.stop(None);
            return;
        }
        present.incarnation.0 += 1;
        present.actor = Some(actor);
        drop(present);
        self.0.changed.notify_waiters();
    }

    /// Says that no further incarnation will come: its supervisor gave it up, or the tree has stopped.
    pub(crate) fn close(&self) {
        let mut present = self.0.present.write();
        present.actor = None;
        present.closed = true;
        drop(present);
        self.0.changed.notify_waiters();
    }

    /// The present incarnation, dead or alive.
    pub(crate) fn present(&self) -> Option<(Incarnation, ActorRef<M>)> {
        let present = self.0.present.read();
        present.actor.clone().map(|actor| (present.incarnation, actor))
    }

    /// Waits for an incarnation that comes after `dead`. None: there won't be any.
    pub(crate) async fn after(&self, dead: Incarnation) -> Option<(Incarnation, ActorRef<M>)> {
        loop {
            let changed = self.0.changed.notified();
            tokio::pin!(changed);
            // Registered before looking, so that a change between the two wakes this.
            changed.as_mut().enable();
            {
                let present = self.0.present.read();
                if present.closed {
                    return None;
                }
                if let Some(actor) = &present.actor
                    && present.incarnation > dead
                {
                    return Some((present.incarnation, actor.clone()));
                }
            }
            changed.await;
        }
    }
}

impl<M: Message> Slot<M> {
    /// Puts `message` into the mailbox of the present incarnation. Gives it back when there is none, or it is dead.
    pub(crate) fn cast(&self, message: M) -> Result<(), M> {
        // Sent under the lock: cloning the reference would cost two atomic operations on a shared line.
        let present = self.0.present.read();
        let Some(actor) = &present.actor else { return Err(message) };
        match actor.cast(message) {
            Err(MessagingErr::SendErr(message)) => Err(message),
            // `cast` makes neither of the other errors, and they give no message back.
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Asks the present incarnation and waits for its answer, at most [`CALL_TIMEOUT`].
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        message: impl FnOnce(RpcReplyPort<T>) -> M,
    ) -> Result<T, Unavailable> {
        self.call_within(CALL_TIMEOUT, message).await
    }

    /// Asks the present incarnation and waits for its answer, at most `timeout`.
    pub(crate) async fn call_within<T: Send + 'static>(
        &self,
        timeout: Duration,
        message: impl FnOnce(RpcReplyPort<T>) -> M,
    ) -> Result<T, Unavailable> {
        let (_, actor) = self.present().ok_or(Unavailable)?;
        match actor.call(message, Some(timeout)).await {
            Ok(CallResult::Success(answer)) => Ok(answer),
            Ok(CallResult::Timeout | CallResult::SenderError) | Err(_) => Err(Unavailable),
        }
    }
}
