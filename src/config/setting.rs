//! One setting as one layer gives it.

use std::path::PathBuf;

use super::{Origin, Problem};

/// One setting as one layer gives it. It has no `Debug`: it may hold a secret.
pub struct Setting {
    /// The key, `section.key`.
    pub key: String,
    /// What stands there.
    pub content: Content,
    /// Where it stands.
    pub origin: Origin,
}

/// What a layer says of a key.
pub enum Content {
    /// A value with a type: the file's and the flags'.
    Value(toml::Value),
    /// A text without one, and what else it could be read as: the environment's.
    Text {
        /// The likelier reading.
        first: toml::Value,
        /// The other, if there is one.
        second: Option<toml::Value>,
    },
    /// The path of a file that holds the value: `…_file`.
    SecretFile(PathBuf),
}

impl Setting {
    /// A problem with this setting.
    #[must_use]
    pub fn problem(&self, words: impl Into<String>) -> Problem {
        let (origin, key) = (Some(self.origin.clone()), Some(self.key.clone()));
        Problem { origin, key, words: words.into() }
    }
}
