//! A fault, and where it showed.

use std::fmt;
use std::sync::Arc;

use super::Fault;

/// Who saw something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Witness {
    /// The exported log.
    Log,
    /// A client.
    Client {
        /// Its number.
        client: u32,
        /// Which of its connections.
        conn: u32,
    },
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log => f.write_str("the log"),
            Self::Client { client, conn } => write!(f, "client {client}, connection {conn}"),
        }
    }
}

/// One broken promise and its evidence; one plain line when printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The room.
    pub room: Arc<str>,
    /// Who saw it.
    pub witness: Witness,
    /// What it is.
    pub fault: Fault,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.room, self.witness, self.fault)
    }
}
