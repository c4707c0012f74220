//! The settings of the database.

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{DatabaseUrl, DatabaseUrlError};

/// `[database]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the database is: `sqlite://PATH`. None: `parlour.db` in the data folder.
    pub url: Option<DatabaseUrl>,
    /// Whether a start brings the schema up to date. When not, `parlour migrate` does, and a start on an older schema is
    /// refused.
    pub migrate: bool,
    /// How many connections read at once. 0 counts as 1. Writing has one connection of its own, always.
    pub readers: u32,
    /// How long a statement waits for another process that is writing (the command line beside a running server) before
    /// the database counts as unavailable. 0: not at all.
    #[serde(with = "humantime_serde")]
    pub busy_timeout: Duration,
    /// After how many pages (4 KiB each) in the write-ahead log they are carried over into the database file. Fewer: a
    /// shorter longest wait for an answer (1,000: 14 ms, 4,000: 27 ms, measured); more: more messages a second over many
    /// rooms. 0 counts as 1.
    pub checkpoint_pages: u32,
    /// How much memory the write connection may keep pages of the database in, in KiB. 0: `SQLite`'s own 2,000 KiB.
    pub write_cache_kib: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            url: None,
            migrate: true,
            readers: 4,
            busy_timeout: Duration::from_secs(5),
            checkpoint_pages: 1000,
            write_cache_kib: 65_536,
        }
    }
}

impl Config {
    /// Where the database is: `url`, or `parlour.db` in `data_dir`.
    ///
    /// # Errors
    ///
    /// When no `url` is given and `data_dir` isn't UTF-8.
    pub fn database(&self, data_dir: &Path) -> Result<DatabaseUrl, DatabaseUrlError> {
        match &self.url {
            Some(url) => Ok(url.clone()),
            None => DatabaseUrl::of_file(&data_dir.join("parlour.db")),
        }
    }
}
