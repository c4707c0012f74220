//! Signing in.

use std::net::IpAddr;
use std::time::Duration;

use domain::{Email, SessionId, Standing, Username};
use secrecy::{ExposeSecret, SecretString};
use store::people::{self, PersonRow};
use store::sessions::{self, Session};
use store::{StoreError, WriteTransaction};

use crate::metrics::Outcome;
use crate::passwords::Verdict;
use crate::{Accounts, Failure, Me};

/// How much of a `User-Agent` is kept, in characters.
const MAX_USER_AGENT_CHARS: usize = 256;

/// Whom somebody claims to be, as they typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identifier {
    /// An e-mail address.
    Email(String),
    /// A username.
    Username(String),
}

/// Where a sign-in comes from; kept with the session, to show it to its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The address, behind trusted proxies the client's own.
    pub ip: IpAddr,
    /// The `User-Agent` header, if there was one. Longer ones are cut.
    pub user_agent: Option<String>,
}

/// A new session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session's first refresh token.
    pub refresh: SecretString,
    /// Its first access token.
    pub access: SecretString,
    /// For how long the access token counts.
    pub expires_in: Duration,
    /// The session.
    pub session_id: SessionId,
    /// Who signed in.
    pub user: Me,
}

/// Why a sign-in failed.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// Unknown, wrong, disabled, or not activated: never told apart.
    #[error("Invalid credentials")]
    Credentials,
    /// The password is right, but the address isn't verified.
    #[error("Invalid credentials")]
    EmailNotVerified,
    /// Nobody's mistake.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StoreError> for LoginError {
    fn from(error: StoreError) -> Self {
        Self::Failure(error.into())
    }
}

impl Accounts {
    /// Signs somebody in: a session, its first refresh token and its first access token. A refusal takes the same time
    /// whether the account exists, is active, or the password is right: one look-up, one hash.
    pub async fn login(
        &self,
        identifier: &Identifier,
        password: &SecretString,
        client: Client,
    ) -> Result<SignedIn, LoginError> {
        let result = self.try_login(identifier, password, client).await;
        let outcome = match &result {
            Ok(_) => "signed_in",
            Err(LoginError::Credentials) => "refused",
            Err(LoginError::EmailNotVerified) => "not_verified",
            Err(LoginError::Failure(failure)) => failure.label(),
        };
        self.0.metrics.logins.get_or_create(&Outcome::of(outcome)).inc();
        result
    }

    async fn try_login(
        &self,
        identifier: &Identifier,
        password: &SecretString,
        client: Client,
    ) -> Result<SignedIn, LoginError> {
        let person = self.claimed(identifier).await?;
        let hash = person.as_ref().and_then(|person| person.password_hash.as_ref());
        let verdict = self.0.passwords.verify(password, hash).await?;
        let (Some(person), Verdict::Right { outdated }) = (person, verdict) else {
            return Err(LoginError::Credentials);
        };
        match person.standing() {
            Standing::Active => {}
            // Where nobody may learn that an address is taken, this would tell.
            Standing::Unverified if self.0.config.reveal_taken_email => {
                return Err(LoginError::EmailNotVerified);
            }
            Standing::Unverified | Standing::Disabled => return Err(LoginError::Credentials),
        }
        let rehashed = if outdated { self.rehashed(password).await } else { None };
        let profile = people::profile(self.0.store.reader(), person.id).await?;
        let tx = self.0.store.write().await?;
        let session = self.begin_session(&tx, &person, rehashed.as_ref(), client).await?;
        tx.commit().await?;
        let access = self.0.tokens.access(&session)?;
        Ok(SignedIn {
            refresh: self.0.tokens.refresh(&session)?,
            access: access.token,
            expires_in: access.expires_in,
            session_id: session.id,
            user: Me::of(person, profile.unwrap_or_default()),
        })
    }

    /// The hash of a password that was just verified, made as hashes are made now. If that fails, the next sign-in tries
    /// again: it is no reason to refuse this one.
    async fn rehashed(&self, password: &SecretString) -> Option<SecretString> {
        let hash = self.0.passwords.rehash(password).await;
        hash.inspect_err(|error| tracing::warn!(%error, "a password was not hashed anew")).ok()
    }

    /// The account that is claimed, by what makes it unique. What can't be an address or a name is nobody's.
    async fn claimed(&self, identifier: &Identifier) -> Result<Option<PersonRow>, StoreError> {
        let reader = self.0.store.reader();
        match identifier {
            Identifier::Email(typed) => match typed.parse::<Email>() {
                Ok(email) => people::find_by_email_key(reader, &email.key()).await,
                Err(_) => Ok(None),
            },
            Identifier::Username(typed) => match typed.trim().parse::<Username>() {
                Ok(username) => people::find_by_username_key(reader, &username.key()).await,
                Err(_) => Ok(None),
            },
        }
    }

    async fn begin_session(
        &self,
        tx: &WriteTransaction,
        person: &PersonRow,
        rehashed: Option<&SecretString>,
        client: Client,
    ) -> Result<Session, LoginError> {
        // While the hash was computed they may have been disabled, or their password changed: what ended their sessions
        // then couldn't end this one.
        let still = people::find(tx, person.id).await?.is_some_and(|now| {
            now.standing() == Standing::Active
                && same(now.password_hash.as_ref(), person.password_hash.as_ref())
        });
        if !still {
            return Err(LoginError::Credentials);
        }
        let now = self.0.clock.now();
        if let Some(hash) = rehashed {
            people::set_password_hash(tx, person.id, hash).await?;
        }
        people::touch_login(tx, person.id, now).await?;
        let agent = client.user_agent;
        let session = Session {
            id: SessionId::random(&*self.0.entropy),
            person: person.id,
            generation: 0,
            used_generation: 0,
            rotated_at: now,
            kid: self.0.tokens.ring().keys().newest().id().to_owned(),
            created_at: now,
            last_used_at: now,
            expires_at: self.0.tokens.session_end(now, now),
            ended_at: None,
            address: Some(client.ip),
            user_agent: agent.map(|agent| agent.chars().take(MAX_USER_AGENT_CHARS).collect()),
        };
        sessions::insert(tx, &session).await?;
        Ok(session)
    }
}

fn same(one: Option<&SecretString>, other: Option<&SecretString>) -> bool {
    one.map(ExposeSecret::expose_secret) == other.map(ExposeSecret::expose_secret)
}
