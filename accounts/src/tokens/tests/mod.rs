//! What passes for a token, and every way in which something doesn't.

mod forged;
mod good;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{ManualClock, OsEntropy, SessionId, Timestamp, UserId};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use store::sessions::Session;
use tempfile::TempDir;

use super::key::Key;
use super::verify::Access;
use super::*;

const NOW: Timestamp = Timestamp::from_secs(1_795_503_636);

struct Fixture {
    tokens: Tokens,
    clock: Arc<ManualClock>,
    folder: TempDir,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let ring = KeyRing::open(folder.path().join("keys"), &OsEntropy, NOW).expect("a ring");
        let clock = Arc::new(ManualClock::new(NOW));
        let shared: Arc<dyn Clock> = Arc::<ManualClock>::clone(&clock);
        let tokens = Tokens::new(Config::default(), ring, shared, Arc::new(OsEntropy));
        Self { tokens, clock, folder }
    }

    /// The key that signs.
    fn key(&self) -> Key {
        let id = self.tokens.ring().keys().newest().id().to_owned();
        let path = self.folder.path().join("keys").join(format!("{id}.pem"));
        let pem = std::fs::read_to_string(path).expect("the key's file");
        Key::from_pem(&id, &SecretString::from(pem)).expect("the key")
    }

    /// An access token with our key's signature, but `claims` in place of some of ours.
    fn signed(&self, typ: &str, claims: Value) -> SecretString {
        let key = self.key();
        let header = Header { typ: Some(typ.into()), ..key.header(Kind::Access) };
        encode(&header, claims, key.encoding())
    }

    fn check(&self, token: &SecretString) -> Result<Access, TokenError> {
        self.tokens.check_access(token)
    }
}

fn encode(header: &Header, claims: Value, key: &EncodingKey) -> SecretString {
    let mut all = json!({
        "token_type": "access", "exp": NOW.secs() + 900, "iat": NOW.secs(), "jti": "x",
        "user_id": "7", "sub": "7", "iss": "parlour", "aud": "parlour",
    });
    let (Value::Object(all_fields), Value::Object(claims)) = (&mut all, claims) else {
        panic!("objects")
    };
    all_fields.extend(claims);
    all_fields.retain(|_, value| !value.is_null());
    SecretString::from(jsonwebtoken::encode(header, &all, key).expect("signed"))
}

fn user() -> UserId {
    UserId::new(7).expect("an id")
}

fn session() -> Session {
    Session {
        id: SessionId::random(&OsEntropy),
        person: user(),
        generation: 3,
        used_generation: 2,
        rotated_at: NOW,
        kid: String::new(),
        created_at: NOW,
        last_used_at: NOW,
        expires_at: NOW.plus(Duration::from_hours(24)),
        ended_at: None,
        address: None,
        user_agent: None,
    }
}

fn part(token: &SecretString, index: usize) -> Value {
    let part = token.expose_secret().split('.').nth(index).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}
