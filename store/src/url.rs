//! Where the database is.

use std::fmt;
use std::str::FromStr;

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
    /// `SQLite` doesn't know this URL's parameters.
    #[error("the parameters of this database URL are not known")]
    Parameters,
}

impl DatabaseUrl {
    /// The URL, password and all.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if !text.starts_with("sqlite:") {
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
            ("postgres://ann:secret@db/parlour", DatabaseUrlError::Scheme),
            ("sqlite::memory:", DatabaseUrlError::InMemory),
            ("sqlite://x?mode=memory", DatabaseUrlError::InMemory),
            ("sqlite://x?speed=high", DatabaseUrlError::Parameters),
        ] {
            assert_eq!(bad.parse::<DatabaseUrl>(), Err(why), "{bad}");
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
