//! `AuthActor`, as everyone else holds it.

use domain::Seq;
use tokio::sync::watch;
use tokio::time::timeout;

use super::AuthMessage;
use crate::Unavailable;
use crate::slot::{CALL_TIMEOUT, Slot};

/// `AuthActor`, as everyone else holds it. Cheap to clone.
#[derive(Clone)]
pub struct Auth {
    slot: Slot<AuthMessage>,
    applied: watch::Receiver<Seq>,
}

impl Auth {
    pub(crate) fn new(applied: watch::Receiver<Seq>) -> Self {
        Self { slot: Slot::new(), applied }
    }

    /// Where its actor is found. Root fills it.
    pub(crate) fn slot(&self) -> &Slot<AuthMessage> {
        &self.slot
    }

    /// Waits until everything in the system room up to `seq` is acted on: no token that it ended counts any more, and
    /// nothing is read from or queued to a socket that it closed.
    ///
    /// # Errors
    ///
    /// When that isn't so after 5 s. It will be, as soon as the actor and the store are back.
    pub async fn caught_up(&self, seq: Seq) -> Result<(), Unavailable> {
        let mut applied = self.applied.clone();
        let reached = applied.wait_for(|applied| *applied >= seq);
        match timeout(CALL_TIMEOUT, reached).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Unavailable),
        }
    }
}
