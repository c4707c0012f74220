//! What the clients of a run saw, held against the rooms' logs.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::RoomName;
use load::check::{CheckError, Checker, Report, Rules};
use load::record::{LogReader, Recording, observations};
use store::Store;
use tempfile::NamedTempFile;

use super::common::Common;
use crate::cli::room::{self, Which};
use crate::cli::{CliError, parts};
use crate::config::Config;

/// The record of a run under way.
pub struct Evidence {
    recording: Arc<Recording>,
    path: PathBuf,
    // Held: the file goes with it.
    _temporary: Option<NamedTempFile>,
}

impl Evidence {
    /// Begins one, where the flags ask for it.
    pub fn begin(common: &Common) -> Result<Option<Self>, CliError> {
        if !common.check && common.record.is_none() {
            return Ok(None);
        }
        let temporary = common.record.is_none().then(NamedTempFile::new).transpose()?;
        let path = match (&common.record, &temporary) {
            (Some(path), _) => path.clone(),
            (None, Some(file)) => file.path().to_owned(),
            (None, None) => return Ok(None),
        };
        let recording = Recording::create(&path)?;
        Ok(Some(Self { recording, path, _temporary: temporary }))
    }

    /// Where clients write.
    pub fn recording(&self) -> Arc<Recording> {
        Arc::clone(&self.recording)
    }

    /// Closes the record; where `wanted`, holds it against the logs of `rooms`. Nobody may say anything there any more.
    pub async fn check(
        self,
        rooms: &[RoomName],
        wanted: bool,
        config: &Config,
    ) -> Result<Option<Report>, CliError> {
        self.recording.finish()?;
        if !wanted {
            return Ok(None);
        }
        let mut checker = Checker::new(Rules::default());
        let store = parts::open_store(config).await?;
        for room in rooms {
            let log = exported(room, &store).await?;
            read_log(&mut checker, log).map_err(CliError::failed)?;
        }
        store.close().await;
        observe(checker, &self.path).map(Some)
    }
}

/// The log of `room`, in a file that goes when it is closed.
async fn exported(room: &RoomName, store: &Store) -> Result<File, CliError> {
    let room = Which::new(room.clone()).find(store).await?;
    let mut file = tempfile::tempfile()?;
    let mut out = BufWriter::new(&mut file);
    room::write_json(store, &room, &mut out).await?;
    out.flush()?;
    drop(out);
    file.rewind()?;
    Ok(file)
}

/// Takes a log into the check.
pub fn read_log(checker: &mut Checker, log: File) -> Result<(), CheckError> {
    checker.read_log(LogReader::new(BufReader::new(log))?)
}

/// Takes the record at `path` into the check, and ends it.
pub fn observe(mut checker: Checker, path: &Path) -> Result<Report, CliError> {
    let record = BufReader::new(File::open(path)?);
    observations(record, |seen| checker.observe(seen)).map_err(CliError::failed)?;
    Ok(checker.finish())
}
