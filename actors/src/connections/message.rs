//! What `ConnectionSupervisor` is told.

use std::sync::Arc;

use ractor::ActorId;

use crate::connection::Connection;

/// What `ConnectionSupervisor` is told.
pub(crate) enum SupervisorMessage {
    /// Look for connections whose actors died with the last incarnation.
    Survey,
    /// This actor of the connection has died, and the socket lives.
    Lost(Arc<Connection>, ActorId),
    /// Give the connection another actor, the wait is over.
    Revive(Arc<Connection>),
    /// Panic.
    #[cfg(feature = "testing")]
    Crash,
}
