//! Secrets kept in files that only their owner can read.

use std::fs::{DirBuilder, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretSlice, SecretString};

/// The largest file that is read as a secret, in bytes. A key has a few hundred.
const MAX_BYTES: u64 = 16 * 1024;

/// What can be wrong with a secret's file.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// It can't be read, or written.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// Others than its owner may read it.
    #[error("{} can be read by others (mode {mode:03o}): run \"chmod 600 {}\" and consider it known", path.display(), path.display())]
    Exposed {
        /// Which.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// What it holds is no key.
    #[error("{} holds no key that this program can read", path.display())]
    Malformed {
        /// Which.
        path: PathBuf,
    },
}

impl SecretFileError {
    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        |error| Self::Io { path: path.to_owned(), error }
    }
}

/// Makes the folder `path`, which only its owner can enter, unless it is there.
pub(crate) fn make_folder(path: &Path) -> Result<(), SecretFileError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(SecretFileError::io(path))
}

/// The text in `path`; none if there is no such file.
pub(crate) fn read(path: &Path) -> Result<Option<SecretString>, SecretFileError> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(SecretFileError::io(path))?,
    };
    let mode = file.metadata().map_err(SecretFileError::io(path))?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(SecretFileError::Exposed { path: path.to_owned(), mode });
    }
    let mut text = String::new();
    file.take(MAX_BYTES).read_to_string(&mut text).map_err(SecretFileError::io(path))?;
    Ok(Some(SecretString::from(text)))
}

/// Writes `text` to `path`, readable by its owner only, whole or not at all. Whether it was written: a file that is there
/// already, perhaps made this very moment by another process, is left as it is.
pub(crate) fn create(path: &Path, text: &SecretSlice<u8>) -> Result<bool, SecretFileError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = || -> io::Result<bool> {
        // It is made with mode 0600.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.expose_secret())?;
        file.as_file().sync_all()?;
        match file.persist_noclobber(path) {
            Ok(_) => {
                // So that the name is still there after a power cut.
                File::open(folder)?.sync_all()?;
                Ok(true)
            }
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error.error),
        }
    };
    written().map_err(SecretFileError::io(path))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn secret(text: &str) -> SecretSlice<u8> {
        text.as_bytes().to_vec().into()
    }

    #[test]
    fn a_secret_is_written_once_for_its_owner_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        assert!(read(&path).expect("no error").is_none());
        assert!(create(&path, &secret("one")).expect("written"));
        assert!(!create(&path, &secret("two")).expect("left alone"));
        let text = read(&path).expect("readable").expect("there");
        assert_eq!(text.expose_secret(), "one");
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_secret_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        create(&path, &secret("one")).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("chmod");
        let error = read(&path).expect_err("refused");
        assert!(matches!(error, SecretFileError::Exposed { mode: 0o640, .. }), "{error}");
    }
}
