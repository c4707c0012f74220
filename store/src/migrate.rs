//! Bringing the schema up to date, and telling how it stands: what `parlour migrate` and `parlour migrate status` do.

use std::path::Path;

use crate::connect::{file_exists, make_file, readers, writing_pool};
use crate::lock::{FolderLock, LockError};
use crate::{Config, DatabaseUrl, StoreError};

/// One migration and whether it has been applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its name: the date it was written and what it does.
    pub name: String,
    /// Whether it has been applied to this database.
    pub applied: bool,
}

/// Brings the schema up to date and names what it applied, in order. It takes the data folder while it does.
///
/// # Errors
///
/// When a server uses the folder, the database can't be opened, or its schema is newer than this program.
pub async fn run(config: &Config, data_dir: &Path) -> Result<Vec<String>, StoreError> {
    let _lock = FolderLock::acquire(data_dir)?;
    let url = config.database(data_dir)?;
    make_file(&url)?;
    apply_pending(config, &url).await
}

/// Every migration, in order. It changes nothing: where there is no database, none is applied.
///
/// # Errors
///
/// When the database can't be opened, or its schema is newer than this program.
pub async fn status(config: &Config, data_dir: &Path) -> Result<Vec<Step>, StoreError> {
    let url = config.database(data_dir)?;
    let status = schema(config, &url).await?;
    let step = |applied| move |name| Step { name, applied };
    let applied = status.applied.into_iter().map(step(true));
    Ok(applied.chain(status.pending.into_iter().map(step(false))).collect())
}

/// Makes sure that the schema is this program's, for a server that has the data folder.
pub(crate) async fn for_server(config: &Config, url: &DatabaseUrl) -> Result<(), StoreError> {
    make_file(url)?;
    if config.migrate {
        apply_pending(config, url).await.map(drop)
    } else {
        up_to_date(config, url).await
    }
}

/// Makes sure that the schema is this program's, for a process beside a server that may be running: under a running
/// server the schema is never changed.
pub(crate) async fn beside_server(
    config: &Config,
    url: &DatabaseUrl,
    data_dir: &Path,
) -> Result<(), StoreError> {
    let behind = match up_to_date(config, url).await {
        Err(behind @ StoreError::SchemaBehind { .. }) if config.migrate => behind,
        other => return other,
    };
    match FolderLock::acquire(data_dir) {
        Ok(_lock) => for_server(config, url).await,
        Err(LockError::InUse { .. }) => Err(behind),
        Err(error) => Err(error.into()),
    }
}

async fn up_to_date(config: &Config, url: &DatabaseUrl) -> Result<(), StoreError> {
    match schema(config, url).await?.pending.len() {
        0 => Ok(()),
        pending => Err(StoreError::SchemaBehind { pending }),
    }
}

/// How the schema stands; an error when it is newer than this program.
async fn schema(config: &Config, url: &DatabaseUrl) -> Result<migrations::Status, StoreError> {
    if !file_exists(url)? {
        return Ok(migrations::none_applied());
    }
    let conn = readers(config, url)?;
    let status = migrations::status(&conn).await;
    conn.close().await?;
    let mut status = status?;
    match status.unknown.pop() {
        Some(newest) => Err(StoreError::SchemaAhead(newest)),
        None => Ok(status),
    }
}

async fn apply_pending(config: &Config, url: &DatabaseUrl) -> Result<Vec<String>, StoreError> {
    let pending = schema(config, url).await?.pending;
    if !pending.is_empty() {
        let conn = writing_pool(config, url)?;
        let applied = migrations::apply(&conn).await;
        conn.close().await?;
        applied?;
        tracing::info!(migrations = pending.len(), "the schema is up to date");
    }
    Ok(pending)
}
