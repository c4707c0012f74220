//! A person, stored and to be stored.

use domain::{Email, Person, Role, Standing, Timestamp, UserId, Username};
use secrecy::SecretString;

use crate::StoreError;
use crate::entity::{person, profile};
use crate::row::{time, unreadable, user_id};

/// A person as they are stored.
#[derive(Debug, Clone)]
pub struct PersonRow {
    /// Their id.
    pub id: UserId,
    /// The name others see.
    pub username: Username,
    /// Where their letters go.
    pub email: Email,
    /// The hash of their password; none: no password opens this account.
    pub password_hash: Option<SecretString>,
    /// Their first name, or nothing.
    pub first_name: String,
    /// Their last name, or nothing.
    pub last_name: String,
    /// What they represent, if they said so.
    pub role: Option<Role>,
    /// Whether they administer the server.
    pub is_admin: bool,
    /// When their address was verified, if it was.
    pub verified_at: Option<Timestamp>,
    /// When an administrator shut the account, if it is shut.
    pub disabled_at: Option<Timestamp>,
    /// When they last signed in, if ever.
    pub last_login_at: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
}

impl PersonRow {
    /// Whether they may act.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        match (self.disabled_at, self.verified_at) {
            (Some(_), _) => Standing::Disabled,
            (None, None) => Standing::Unverified,
            (None, Some(_)) => Standing::Active,
        }
    }

    /// The person as rooms see them.
    #[must_use]
    pub fn person(&self) -> Person {
        Person {
            id: self.id,
            username: self.username.clone(),
            role: self.role,
            standing: self.standing(),
            is_admin: self.is_admin,
        }
    }
}

impl TryFrom<person::Model> for PersonRow {
    type Error = StoreError;

    fn try_from(row: person::Model) -> Result<Self, StoreError> {
        let role = |role: String| role.parse().map_err(|_| unreadable("role", role));
        Ok(Self {
            id: user_id(row.id)?,
            username: Username::stored(&row.username),
            email: Email::stored(&row.email),
            password_hash: row.password_hash.map(SecretString::from),
            first_name: row.first_name,
            last_name: row.last_name,
            role: row.role.map(role).transpose()?,
            is_admin: row.is_admin,
            verified_at: time(row.verified_at),
            disabled_at: time(row.disabled_at),
            last_login_at: time(row.last_login_at),
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}

/// A person who is to be stored.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Their id.
    pub id: UserId,
    /// The name others see.
    pub username: Username,
    /// Where their letters go.
    pub email: Email,
    /// The hash of their password; none: no password opens this account.
    pub password_hash: Option<SecretString>,
    /// Their first name, or nothing.
    pub first_name: String,
    /// Their last name, or nothing.
    pub last_name: String,
    /// What they represent, if they said so.
    pub role: Option<Role>,
    /// Whether they administer the server.
    pub is_admin: bool,
    /// When their address was verified, if it was.
    pub verified_at: Option<Timestamp>,
    /// When the account is made.
    pub created_at: Timestamp,
    /// What they tell about themselves.
    pub profile: Profile,
}

/// What a person tells about themselves: the profile of what they represent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// Their company, or nothing.
    pub company_name: String,
    /// Its website, or nothing.
    pub website: String,
    /// A few words, or nothing.
    pub description: String,
}

impl From<profile::Model> for Profile {
    fn from(row: profile::Model) -> Self {
        let profile::Model { person: _, company_name, website, description } = row;
        Self { company_name, website, description }
    }
}
