//! A door by which a test makes any actor crash. Behind the feature `testing`, which only dev-dependencies switch on.

use domain::{ConnectionId, RoomName};

use crate::Tree;
use crate::auth::AuthMessage;
use crate::connections::SupervisorMessage;
use crate::log_writer::LogMessage;
use crate::mailer::MailerMessage;
use crate::registry::RegistryMessage;
use crate::sweeper::SweeperMessage;

/// Which actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// `LogWriter`.
    LogWriter,
    /// `AuthActor`.
    Auth,
    /// `MailerActor`.
    Mailer,
    /// `SweeperActor`.
    Sweeper,
    /// `RoomRegistry`, and with it every room.
    Registry,
    /// The `RoomActor` of this room.
    Room(RoomName),
    /// `ConnectionSupervisor`, and with it every connection.
    ConnectionSupervisor,
    /// The `ConnectionActor` of this connection.
    Connection(ConnectionId),
}

impl Tree {
    /// Makes an actor panic in a handler, as soon as it has done what is in its mailbox. Whether there was one: an actor
    /// that is being restarted can't crash.
    #[must_use]
    pub fn crash(&self, which: &Which) -> bool {
        let tables = &self.tables;
        match which {
            Which::LogWriter => tables.log.slot().cast(LogMessage::Crash).is_ok(),
            Which::Auth => tables.auth.slot().cast(AuthMessage::Crash).is_ok(),
            Which::Mailer => tables.mailer.slot().cast(MailerMessage::Crash).is_ok(),
            Which::Sweeper => tables.sweeper.slot().cast(SweeperMessage::Crash).is_ok(),
            Which::Registry => tables.registry.slot().cast(RegistryMessage::Crash).is_ok(),
            Which::Room(name) => tables.registry.find(name).is_some_and(|room| room.crash()),
            Which::ConnectionSupervisor => {
                tables.supervisor.slot().cast(SupervisorMessage::Crash).is_ok()
            }
            Which::Connection(id) => {
                tables.connections.find(*id).is_some_and(|connection| connection.crash())
            }
        }
    }
}
