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
    /// Makes an actor panic in a handler, as soon as it has done what is in its mailbox. One that isn't there can't.
    pub fn crash(&self, which: &Which) {
        let tables = &self.tables;
        match which {
            Which::LogWriter => drop(tables.log.slot().cast(LogMessage::Crash)),
            Which::Auth => drop(tables.auth.slot().cast(AuthMessage::Crash)),
            Which::Mailer => drop(tables.mailer.slot().cast(MailerMessage::Crash)),
            Which::Sweeper => drop(tables.sweeper.slot().cast(SweeperMessage::Crash)),
            Which::Registry => drop(tables.registry.slot().cast(RegistryMessage::Crash)),
            Which::Room(name) => tables.registry.crash_room(name),
            Which::ConnectionSupervisor => {
                drop(tables.supervisor.slot().cast(SupervisorMessage::Crash));
            }
            Which::Connection(id) => {
                if let Some(connection) = tables.connections.find(*id) {
                    connection.crash();
                }
            }
        }
    }
}
