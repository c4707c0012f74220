//! Letters in files, one each.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use store::outbox::Letter;

use super::MailError;

/// A folder that letters are written into.
pub(super) struct Files {
    folder: PathBuf,
}

impl Files {
    /// The folder, made for its owner alone where it isn't there.
    pub(super) fn open(folder: PathBuf) -> Result<Self, MailError> {
        DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(MailError::Folder)?;
        Ok(Self { folder })
    }

    /// Writes a letter: its file is there whole, or not at all. The name sorts by the time it was asked for.
    pub(super) async fn write(&self, letter: &Letter, mail: &[u8]) -> io::Result<()> {
        let name = format!("{:013}-{}.eml", letter.created_at.millis(), letter.id.get());
        let (folder, mail) = (self.folder.clone(), mail.to_vec());
        let write = move || write(&folder, &name, &mail);
        tokio::task::spawn_blocking(write).await.map_err(io::Error::other)?
    }
}

fn write(folder: &Path, name: &str, mail: &[u8]) -> io::Result<()> {
    // A hidden file: whoever lists the folder doesn't take it for a letter.
    let unfinished = folder.join(format!(".{name}"));
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(mail)?;
    file.sync_all()?;
    fs::rename(&unfinished, folder.join(name))?;
    // The name is on disk once the folder is.
    File::open(folder)?.sync_all()
}
