//! How the supervisor hears of a crash.

use std::sync::Arc;

use ractor::ActorId;

use super::Connection;

/// Lives in the state of a `ConnectionActor`. Dropped while the socket lives, it tells the supervisor that the actor is
/// lost: ractor's own event for that carries no state, and dies with the supervisor.
pub(super) struct Pulse {
    connection: Arc<Connection>,
    actor: ActorId,
}

impl Pulse {
    pub(super) fn new(connection: Arc<Connection>, actor: ActorId) -> Self {
        Self { connection, actor }
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        if !self.connection.is_gone() {
            self.connection.context.supervisor.lost(Arc::clone(&self.connection), self.actor);
        }
    }
}
