//! The supervisor, as everyone else holds it.

use std::sync::Arc;

use ractor::{ActorCell, ActorId};

use super::SupervisorMessage;
use crate::Unavailable;
use crate::connection::Connection;
use crate::slot::Slot;

/// The supervisor, as everyone else holds it. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Supervisor(Slot<SupervisorMessage>);

impl Supervisor {
    pub(crate) fn new() -> Self {
        Self(Slot::new())
    }

    /// Where its actor is found. Root fills it.
    pub(crate) fn slot(&self) -> &Slot<SupervisorMessage> {
        &self.0
    }

    /// To whom a new connection's actor is linked.
    pub(super) fn cell(&self) -> Result<ActorCell, Unavailable> {
        self.0.present().map(|(_, actor)| actor.get_cell()).ok_or(Unavailable)
    }

    /// Says that this actor of the connection has died. A supervisor that isn't there looks for itself when it is back.
    pub(crate) fn lost(&self, connection: Arc<Connection>, actor: ActorId) {
        drop(self.0.cast(SupervisorMessage::Lost(connection, actor)));
    }
}
