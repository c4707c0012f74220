//! Oneself.

use domain::{Email, Role, Timestamp, UserId, Username};
use store::people::{self, PersonRow};

use crate::{Accounts, Failure};

pub use store::people::Profile;

/// A person as they see themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// Their id.
    pub id: UserId,
    /// Their address.
    pub email: Email,
    /// The name others see.
    pub username: Username,
    /// May be empty.
    pub first_name: String,
    /// May be empty.
    pub last_name: String,
    /// What they represent, if they said so.
    pub role: Option<Role>,
    /// Whether they administer the server.
    pub is_admin: bool,
    /// When the account was made.
    pub created_at: Timestamp,
    /// What they say of their company.
    pub profile: Profile,
}

impl Me {
    pub(crate) fn of(person: PersonRow, profile: Profile) -> Self {
        Self {
            id: person.id,
            email: person.email,
            username: person.username,
            first_name: person.first_name,
            last_name: person.last_name,
            role: person.role,
            is_admin: person.is_admin,
            created_at: person.created_at,
            profile,
        }
    }
}

impl Accounts {
    /// The person `user`, if they exist.
    pub async fn me(&self, user: UserId) -> Result<Option<Me>, Failure> {
        let reader = self.0.store.reader();
        let Some(person) = people::find(reader, user).await? else { return Ok(None) };
        let profile = people::profile(reader, user).await?;
        Ok(Some(Me::of(person, profile.unwrap_or_default())))
    }
}
