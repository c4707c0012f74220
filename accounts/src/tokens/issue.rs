//! Signing tokens.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Timestamp, UserId};
use secrecy::SecretString;
use store::sessions::Session;

use super::claims::Claims;
use super::key::Key;
use super::{Kind, Tokens};
use crate::Failure;

/// An access token and for how long it counts.
pub(crate) struct Issued {
    pub(crate) token: SecretString,
    pub(crate) expires_in: Duration,
}

impl Tokens {
    /// An access token of `session`, for its present generation. It doesn't outlive the session.
    pub(crate) fn access(&self, session: &Session) -> Result<Issued, Failure> {
        let now = self.clock.now();
        let ttl = self.config.access_ttl.min(self.config.max_ttl);
        let until = now.plus(ttl).min(session.expires_at);
        let claims = Claims {
            sid: Some(session.id.to_string()),
            generation: Some(session.generation),
            ..self.claims(Kind::Access, session.person, now, until)
        };
        let token = sign(self.ring.keys().newest(), Kind::Access, &claims)?;
        Ok(Issued { token, expires_in: until.since(now) })
    }

    /// An access token of no session.
    pub(crate) fn minted(&self, user: UserId, ttl: Duration) -> Result<SecretString, Failure> {
        let now = self.clock.now();
        let claims = self.claims(Kind::Access, user, now, now.plus(ttl));
        sign(self.ring.keys().newest(), Kind::Access, &claims)
    }

    /// The refresh token of `session`'s present generation: each time the same one, so that two tabs which refresh at once
    /// hold the same successor. It follows from the session's row alone and is stored nowhere.
    pub(crate) fn refresh(&self, session: &Session) -> Result<SecretString, Failure> {
        let keys = self.ring.keys();
        // The key it was first signed with may have been retired since.
        let key = keys.get(&session.kid).map_or(keys.newest(), AsRef::as_ref);
        let claims = Claims {
            jti: refresh_id(session),
            sid: Some(session.id.to_string()),
            generation: Some(session.generation),
            ..self.claims(Kind::Refresh, session.person, session.rotated_at, session.expires_at)
        };
        sign(key, Kind::Refresh, &claims)
    }

    /// Until when a session that began at `created_at` and was last refreshed at `rotated_at` can be refreshed.
    pub(crate) fn session_end(&self, created_at: Timestamp, rotated_at: Timestamp) -> Timestamp {
        let idle = rotated_at.plus(self.config.refresh_idle_ttl);
        idle.min(created_at.plus(self.config.refresh_absolute_ttl))
    }

    fn claims(&self, kind: Kind, user: UserId, from: Timestamp, until: Timestamp) -> Claims {
        Claims {
            token_type: kind.token_type().to_owned(),
            exp: until.secs(),
            iat: from.secs(),
            jti: URL_SAFE_NO_PAD.encode(self.entropy.bytes::<16>()),
            user_id: user.to_string(),
            sub: user.to_string(),
            sid: None,
            generation: None,
            iss: self.config.issuer.clone(),
            aud: self.config.audience.clone(),
            nbf: None,
        }
    }
}

fn sign(key: &Key, kind: Kind, claims: &Claims) -> Result<SecretString, Failure> {
    jsonwebtoken::encode(&key.header(kind), claims, key.encoding())
        .map(SecretString::from)
        .map_err(Failure::Signing)
}

/// The `jti` of a refresh token: 128 bits that follow from the session, its generation and when that came to be.
fn refresh_id(session: &Session) -> String {
    let name = format!("{}.{}.{}", session.id, session.generation, session.rotated_at);
    let print = digest(&SHA256, name.as_bytes());
    URL_SAFE_NO_PAD.encode(print.as_ref().first_chunk::<16>().map_or(&[][..], |head| head))
}
