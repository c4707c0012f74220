//! Checking tokens.

use std::time::Duration;

use domain::{SessionId, Timestamp, UserId};
use jsonwebtoken::{Algorithm, Validation};
use secrecy::{ExposeSecret, SecretString};

use super::claims::Claims;
use super::{Config, Identity, Kind, TokenError, Tokens};

/// The longest text that is looked at, in bytes. Ours have about 500.
const MAX_BYTES: usize = 4096;

/// How far ahead of our clock `iat` and `nbf` may be: our own tokens must not fail when the clock is set back a little.
const AHEAD: Duration = Duration::from_mins(1);

/// What a good access token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Access {
    pub(crate) identity: Identity,
    /// The refresh generation it came with; none without a session.
    pub(crate) generation: Option<u32>,
}

/// What a good refresh token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refresh {
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
    pub(crate) generation: u32,
}

/// What the library checks for us: the signature, and that `iss`, `aud`, `exp` and `sub` are there and the first two
/// ours. Its clock is the system's: time is checked by us.
pub(crate) fn validation(config: &Config) -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.set_issuer(&[&config.issuer]);
    validation.set_audience(&[&config.audience]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

impl Tokens {
    /// What `token` says, if it is an access token that counts. Whether anything was ended since is another question.
    pub(crate) fn check_access(&self, token: &SecretString) -> Result<Access, TokenError> {
        let claims = self.check(token, Kind::Access)?;
        let session = claims.sid.as_deref().map(str::parse).transpose();
        let session = session.map_err(|_| TokenError::Invalid)?;
        // Both or neither.
        if session.is_some() != claims.generation.is_some() {
            return Err(TokenError::Invalid);
        }
        let identity = Identity {
            user: user(&claims)?,
            session,
            issued_at: Timestamp::from_secs(claims.iat),
            expires_at: Timestamp::from_secs(claims.exp),
        };
        Ok(Access { identity, generation: claims.generation })
    }

    /// What `token` says, if it is a refresh token that counts. What its session says is another question.
    pub(crate) fn check_refresh(&self, token: &SecretString) -> Result<Refresh, TokenError> {
        let claims = self.check(token, Kind::Refresh)?;
        let session = claims.sid.as_deref().and_then(|sid| sid.parse().ok());
        Ok(Refresh {
            user: user(&claims)?,
            session: session.ok_or(TokenError::Invalid)?,
            generation: claims.generation.ok_or(TokenError::Invalid)?,
        })
    }

    /// The kind that `token` says it is.
    pub(crate) fn kind(token: &SecretString) -> Result<Kind, TokenError> {
        let header = header(token)?;
        header.typ.as_deref().and_then(Kind::from_typ).ok_or(TokenError::Invalid)
    }

    fn check(&self, token: &SecretString, kind: Kind) -> Result<Claims, TokenError> {
        let header = header(token)?;
        let keys = self.ring.keys();
        let key = header.kid.as_deref().and_then(|kid| keys.get(kid)).ok_or(TokenError::Invalid)?;
        let said = header.typ.as_deref().and_then(Kind::from_typ).ok_or(TokenError::Invalid)?;
        if header != key.header(said) {
            return Err(TokenError::Invalid);
        }
        let claims: Claims =
            jsonwebtoken::decode(token.expose_secret(), key.decoding(), &self.validation)
                .map_err(|_| TokenError::Invalid)?
                .claims;
        if said != kind || claims.token_type != kind.token_type() {
            return Err(TokenError::WrongType);
        }
        let now = self.clock.now();
        let latest = now.plus(AHEAD);
        let early = |secs| Timestamp::from_secs(secs) > latest;
        if early(claims.iat) || claims.nbf.is_some_and(early) {
            return Err(TokenError::Invalid);
        }
        if Timestamp::from_secs(claims.exp).plus(self.config.leeway) <= now {
            return Err(TokenError::Expired);
        }
        Ok(claims)
    }
}

fn header(token: &SecretString) -> Result<jsonwebtoken::Header, TokenError> {
    let text = token.expose_secret();
    if text.len() > MAX_BYTES {
        return Err(TokenError::Invalid);
    }
    jsonwebtoken::decode_header(text).map_err(|_| TokenError::Invalid)
}

fn user(claims: &Claims) -> Result<UserId, TokenError> {
    let user = claims.user_id.parse().map_err(|_| TokenError::Invalid)?;
    if claims.sub == claims.user_id { Ok(user) } else { Err(TokenError::Invalid) }
}
