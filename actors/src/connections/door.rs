//! The door of the sockets: what the HTTP server holds of the tree.

use std::sync::Arc;

use ractor::{Actor, SpawnErr};
use tokio::sync::{Semaphore, oneshot};
use wire::CloseReason;

use super::{Admission, Admitted, NotAdmitted, Refusal, Verdict};
use crate::connection::{Arguments, ConnectionActor, Context, Denied};

/// How many refused sockets there may be at once: each is gone after a second.
const REFUSALS: usize = 256;

/// The door of the sockets. Cheap to clone.
#[derive(Clone)]
pub struct Connections {
    context: Arc<Context>,
    refusals: Arc<Semaphore>,
}

impl Connections {
    pub(crate) fn new(context: Arc<Context>) -> Self {
        Self { context, refusals: Arc::new(Semaphore::new(REFUSALS)) }
    }

    /// Decides about an upgrade: the start of a `ConnectionActor` is the verdict. It runs in the caller's task, so that
    /// upgrades don't wait for each other; dropped half-way it leaves nothing behind.
    ///
    /// # Errors
    ///
    /// When nobody is let in: [`NotAdmitted`] says what to answer.
    pub async fn open(&self, admission: Admission) -> Verdict {
        match self.admit(admission).await {
            Ok(admitted) => Ok(admitted),
            Err(Denied::Refused(reason)) => Err(self.refuse(reason)),
            Err(Denied::Busy) => Err(NotAdmitted::Busy),
        }
    }

    async fn admit(&self, admission: Admission) -> Result<Admitted, Denied> {
        let context = Arc::clone(&self.context);
        let place = context.live.place().ok_or(Denied::Busy)?;
        let supervisor = context.supervisor.cell().map_err(|_| Denied::Busy)?;
        let (seat, mut attached) = oneshot::channel();
        let arguments = Arguments::Admit { admission, place, context, seat };
        match ConnectionActor::spawn_linked(None, ConnectionActor, arguments, supervisor).await {
            Ok(_) => attached.try_recv().map(Admitted::new).map_err(|_| Denied::Busy),
            Err(SpawnErr::StartupFailed(error)) => Err(denied(&*error)),
            Err(SpawnErr::ActorAlreadyStarted | SpawnErr::ActorAlreadyRegistered(_)) => {
                Err(Denied::Busy)
            }
        }
    }

    fn refuse(&self, reason: CloseReason) -> NotAdmitted {
        match Arc::clone(&self.refusals).try_acquire_owned() {
            Ok(place) => {
                let Context { tracker, metrics, .. } = &*self.context;
                NotAdmitted::Refused(Refusal::new(reason, place, tracker.clone(), metrics))
            }
            Err(_) => NotAdmitted::Crowded,
        }
    }

    /// Lets nobody in from now on: the first step of a stop.
    pub fn close(&self) {
        self.context.live.close();
    }

    /// How many sockets there are, those that are being let in included.
    #[must_use]
    pub fn count(&self) -> usize {
        self.context.live.count()
    }

    /// The socket with this id, if it is open.
    #[cfg(feature = "testing")]
    pub(crate) fn find(
        &self,
        id: domain::ConnectionId,
    ) -> Option<Arc<crate::connection::Connection>> {
        self.context.live.find(id)
    }
}

/// Why a start failed: a verdict, or something that broke.
fn denied(error: &(dyn std::error::Error + Send + Sync + 'static)) -> Denied {
    error.downcast_ref().copied().unwrap_or_else(|| {
        tracing::error!(%error, "a connection didn't start");
        Denied::Busy
    })
}
