//! How connections to the database are made, and with which pragmas.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sea_orm::DatabaseConnection;
use sea_orm::sqlx::ConnectOptions as _;
use sea_orm::sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};

use crate::lock::open_private;
use crate::{Config, DatabaseUrl, StoreError};

/// How long a reader is waited for when all are busy: as long as a client waits for an answer.
const READER_WAIT: Duration = Duration::from_secs(5);

/// To what size the file of the write-ahead log is cut after a burst has made it larger.
const LOG_BYTES: u32 = 16 * 1024 * 1024;

/// Whether a connection carries the write-ahead log over into the database file when it has grown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checkpoints {
    /// Yes: the one connection that does.
    Own,
    /// No: a server's connection does. (Two that do keep each other from finishing, and the log grows without end.)
    LeaveToServer,
}

/// What every connection to the database has in common.
fn common(config: &Config, url: &DatabaseUrl) -> Result<SqliteConnectOptions, StoreError> {
    // Statements are not logged: they are many, and long, and the metrics tell more.
    Ok(SqliteConnectOptions::from_str(url.expose())?
        .busy_timeout(config.busy_timeout)
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging())
}

/// How to connect for writing.
pub(crate) fn for_writing(
    config: &Config,
    url: &DatabaseUrl,
    checkpoints: Checkpoints,
) -> Result<SqliteConnectOptions, StoreError> {
    let pages = match checkpoints {
        Checkpoints::Own => config.checkpoint_pages.max(1),
        Checkpoints::LeaveToServer => 0,
    };
    let mut options = common(config, url)?
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .page_size(4096)
        .pragma("secure_delete", "ON")
        .pragma("journal_size_limit", LOG_BYTES.to_string())
        .pragma("wal_autocheckpoint", pages.to_string());
    if config.write_cache_kib > 0 {
        // Negative: a size in KiB rather than in pages.
        options = options.pragma("cache_size", format!("-{}", config.write_cache_kib));
    }
    Ok(options)
}

/// The pool of readers. It connects when it is first asked.
pub(crate) fn readers(
    config: &Config,
    url: &DatabaseUrl,
) -> Result<DatabaseConnection, StoreError> {
    let options = common(config, url)?
        .create_if_missing(false)
        .pragma("query_only", "ON")
        .row_buffer_size(256);
    Ok(pool(config.readers.max(1)).connect_lazy_with(options).into())
}

/// A pool of one connection for writing, for whoever needs sea-orm's own kind: the migrations.
pub(crate) fn writing_pool(
    config: &Config,
    url: &DatabaseUrl,
) -> Result<DatabaseConnection, StoreError> {
    let options = for_writing(config, url, Checkpoints::LeaveToServer)?;
    Ok(pool(1).connect_lazy_with(options).into())
}

/// Connections to a local file don't grow stale: none is tested or replaced.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(READER_WAIT)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
}

/// Makes the file of the database where it is missing, for this user alone. `SQLite` gives the files beside it the same
/// rights.
pub(crate) fn make_file(url: &DatabaseUrl) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::from_str(url.expose())?;
    open_private(options.get_filename())?;
    Ok(())
}

/// Whether the file of the database is there.
pub(crate) fn file_exists(url: &DatabaseUrl) -> Result<bool, StoreError> {
    let options = SqliteConnectOptions::from_str(url.expose())?;
    Ok(Path::exists(options.get_filename()))
}
