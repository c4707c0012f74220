//! The settings of passwords.

use serde::{Deserialize, Serialize};

/// `[passwords]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The fewest characters a new password may have. 0: no lower bound.
    pub min_length: u32,
    /// The least zxcvbn score (0 to 4) a new password may have. 0: any.
    pub min_strength: u8,
    /// Argon2id's memory, in KiB, at least 8 a lane. OWASP: 19456.
    pub memory_kib: u32,
    /// Argon2id's passes over that memory, at least 1. OWASP: 2.
    pub passes: u32,
    /// Argon2id's lanes, at least 1. OWASP: 1.
    pub lanes: u32,
    /// How many passwords are hashed at once. 0: half the cores, at least one.
    pub threads: u32,
    /// How many passwords may wait for a thread; beyond, the answer is 503. 0: none waits.
    pub queue: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            min_length: 8,
            min_strength: 2,
            memory_kib: 19_456,
            passes: 2,
            lanes: 1,
            threads: 0,
            queue: 128,
        }
    }
}
