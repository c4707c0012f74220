//! Which telling of a room's log a sequence number belongs to.

use std::fmt;
use std::str::FromStr;

/// The epoch of a room's log: the store's incarnation and the room's own generation, written `k3.1`. A client that
/// resumes with another epoch holds numbers of a log that is no more (it was restored, cut, or failed over with loss).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Epoch {
    /// Drawn anew whenever the whole store is made or restored.
    pub incarnation: u32,
    /// Counted up whenever this room's log alone is cut.
    pub generation: u32,
}

/// A text that is no epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an epoch")]
pub struct EpochError;

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "k{}.{}", self.incarnation, self.generation)
    }
}

impl FromStr for Epoch {
    type Err = EpochError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.strip_prefix('k').and_then(|rest| rest.split_once('.'));
        let (incarnation, generation) = parts.ok_or(EpochError)?;
        Ok(Self {
            incarnation: incarnation.parse().map_err(|_| EpochError)?,
            generation: generation.parse().map_err(|_| EpochError)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_reads_back_what_it_writes() {
        let epoch = Epoch { incarnation: 3, generation: 1 };
        assert_eq!(epoch.to_string(), "k3.1");
        assert_eq!("k3.1".parse(), Ok(epoch));
        assert_eq!("3.1".parse::<Epoch>(), Err(EpochError));
        assert_eq!("k3".parse::<Epoch>(), Err(EpochError));
    }
}
