//! Why a history can't be checked.

use crate::record::RecordError;

/// Why a record or log can't be checked at all, which is no finding about the server.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// It can't be read.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// An observation that can't be where it is: of a connection that wasn't opened or is closed, opened twice, or a
    /// command before the greeting.
    #[error(
        "the record is broken: client {client} did or saw something on connection {conn} that can't be at {at}"
    )]
    OutOfPlace {
        /// The client.
        client: u32,
        /// Its connection.
        conn: u32,
        /// The observation's moment.
        at: u64,
    },
}
