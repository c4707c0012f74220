//! The data folder: made private, and used by one server at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

const LOCK_FILE: &str = "parlour.lock";

/// Why the data folder can't be used.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another server is using it.
    #[error(
        "another parlour is using the data folder {}; stop it, or give this one a folder of its own (server.data_dir)",
        .folder.display()
    )]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// It, or something in it, can't be made or opened.
    #[error("can't use {}: {source}", .path.display())]
    Io {
        /// What can't be used.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// The exclusive right to serve from a data folder, for as long as this value lives. The system takes it back when the
/// process ends, however it ends. The lock is advisory (`flock`), on a file that stays behind.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Makes `folder` where it is missing, and takes it.
    ///
    /// # Errors
    ///
    /// When another process, or another lock of this one, has it, or it can't be written to.
    pub fn acquire(folder: &Path) -> Result<Self, LockError> {
        make_private(folder)?;
        let path = folder.join(LOCK_FILE);
        let file = open_private(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::InUse { folder: folder.to_owned() }),
            Err(TryLockError::Error(source)) => Err(LockError::Io { path, source }),
        }
    }
}

/// Makes `folder`, and those above it, where they are missing: nobody but this user may look in. A folder that is there
/// stays as it is.
///
/// # Errors
///
/// When it can't be made.
pub fn make_private(folder: &Path) -> Result<(), LockError> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|source| LockError::Io { path: folder.to_owned(), source })
}

/// Opens the file at `path`, made where it is missing, for this user alone.
pub(crate) fn open_private(path: &Path) -> Result<File, LockError> {
    let mut options = OpenOptions::new();
    let file = options.read(true).append(true).create(true).mode(0o600).open(path);
    file.map_err(|source| LockError::Io { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_folder_is_one_servers_until_it_is_done() {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = parent.path().join("a/data");
        let lock = FolderLock::acquire(&folder).expect("a free folder");
        let second = FolderLock::acquire(&folder).expect_err("taken");
        assert!(matches!(second, LockError::InUse { .. }));
        assert!(second.to_string().contains("another parlour is using the data folder"));
        drop(lock);
        FolderLock::acquire(&folder).expect("free again");
    }

    #[test]
    fn what_is_made_is_private() {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = parent.path().join("data");
        let _lock = FolderLock::acquire(&folder).expect("a free folder");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&folder.join(LOCK_FILE)), 0o600);
    }

    #[test]
    fn a_file_in_the_folders_place_is_named() {
        let parent = tempfile::tempdir().expect("a folder");
        let file = parent.path().join("data");
        fs::write(&file, "").expect("a file");
        let error = FolderLock::acquire(&file).expect_err("no folder");
        assert!(error.to_string().contains("data"), "{error}");
    }
}
