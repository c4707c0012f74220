//! The settings of accounts.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

/// `[accounts]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Whether registering with an address that is in use says so, as the old front end needs. When not, the answer is
    /// that of a free address, a decoy reserves the username, the address's owner gets a letter, and signing in never
    /// tells that an account waits for its activation.
    pub reveal_taken_email: bool,
    /// Whether a GET of `/api/users/activate/` by a program activates. Off: mail scanners follow links.
    pub activate_on_get: bool,
    /// The page that activation letters lead to; they add `?token=`. None: `<frontend_url>/activate`.
    pub activate_url: Option<Url>,
    /// The page that letters for a new password lead to; they add `?token=`. None: `<frontend_url>/reset-password`.
    pub reset_url: Option<Url>,
    /// How long an activation letter's link works, and how long an account waits for it before it is removed. 0: not at
    /// all, which no server can want.
    #[serde(with = "humantime_serde")]
    pub activation_ttl: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            reveal_taken_email: true,
            activate_on_get: false,
            activate_url: None,
            reset_url: None,
            activation_ttl: Duration::from_hours(24),
        }
    }
}
