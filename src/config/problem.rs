//! What is wrong with a configuration, in words that say what to do.

use std::fmt;

use super::Origin;

/// One thing wrong with the configuration. Several are reported together, so that they can be mended together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where the culprit stands; none for the configuration as a whole.
    pub origin: Option<Origin>,
    /// The setting, `section.key`; none for the configuration as a whole.
    pub key: Option<String>,
    /// What is wrong and what to do, lower case, without a full stop.
    pub words: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(origin) = &self.origin {
            write!(f, "{origin}: ")?;
        }
        if let Some(key) = &self.key {
            write!(f, "{key}: ")?;
        }
        f.write_str(&self.words)
    }
}

/// A configuration nobody can start with: at least one [`Problem`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", lines(.0))]
pub struct ConfigError(pub Vec<Problem>);

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
