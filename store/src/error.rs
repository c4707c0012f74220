//! What can go wrong in the store.

use std::error::Error;
use std::sync::Arc;

use sea_orm::DbErr;
use sea_orm::sqlx;

use crate::DatabaseUrlError;
use crate::lock::LockError;

/// What the database said. Shared: one failure answers a whole batch.
pub type Cause = Arc<dyn Error + Send + Sync>;

/// What can go wrong in the store.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The database is away, busy, full or closed. Whether what was asked for has happened is **unknown**; asking again
    /// is safe for a command with a cid.
    #[error("the database is unavailable: {0}")]
    Unavailable(#[source] Cause),
    /// The database refused what was asked for, and nothing happened. Asking again would be refused again.
    #[error("the database refused the change: {0}")]
    Rejected(#[source] Cause),
    /// The database holds something that this program didn't write or is too old to read.
    #[error("the database holds {0}, which this program can't read")]
    Unreadable(String),
    /// The schema is older than this program, and it wasn't told to change it.
    #[error(
        "the database's schema is {pending} migrations behind this program; run \"parlour migrate\" while no server is running"
    )]
    SchemaBehind {
        /// How many migrations are missing.
        pending: usize,
    },
    /// The schema has migrations that this program doesn't know.
    #[error("the database's schema is newer than this program (it has {0}); run a newer parlour")]
    SchemaAhead(String),
    /// The data folder can't be used, or another server uses it.
    #[error(transparent)]
    Folder(#[from] Arc<LockError>),
    /// There is no such database.
    #[error(transparent)]
    Url(#[from] DatabaseUrlError),
}

impl StoreError {
    /// What the driver said, if it was the driver.
    pub(crate) fn of_driver(&self) -> Option<&sqlx::Error> {
        match self {
            Self::Unavailable(cause) | Self::Rejected(cause) => cause.downcast_ref(),
            _ => None,
        }
    }

    /// Whether the outcome is unknown and the same may be asked again.
    #[must_use]
    pub const fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// Whether `error` says something of the connection or of the file under it: an error of the disk, a file that was found
/// read-only. Not whether others are writing, or the disk is full: the connection is as good as before.
pub(crate) fn casts_doubt(error: &sqlx::Error) -> bool {
    /// `SQLITE_BUSY`, `SQLITE_LOCKED`, `SQLITE_FULL` (<https://sqlite.org/rescode.html>).
    const PASSING: [i32; 3] = [5, 6, 13];
    !is_refusal(error) && sqlite_code(error).is_none_or(|code| !PASSING.contains(&code))
}

impl From<LockError> for StoreError {
    fn from(error: LockError) -> Self {
        Self::Folder(Arc::new(error))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if is_refusal(&error) {
            Self::Rejected(Arc::new(error))
        } else {
            Self::Unavailable(Arc::new(error))
        }
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        let refused = match &error {
            DbErr::Exec(sea_orm::RuntimeErr::SqlxError(inner))
            | DbErr::Query(sea_orm::RuntimeErr::SqlxError(inner)) => is_refusal(inner),
            _ => false,
        };
        if refused { Self::Rejected(Arc::new(error)) } else { Self::Unavailable(Arc::new(error)) }
    }
}

/// Whether the database refused the change for what it is: a broken constraint, a value that doesn't fit. Everything else
/// says something of the database's state.
fn is_refusal(error: &sqlx::Error) -> bool {
    /// `SQLITE_TOOBIG`, `SQLITE_CONSTRAINT`, `SQLITE_MISMATCH`, `SQLITE_RANGE` (<https://sqlite.org/rescode.html>).
    const REFUSALS: [i32; 4] = [18, 19, 20, 25];
    sqlite_code(error).is_some_and(|code| REFUSALS.contains(&code))
}

/// The primary result code, where `SQLite` gave one: the low byte of an extended one.
fn sqlite_code(error: &sqlx::Error) -> Option<i32> {
    let sqlx::Error::Database(error) = error else { return None };
    error.code()?.parse().ok().map(|code: i32| code & 0xff)
}
