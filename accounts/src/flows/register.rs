//! Registering.

use domain::{Email, Timestamp, UserId};
use secrecy::{ExposeSecret, SecretString};
use store::people::{self, InsertError, NewPerson, Profile, Taken};
use store::{StoreError, WriteTransaction};

use crate::metrics::Outcome;
use crate::passwords::{Attributes, Judged};
use crate::{Accounts, Failure, FieldErrors, Registration};

/// A registration that succeeded: an inactive account, its letter in the outbox. Wake the mailer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The new account.
    pub user_id: UserId,
    /// Where the letter goes.
    pub email: Email,
}

/// Why a registration failed.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Something that was typed is wrong.
    #[error("a field is wrong")]
    Invalid(FieldErrors),
    /// Nobody's mistake.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StoreError> for RegisterError {
    fn from(error: StoreError) -> Self {
        Self::Failure(error.into())
    }
}

impl Accounts {
    /// Makes an inactive account with its profile and queues its activation letter, in one transaction.
    ///
    /// With `accounts.reveal_taken_email = false` an address that is in use gives the same answer, after the same work:
    /// the username is reserved, and the address's owner gets a letter, unless they got enough within the hour.
    pub async fn register(&self, registration: Registration) -> Result<Registered, RegisterError> {
        let result = self.try_register(registration).await;
        let outcome = match &result {
            Ok(_) => "registered",
            Err(RegisterError::Invalid(_)) => "invalid",
            Err(RegisterError::Failure(failure)) => failure.label(),
        };
        self.0.metrics.registrations.get_or_create(&Outcome::of(outcome)).inc();
        result
    }

    async fn try_register(&self, registration: Registration) -> Result<Registered, RegisterError> {
        let (username, email) = (&registration.username, &registration.email);
        let now = self.0.clock.now();
        let taken = people::taken(self.0.store.reader(), username, email, now).await?;
        let mut errors = self.told(taken);
        let hash = self.judge(&registration, &mut errors).await?;
        let Some(hash) = hash.filter(|_| errors.is_empty()) else {
            return Err(RegisterError::Invalid(errors));
        };
        let tx = self.0.store.write().await?;
        // Somebody may have been faster. Within the transaction nobody is.
        let now = self.0.clock.now();
        let taken = people::taken(&tx, username, email, now).await?;
        self.told(taken).unless_empty(()).map_err(RegisterError::Invalid)?;
        let user_id = UserId::random(&*self.0.entropy);
        let email = registration.email.clone();
        if taken.email {
            self.leave_decoy(&tx, &registration, now).await?;
        } else {
            let person = new_person(user_id, registration, hash, now);
            self.insert(&tx, &person).await?;
        }
        tx.commit().await?;
        Ok(Registered { user_id, email })
    }

    /// What of `taken` may be told.
    fn told(&self, taken: Taken) -> FieldErrors {
        let mut errors = FieldErrors::default();
        if taken.username {
            errors.add("username", "The username is already taken.");
        }
        if taken.email && self.0.config.reveal_taken_email {
            errors.add("email", "The email address is already in use.");
        }
        errors
    }

    /// The hash of the password, if it is good; else what is wrong with it goes to `errors`.
    async fn judge(
        &self,
        registration: &Registration,
        errors: &mut FieldErrors,
    ) -> Result<Option<SecretString>, Failure> {
        let (password, again) = (&registration.password, &registration.confirm_password);
        if password.expose_secret() != again.expose_secret() {
            errors.add("password", "The passwords do not match.");
            return Ok(None);
        }
        let attributes = Attributes {
            username: registration.username.to_string(),
            first_name: registration.first_name.clone(),
            last_name: registration.last_name.clone(),
            email: registration.email.to_string(),
        };
        match self.0.passwords.judge(password, attributes).await? {
            Judged::Good(hash) => Ok(Some(hash)),
            Judged::Bad(broken) => {
                for words in broken {
                    errors.add("password", words);
                }
                Ok(None)
            }
        }
    }

    /// The account, its profile, its token, its letter.
    pub(crate) async fn insert(
        &self,
        tx: &WriteTransaction,
        person: &NewPerson,
    ) -> Result<(), RegisterError> {
        people::insert(tx, person).await.map_err(|error| match error {
            InsertError::Taken(taken) => RegisterError::Invalid(self.told(taken)),
            InsertError::Store(error) => error.into(),
        })?;
        if person.verified_at.is_none() {
            self.queue_activation(tx, (person.id, &person.email), person.created_at).await?;
        }
        Ok(())
    }

    /// What a registration with somebody else's address leaves behind when nobody may learn that it is taken.
    async fn leave_decoy(
        &self,
        tx: &WriteTransaction,
        registration: &Registration,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let until = now.plus(self.0.config.activation_ttl);
        people::reserve_username(tx, &registration.username, until).await?;
        if let Some(owner) = people::find_by_email_key(tx, &registration.email.key()).await? {
            self.queue_address_taken(tx, &owner).await?;
        }
        Ok(())
    }
}

fn new_person(
    id: UserId,
    registration: Registration,
    hash: SecretString,
    created_at: Timestamp,
) -> NewPerson {
    NewPerson {
        id,
        username: registration.username,
        email: registration.email,
        password_hash: Some(hash),
        first_name: registration.first_name,
        last_name: registration.last_name,
        role: registration.role,
        is_admin: false,
        verified_at: None,
        created_at,
        profile: Profile {
            company_name: registration.company_name,
            website: registration.website,
            description: String::new(),
        },
    }
}
