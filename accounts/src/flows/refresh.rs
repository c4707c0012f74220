//! Trading a refresh token for its successor.

use std::time::Duration;

use domain::Timestamp;
use secrecy::SecretString;
use store::StoreError;
use store::sessions::{self, Rotation, Session};

use super::generation::Place;
use crate::metrics::Outcome;
use crate::tokens::{Kind, Refresh, Tokens};
use crate::{Accounts, Ended, Failure, Revoked, TokenError};

/// How often a refresh that another one overtook looks again. The one that overtook it leaves it the successor's
/// place, so the second look settles it.
const LOOKS: usize = 3;

/// What a refresh gives.
#[derive(Debug, Clone)]
pub struct Refreshed {
    /// A new access token.
    pub access: SecretString,
    /// The successor of the refresh token that was given.
    pub refresh: SecretString,
    /// For how long the access token counts.
    pub expires_in: Duration,
}

/// Why a refresh failed.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// The token opens nothing.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The token had been traded in before, and its successor used: somebody else holds a copy. The session was ended;
    /// wait for [`Ended::system_seq`] before answering "Token is blacklisted".
    #[error("Token is blacklisted")]
    Reused(Ended),
    /// Nobody's mistake.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StoreError> for RefreshError {
    fn from(error: StoreError) -> Self {
        Self::Failure(error.into())
    }
}

impl Accounts {
    /// Trades `refresh` for its successor and a new access token.
    ///
    /// The session's generation moves from `n` to `n+1`. The token of `n` then gives the same successor for
    /// `tokens.refresh_grace`, and after it for as long as no access token of `n+1` was used, at most
    /// `tokens.lost_answer_grace`. Beyond, and for anything older, its use ends the session.
    pub async fn refresh(&self, refresh: &SecretString) -> Result<Refreshed, RefreshError> {
        let result = self.try_refresh(refresh).await;
        let outcome = match &result {
            Ok(_) => "refreshed",
            Err(RefreshError::Token(error)) => error.label(),
            Err(RefreshError::Reused(_)) => "reused",
            Err(RefreshError::Failure(failure)) => failure.label(),
        };
        self.0.metrics.refreshes.get_or_create(&Outcome::of(outcome)).inc();
        result
    }

    async fn try_refresh(&self, refresh: &SecretString) -> Result<Refreshed, RefreshError> {
        let token = self.0.tokens.check_refresh(refresh)?;
        for _ in 0..LOOKS {
            let now = self.0.clock.now();
            let session = self.session_of(&token).await?;
            match self.place(&session, token.generation, now) {
                Place::JustReplaced => return Ok(self.tokens_of(&session)?),
                Place::Reused => {
                    let ended = self.end_session(session.id, session.person).await?;
                    return Err(RefreshError::Reused(ended));
                }
                Place::Unknown => return Err(TokenError::Invalid.into()),
                Place::Present => {
                    if let Some(session) = self.rotate(session, now).await? {
                        return Ok(self.tokens_of(&session)?);
                    }
                }
            }
        }
        Err(TokenError::Invalid.into())
    }

    /// Whether `token`, access or refresh, opens anything at this moment. It changes nothing.
    pub async fn verify(&self, token: &SecretString) -> Result<(), RefreshError> {
        match Tokens::kind(token)? {
            Kind::Access => {
                self.authenticate(token)?;
                Ok(())
            }
            Kind::Refresh => {
                let token = self.0.tokens.check_refresh(token)?;
                let session = self.session_of(&token).await?;
                match self.place(&session, token.generation, self.0.clock.now()) {
                    Place::Present | Place::JustReplaced => Ok(()),
                    Place::Reused => Err(TokenError::Revoked(Revoked::Session).into()),
                    Place::Unknown => Err(TokenError::Invalid.into()),
                }
            }
        }
    }

    /// The living session that `token` is of.
    pub(super) async fn session_of(&self, token: &Refresh) -> Result<Session, RefreshError> {
        let session = sessions::find(self.0.store.reader(), token.session).await?;
        // One that is gone was swept away long after its end, or went with its person.
        let session = session
            .filter(|session| session.ended_at.is_none())
            .ok_or(TokenError::Revoked(Revoked::Session))?;
        if session.person != token.user {
            return Err(TokenError::Invalid.into());
        }
        if session.expires_at <= self.0.clock.now() {
            return Err(TokenError::Expired.into());
        }
        Ok(session)
    }

    /// Moves `session` to its next generation; none if another refresh was faster, or it was ended.
    async fn rotate(
        &self,
        session: Session,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        let kid = self.0.tokens.ring().keys().newest().id().to_owned();
        let expires_at = self.0.tokens.session_end(session.created_at, now);
        let rotation = Rotation {
            id: session.id,
            from: session.generation,
            at: now,
            kid: kid.clone(),
            expires_at,
        };
        let tx = self.0.store.write().await?;
        if !sessions::rotate(&tx, &rotation).await? {
            return Ok(None);
        }
        tx.commit().await?;
        let generation = session.generation.saturating_add(1);
        Ok(Some(Session { generation, rotated_at: now, kid, expires_at, ..session }))
    }

    fn tokens_of(&self, session: &Session) -> Result<Refreshed, Failure> {
        let access = self.0.tokens.access(session)?;
        Ok(Refreshed {
            access: access.token,
            refresh: self.0.tokens.refresh(session)?,
            expires_in: access.expires_in,
        })
    }
}
