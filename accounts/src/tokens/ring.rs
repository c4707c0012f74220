//! The keys that sign tokens, and those that signed the ones still in use.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::{Entropy, Timestamp};
use parking_lot::RwLock;

use super::key::Key;
use crate::secret_file::{self, SecretFileError};

/// What a key is called after in its folder.
const SUFFIX: &str = "pem";

/// What is wrong with the keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A key's file, or their folder.
    #[error(transparent)]
    File(#[from] SecretFileError),
    /// The keys' folder can't be listed.
    #[error("{}: {error}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// The cryptographic library refused to make a key.
    #[error("no signing key can be made")]
    Generate,
}

/// A signing key, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    /// The `kid` of its tokens.
    pub id: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it is the one that signs; the others only check.
    pub signs: bool,
}

/// The keys in a folder, one file each, `<kid>.pem`. The newest signs; all check, so that rotating signs nobody out.
pub(crate) struct KeyRing {
    folder: PathBuf,
    keys: RwLock<Arc<Keys>>,
}

/// What a ring held at one moment. Never empty.
pub(crate) struct Keys {
    newest: Arc<Key>,
    /// By id, the oldest first. (Ids begin with ten digits of seconds until the year 2286.)
    all: BTreeMap<String, Arc<Key>>,
}

impl Keys {
    /// The key that signs.
    pub(crate) fn newest(&self) -> &Key {
        &self.newest
    }

    /// The key with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&Arc<Key>> {
        self.all.get(id)
    }

    /// All keys, the oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Key> {
        self.all.values().map(AsRef::as_ref)
    }

    fn read(folder: &Path) -> Result<Option<Self>, KeyError> {
        let problem = |error| KeyError::Folder { path: folder.to_owned(), error };
        let mut all = BTreeMap::new();
        for entry in fs::read_dir(folder).map_err(problem)? {
            let path = entry.map_err(problem)?.path();
            if path.extension().is_none_or(|extension| extension != SUFFIX) {
                continue;
            }
            let id = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            // It may have been retired since the folder was listed.
            let Some(pem) = secret_file::read(&path)? else { continue };
            let key = Key::from_pem(id, &pem)
                .ok_or_else(|| SecretFileError::Malformed { path: path.clone() })?;
            all.insert(id.to_owned(), Arc::new(key));
        }
        let newest = all.values().max_by_key(|key| (key.created_at(), key.id())).cloned();
        Ok(newest.map(|newest| Self { newest, all }))
    }
}

impl KeyRing {
    /// The ring in `folder`, which is made, with a first key, where it isn't.
    pub(crate) fn open(
        folder: PathBuf,
        entropy: &dyn Entropy,
        now: Timestamp,
    ) -> Result<Self, KeyError> {
        secret_file::make_folder(&folder)?;
        let mut keys = Keys::read(&folder)?;
        if keys.is_none() {
            make_key(&folder, entropy, now)?;
            keys = Keys::read(&folder)?;
        }
        let keys = keys.ok_or(KeyError::Generate)?;
        Ok(Self { folder, keys: RwLock::new(Arc::new(keys)) })
    }

    /// What the ring holds at this moment.
    pub(crate) fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read())
    }

    /// Reads the folder anew. If that fails, the ring stays as it was.
    pub(crate) fn reload(&self) -> Result<(), KeyError> {
        let keys = Keys::read(&self.folder)?.ok_or(KeyError::Generate)?;
        *self.keys.write() = Arc::new(keys);
        Ok(())
    }

    /// Makes a new key, which signs from now on; those before it go on checking.
    pub(crate) fn rotate(&self, entropy: &dyn Entropy, now: Timestamp) -> Result<(), KeyError> {
        self.reload()?;
        // Later than any before it, also when the clock was set back or two are made in one second: the newest signs.
        let newest = self.keys().newest().created_at();
        let at = now.max(Timestamp::from_secs(newest.secs().saturating_add(1)));
        make_key(&self.folder, entropy, at)?;
        self.reload()
    }

    /// The keys as they are shown, the oldest first.
    pub(crate) fn list(&self) -> Vec<KeyInfo> {
        let keys = self.keys();
        let shown = |key: &Key| KeyInfo {
            id: key.id().to_owned(),
            created_at: key.created_at(),
            signs: key.id() == keys.newest().id(),
        };
        keys.iter().map(shown).collect()
    }
}

fn make_key(folder: &Path, entropy: &dyn Entropy, now: Timestamp) -> Result<(), KeyError> {
    let key = Key::generate(entropy, now).ok_or(KeyError::Generate)?;
    let path = folder.join(format!("{}.{SUFFIX}", key.id()));
    secret_file::create(&path, &key.to_pem())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use domain::OsEntropy;

    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_795_503_636);

    #[test]
    fn the_first_start_makes_a_key_and_the_next_finds_it() {
        let data = tempfile::tempdir().expect("a folder");
        let folder = data.path().join("keys");
        let first = KeyRing::open(folder.clone(), &OsEntropy, NOW).expect("a ring").list();
        let second = KeyRing::open(folder.clone(), &OsEntropy, NOW).expect("a ring").list();
        assert_eq!(first, second);
        assert_eq!(first.len(), 1);
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        for entry in fs::read_dir(&folder).expect("listed") {
            assert_eq!(mode(&entry.expect("an entry").path()), 0o600);
        }
    }

    #[test]
    fn after_a_rotation_the_newest_signs_and_all_check() {
        let data = tempfile::tempdir().expect("a folder");
        let ring = KeyRing::open(data.path().join("keys"), &OsEntropy, NOW).expect("a ring");
        let running = KeyRing::open(data.path().join("keys"), &OsEntropy, NOW).expect("a ring");
        let before = ring.keys().newest().id().to_owned();
        for _ in 0..3 {
            ring.rotate(&OsEntropy, NOW).expect("rotated");
        }
        let list = ring.list();
        assert_eq!(list.len(), 4);
        assert_eq!(
            list.iter().map(|key| key.signs).collect::<Vec<_>>(),
            [false, false, false, true]
        );
        assert!(ring.keys().get(&before).is_some());
        assert_eq!(running.list().len(), 1, "a ring is as it was read");
        running.reload().expect("read anew");
        assert_eq!(running.list(), list);
    }

    #[test]
    fn a_file_that_is_no_key_is_told_of() {
        let data = tempfile::tempdir().expect("a folder");
        let folder = data.path().join("keys");
        let ring = KeyRing::open(folder.clone(), &OsEntropy, NOW).expect("a ring");
        let path = folder.join("1795503636-0000000000000000.pem");
        secret_file::create(&path, &b"nonsense".to_vec().into()).expect("written");
        let error = ring.reload().expect_err("refused");
        assert!(error.to_string().contains("0000000000000000.pem"), "{error}");
        assert_eq!(ring.list().len(), 1, "it stays as it was");
    }
}
