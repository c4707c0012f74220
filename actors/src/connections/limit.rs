//! How many sockets there may be at once.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What the files that are neither sockets nor HTTP connections get: the database and its readers, listeners, logs,
/// letters, upgrades that are being refused. Where less than twice this is left, it is shared half and half.
const RESERVE: u64 = 512;

/// The most sockets at once: a number, or `"auto"`, which is taken from the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Limit {
    /// What the limit of open files (`RLIMIT_NOFILE`, the soft one at the start) leaves after HTTP and a reserve.
    #[default]
    Auto,
    /// So many; 0: no limit.
    Count(u32),
}

impl Limit {
    /// The limit in effect, where up to `http` connections may speak HTTP beside the sockets.
    #[must_use]
    pub fn resolve(self, http: usize) -> usize {
        match self {
            Self::Auto => {
                let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
                of_open_files(limit.unwrap_or(u64::MAX), http)
            }
            Self::Count(0) => usize::MAX,
            Self::Count(count) => usize::try_from(count).unwrap_or(usize::MAX),
        }
    }
}

fn of_open_files(limit: u64, http: usize) -> usize {
    // At most half: where HTTP has no limit, or one beyond reason, there must still be sockets.
    let http = u64::try_from(http).unwrap_or(u64::MAX).min(limit / 2);
    let left = limit - http;
    let sockets = left.saturating_sub(RESERVE).max(left / 2);
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
    fn the_machine_keeps_a_reserve_and_what_http_may_take() {
        assert_eq!(of_open_files(65_536, 0), 65_024);
        assert_eq!(of_open_files(65_536, 4_096), 60_928);
        assert_eq!(of_open_files(1_024, 256), 384, "a small limit is shared");
        assert_eq!(of_open_files(256, 64), 96);
        assert_eq!(of_open_files(8_192, usize::MAX), 3_584, "HTTP counts as half at most");
        assert!(Limit::Auto.resolve(1) > 0);
        assert_eq!(Limit::Count(0).resolve(1), usize::MAX);
        assert_eq!(Limit::Count(7).resolve(1), 7);
    }
}
