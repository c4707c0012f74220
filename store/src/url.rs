//! Where the database is.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use serde::{Deserialize, Serialize};

/// The URL of a database. A password in it is for the driver alone: Debug, Display and serialization write `***` in its
/// place.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DatabaseUrl(String);

/// A text that names no database this program can open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// Another database, or no URL.
    #[error("a database URL is sqlite://PATH")]
    Scheme,
    /// `sqlite::memory:` and the like: each connection would see a database of its own.
    #[error("a database in memory can't be shared between connections; give a path")]
    InMemory,
    /// The path of a file that isn't UTF-8.
    #[error("the path of a database must be UTF-8")]
    NotUnicode,
    /// `SQLite` doesn't know this URL's parameters.
    #[error("the parameters of this database URL are not known")]
    Parameters,
}

/// What has a meaning in a URL, and is no less a part of a path.
const SPECIAL: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#');

impl DatabaseUrl {
    /// The database in the file at `path`.
    ///
    /// # Errors
    ///
    /// When the path isn't UTF-8.
    pub fn of_file(path: &Path) -> Result<Self, DatabaseUrlError> {
        let path = path.to_str().ok_or(DatabaseUrlError::NotUnicode)?;
        format!("sqlite://{}", utf8_percent_encode(path, SPECIAL)).parse()
    }

    /// The URL, password and all.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let place = text.strip_prefix("sqlite:").map(|place| place.trim_start_matches("//"));
        // Without a path, SQLite would make a database that is gone when it is closed.
        if place.is_none_or(|place| place.is_empty() || place.starts_with('?')) {
            return Err(DatabaseUrlError::Scheme);
        }
        if text.contains(":memory:") || text.contains("mode=memory") {
            return Err(DatabaseUrlError::InMemory);
        }
        SqliteConnectOptions::from_str(text).map_err(|_| DatabaseUrlError::Parameters)?;
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for DatabaseUrl {
    type Error = DatabaseUrlError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<DatabaseUrl> for String {
    fn from(url: DatabaseUrl) -> Self {
        url.to_string()
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let authority = self.0.split_once("://").and_then(|(scheme, rest)| {
            let (credentials, place) = rest.split_once('@')?;
            let (user, _) = credentials.split_once(':')?;
            Some((scheme, user, place))
        });
        match authority {
            Some((scheme, user, place)) => write!(f, "{scheme}://{user}:***@{place}"),
            None => f.write_str(&self.0),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_of_sqlite_is_a_database() {
        assert!("sqlite://data/parlour.db".parse::<DatabaseUrl>().is_ok());
        assert!("sqlite:///var/lib/parlour/parlour.db?mode=rwc".parse::<DatabaseUrl>().is_ok());
        for (bad, why) in [
            ("", DatabaseUrlError::Scheme),
            ("sqlite:", DatabaseUrlError::Scheme),
            ("sqlite://?mode=rwc", DatabaseUrlError::Scheme),
            ("postgres://ann:secret@db/parlour", DatabaseUrlError::Scheme),
            ("sqlite::memory:", DatabaseUrlError::InMemory),
            ("sqlite://x?mode=memory", DatabaseUrlError::InMemory),
            ("sqlite://x?speed=high", DatabaseUrlError::Parameters),
        ] {
            assert_eq!(bad.parse::<DatabaseUrl>(), Err(why), "{bad}");
        }
    }

    #[test]
    fn a_path_may_hold_what_means_something_in_a_url() {
        for path in ["data/parlour.db", "/a b/100%/why?/#1/ü.db", "/%41/x.db"] {
            let url = DatabaseUrl::of_file(Path::new(path)).expect("a URL");
            let options = SqliteConnectOptions::from_str(url.expose()).expect("options");
            assert_eq!(options.get_filename(), Path::new(path));
        }
    }

    #[test]
    fn a_password_is_never_written() {
        let url = DatabaseUrl("postgres://ann:secret@db/parlour".into());
        assert_eq!(url.to_string(), "postgres://ann:***@db/parlour");
        assert_eq!(format!("{url:?}"), url.to_string());
        assert_eq!(String::from(url.clone()), url.to_string());
    }
}
