//! How many sockets there may be at once.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What the files that aren't sockets get: the database and its readers, listeners, logs, letters, HTTP connections that
/// haven't been upgraded. A limit of open files below twice this is shared half and half.
const RESERVE: u64 = 512;

/// The most sockets at once: a number, or `"auto"`, which is taken from the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Limit {
    /// What the limit of open files (`RLIMIT_NOFILE`, the soft one at the start) leaves after a reserve.
    #[default]
    Auto,
    /// So many; 0: no limit.
    Count(u32),
}

impl Limit {
    /// The limit in effect.
    #[must_use]
    pub fn resolve(self) -> usize {
        match self {
            Self::Auto => {
                let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
                of_open_files(limit.unwrap_or(u64::MAX))
            }
            Self::Count(0) => usize::MAX,
            Self::Count(count) => usize::try_from(count).unwrap_or(usize::MAX),
        }
    }
}

fn of_open_files(limit: u64) -> usize {
    let sockets = limit.saturating_sub(RESERVE).max(limit / 2);
    usize::try_from(sockets).unwrap_or(usize::MAX)
}

impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Auto => serializer.serialize_str("auto"),
            Self::Count(count) => serializer.serialize_u32(*count),
        }
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "expected a number or \"auto\"")]
        enum Written {
            Count(u32),
            Word(String),
        }
        match Written::deserialize(deserializer)? {
            Written::Count(count) => Ok(Self::Count(count)),
            Written::Word(word) if word == "auto" => Ok(Self::Auto),
            Written::Word(_) => Err(de::Error::custom("expected a number or \"auto\"")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_keeps_a_reserve() {
        assert_eq!(of_open_files(65_536), 65_024);
        assert_eq!(of_open_files(1_024), 512);
        assert_eq!(of_open_files(256), 128, "a small limit is shared");
        assert!(Limit::Auto.resolve() > 0);
        assert_eq!(Limit::Count(0).resolve(), usize::MAX);
        assert_eq!(Limit::Count(7).resolve(), 7);
    }
}
