//! Changing an account.

use domain::{Role, Seq, SessionId, UserId};
use secrecy::{ExposeSecret, SecretString};
use store::people::{self, PersonRow};
use store::{Change, WriteTransaction, sessions};

use super::AdminError;
use crate::accounts::tell_system_room;
use crate::passwords::{Attributes, Judged};
use crate::{Accounts, FieldErrors, passwords};

/// Each gives the last entry of the system room that tells of the change, or none where there was nothing to tell: it was
/// so before, or no session was alive.
impl Accounts {
    /// Takes the address of `user` for verified.
    pub async fn activate_person(&self, user: UserId) -> Result<Option<Seq>, AdminError> {
        let (tx, mut person) = self.edit(user).await?;
        let now = self.0.clock.now();
        if !people::set_verified(&tx, user, now).await? {
            return Ok(None);
        }
        person.verified_at = Some(now);
        self.finish(tx, vec![changed(&person)]).await
    }

    /// Shuts the account of `user` and ends their sessions.
    pub async fn disable_person(&self, user: UserId) -> Result<Option<Seq>, AdminError> {
        let (tx, mut person) = self.edit(user).await?;
        let now = self.0.clock.now();
        if !people::set_disabled(&tx, user, Some(now)).await? {
            return Ok(None);
        }
        person.disabled_at = Some(now);
        // Each by itself: enabling the person must not bring one back.
        let mut changes = ended(user, sessions::end_all(&tx, user, None, now).await?);
        changes.push(changed(&person));
        self.finish(tx, changes).await
    }

    /// Opens the account of `user` again. Sessions that were ended stay so.
    pub async fn enable_person(&self, user: UserId) -> Result<Option<Seq>, AdminError> {
        let (tx, mut person) = self.edit(user).await?;
        if !people::set_disabled(&tx, user, None).await? {
            return Ok(None);
        }
        person.disabled_at = None;
        self.finish(tx, vec![changed(&person)]).await
    }

    /// Gives `user` another password, which the rules for passwords bind, and ends all their sessions.
    pub async fn set_password(
        &self,
        user: UserId,
        password: &SecretString,
    ) -> Result<Option<Seq>, AdminError> {
        let person = people::find(self.0.store.reader(), user).await?;
        let person = person.ok_or(AdminError::NoSuchPerson)?;
        let attributes = Attributes {
            username: person.username.to_string(),
            first_name: person.first_name,
            last_name: person.last_name,
            email: person.email.to_string(),
        };
        let hash = self.hash_good(password, attributes).await?;
        let (tx, _) = self.edit(user).await?;
        people::set_password_hash(&tx, user, &hash).await?;
        let changes = ended(user, sessions::end_all(&tx, user, None, self.0.clock.now()).await?);
        self.finish(tx, changes).await
    }

    /// Says what `user` represents.
    pub async fn set_role(
        &self,
        user: UserId,
        role: Option<Role>,
    ) -> Result<Option<Seq>, AdminError> {
        let (tx, person) = self.edit(user).await?;
        if !people::set_role(&tx, user, role).await? {
            return Ok(None);
        }
        self.finish(tx, vec![changed(&person)]).await
    }

    /// Makes `user` an administrator, or no longer one.
    pub async fn set_admin(&self, user: UserId, is_admin: bool) -> Result<Option<Seq>, AdminError> {
        let (tx, person) = self.edit(user).await?;
        if !people::set_admin(&tx, user, is_admin).await? {
            return Ok(None);
        }
        self.finish(tx, vec![changed(&person)]).await
    }

    /// The hash of a password that an administrator gives somebody.
    pub(super) async fn hash_good(
        &self,
        password: &SecretString,
        attributes: Attributes,
    ) -> Result<SecretString, AdminError> {
        if password.expose_secret().chars().count() > passwords::MAX_CHARS {
            let max = passwords::MAX_CHARS;
            let words = format!("Ensure this field has no more than {max} characters.");
            return Err(AdminError::Invalid(FieldErrors::one("password", words)));
        }
        match self.0.passwords.judge(password, attributes).await? {
            Judged::Good(hash) => Ok(hash),
            Judged::Bad(broken) => {
                let mut errors = FieldErrors::default();
                for words in broken {
                    errors.add("password", words);
                }
                Err(AdminError::Invalid(errors))
            }
        }
    }

    async fn edit(&self, user: UserId) -> Result<(WriteTransaction, PersonRow), AdminError> {
        let tx = self.0.store.write().await?;
        let person = people::find(&tx, user).await?.ok_or(AdminError::NoSuchPerson)?;
        Ok((tx, person))
    }

    async fn finish(
        &self,
        mut tx: WriteTransaction,
        changes: Vec<Change>,
    ) -> Result<Option<Seq>, AdminError> {
        let is_end = |change: &&Change| matches!(change, Change::SessionEnded { .. });
        let ended = changes.iter().filter(is_end).count();
        let seq =
            if changes.is_empty() { None } else { Some(tell_system_room(&mut tx, changes).await?) };
        tx.commit().await?;
        self.0.metrics.sessions_ended.inc_by(u64::try_from(ended).unwrap_or(u64::MAX));
        Ok(seq)
    }
}

fn changed(person: &PersonRow) -> Change {
    Change::PersonChanged { user: person.id, standing: person.standing() }
}

fn ended(user: UserId, sessions: Vec<SessionId>) -> Vec<Change> {
    sessions.into_iter().map(|session| Change::SessionEnded { session, user }).collect()
}
