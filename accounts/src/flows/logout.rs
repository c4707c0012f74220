//! Signing out.

use domain::{Seq, SessionId, UserId};
use secrecy::SecretString;
use store::sessions;
use store::{Change, StoreError, WriteTransaction, system};

use super::generation::Place;
use crate::accounts::tell_system_room;
use crate::metrics::Outcome;
use crate::{Accounts, Failure, Identity, RefreshError, TokenError};

/// Something was ended, and the system room says so. Wait until [`Ended::system_seq`] was acted on (index, then
/// sockets) before answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// The last entry of the system room that tells of it.
    pub system_seq: Seq,
    /// Whose it was.
    pub user: UserId,
}

/// Which sessions a sign-out ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// The one that the refresh token belongs to.
    #[default]
    Session,
    /// All the person's others.
    Others,
    /// All the person's.
    All,
}

/// Why a sign-out failed. The words are the old system's.
#[derive(Debug, thiserror::Error)]
pub enum LogoutError {
    /// The session had been ended before.
    #[error("Token is blacklisted")]
    Blacklisted,
    /// The token had been traded in before: the session was ended all the same; wait for [`Ended::system_seq`].
    #[error("Token is blacklisted")]
    Reused(Ended),
    /// No refresh token of ours, expired, or of another person than the one who is signed in.
    #[error("Token is invalid")]
    Invalid,
    /// Nobody's mistake.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StoreError> for LogoutError {
    fn from(error: StoreError) -> Self {
        Self::Failure(error.into())
    }
}

impl From<RefreshError> for LogoutError {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::Token(TokenError::Revoked(_)) => Self::Blacklisted,
            RefreshError::Token(_) => Self::Invalid,
            RefreshError::Reused(ended) => Self::Reused(ended),
            RefreshError::Failure(failure) => Self::Failure(failure),
        }
    }
}

impl Accounts {
    /// Ends the session of `refresh`, which is the proof, or others of the same person. `bearer` is who the request's
    /// access token says is signed in, if it has a valid one.
    pub async fn logout(
        &self,
        refresh: &SecretString,
        bearer: Option<&Identity>,
        scope: Scope,
    ) -> Result<Ended, LogoutError> {
        let result = self.try_logout(refresh, bearer, scope).await;
        let outcome = match &result {
            Ok(_) => "signed_out",
            Err(LogoutError::Blacklisted) => "blacklisted",
            Err(LogoutError::Reused(_)) => "reused",
            Err(LogoutError::Invalid) => "invalid",
            Err(LogoutError::Failure(failure)) => failure.label(),
        };
        self.0.metrics.logouts.get_or_create(&Outcome::of(outcome)).inc();
        result
    }

    async fn try_logout(
        &self,
        refresh: &SecretString,
        bearer: Option<&Identity>,
        scope: Scope,
    ) -> Result<Ended, LogoutError> {
        let token = self.0.tokens.check_refresh(refresh).map_err(RefreshError::from)?;
        if bearer.is_some_and(|identity| identity.user != token.user) {
            return Err(LogoutError::Invalid);
        }
        let session = self.session_of(&token).await?;
        let user = session.person;
        match self.place(&session, token.generation, self.0.clock.now()) {
            Place::Present | Place::JustReplaced => {}
            Place::Reused => {
                return Err(LogoutError::Reused(self.end_session(session.id, user).await?));
            }
            Place::Unknown => return Err(LogoutError::Invalid),
        }
        match scope {
            Scope::Session => Ok(self.end_session(session.id, user).await?),
            Scope::Others => Ok(self.end_sessions(user, Some(session.id)).await?),
            Scope::All => Ok(self.end_sessions(user, None).await?),
        }
    }

    /// Ends one session.
    pub(super) async fn end_session(
        &self,
        session: SessionId,
        user: UserId,
    ) -> Result<Ended, StoreError> {
        let mut tx = self.0.store.write().await?;
        let alive = sessions::end(&tx, session, self.0.clock.now()).await?;
        let ended = if alive { vec![session] } else { Vec::new() };
        let system_seq = tell_ended(&mut tx, user, &ended).await?;
        tx.commit().await?;
        self.0.metrics.sessions_ended.inc_by(u64::from(alive));
        Ok(Ended { system_seq, user })
    }

    async fn end_sessions(
        &self,
        user: UserId,
        except: Option<SessionId>,
    ) -> Result<Ended, StoreError> {
        let mut tx = self.0.store.write().await?;
        let ended = sessions::end_all(&tx, user, except, self.0.clock.now()).await?;
        let system_seq = tell_ended(&mut tx, user, &ended).await?;
        tx.commit().await?;
        let count = u64::try_from(ended.len()).unwrap_or(u64::MAX);
        self.0.metrics.sessions_ended.inc_by(count);
        Ok(Ended { system_seq, user })
    }
}

/// Tells the system room of each session's end. Where none was alive it is somebody else who just ended them: whoever waits
/// for the room's head waits for that.
async fn tell_ended(
    tx: &mut WriteTransaction,
    user: UserId,
    sessions: &[SessionId],
) -> Result<Seq, StoreError> {
    if sessions.is_empty() {
        return system::head(tx).await;
    }
    let ended = sessions.iter().map(|session| Change::SessionEnded { session: *session, user });
    tell_system_room(tx, ended).await
}
