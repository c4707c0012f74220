//! Making an account.

use domain::{Email, Role, UserId, Username};
use secrecy::SecretString;
use store::people::{NewPerson, Profile};

use super::AdminError;
use crate::Accounts;
use crate::passwords::Attributes;

/// An account that is to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// The name others see.
    pub username: Username,
    /// Where letters go.
    pub email: Email,
    /// The password, as typed. The rules for passwords bind it.
    pub password: SecretString,
    /// Whether the address counts as verified. Where it doesn't, an activation letter is queued.
    pub active: bool,
    /// Whether they administer the server.
    pub is_admin: bool,
    /// What they represent, if anything.
    pub role: Option<Role>,
}

impl Accounts {
    /// Makes an account.
    pub async fn add_account(&self, account: NewAccount) -> Result<UserId, AdminError> {
        let attributes = Attributes {
            username: account.username.to_string(),
            email: account.email.to_string(),
            ..Attributes::default()
        };
        let hash = self.hash_good(&account.password, attributes).await?;
        let tx = self.0.store.write().await?;
        let now = self.0.clock.now();
        let person = NewPerson {
            id: UserId::random(&*self.0.entropy),
            username: account.username,
            email: account.email,
            password_hash: Some(hash),
            first_name: String::new(),
            last_name: String::new(),
            role: account.role,
            is_admin: account.is_admin,
            verified_at: account.active.then_some(now),
            created_at: now,
            profile: Profile::default(),
        };
        self.insert(&tx, &person).await?;
        tx.commit().await?;
        Ok(person.id)
    }
}
