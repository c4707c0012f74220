//! Who someone is, as the rest of the program needs to know it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{UserId, Username};

/// What a person represents. It opens nothing by itself; being an administrator is apart from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A start-up; the old system's role 1.
    Startup,
    /// An investor; the old system's role 2.
    Investor,
}

/// A text that names no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a role is startup or investor")]
pub struct RoleError;

impl Role {
    /// As JSON and the database write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Startup => "startup",
            Self::Investor => "investor",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "startup" => Ok(Self::Startup),
            "investor" => Ok(Self::Investor),
            _ => Err(RoleError),
        }
    }
}

/// Whether a person may act at all. Never having proved an address and having been shut out are kept apart, so that
/// activating can't undo a disabling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Verified and not disabled: the only standing that may do anything.
    Active,
    /// The address was never verified.
    Unverified,
    /// An administrator shut the account.
    Disabled,
}

/// A person as rooms see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: UserId,
    /// The name others see.
    pub username: Username,
    /// What they represent, if they said so.
    pub role: Option<Role>,
    /// Whether they may act.
    pub standing: Standing,
    /// Whether they administer the server.
    pub is_admin: bool,
}
