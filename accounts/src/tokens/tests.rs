//! What passes for a token, and every way in which something doesn't.

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

#[test]
fn an_access_token_says_who_it_is_and_of_which_session() {
    let fixture = Fixture::new();
    let session = session();
    let issued = fixture.tokens.access(&session).expect("signed");
    assert_eq!(issued.expires_in, Duration::from_mins(15));
    let access = fixture.check(&issued.token).expect("good");
    assert_eq!(access.identity.user, user());
    assert_eq!(access.identity.session, Some(session.id));
    assert_eq!(access.identity.expires_at, NOW.plus(Duration::from_mins(15)));
    assert_eq!(access.generation, Some(3));
    let header = part(&issued.token, 0);
    let kid = fixture.tokens.ring().keys().newest().id().to_owned();
    assert_eq!(header, json!({"typ": "at+jwt", "alg": "EdDSA", "kid": kid}));
    let claims = part(&issued.token, 1);
    assert_eq!(claims["user_id"], "7", "a string, as simplejwt has it");
    assert_eq!(claims["gen"], 3);
    assert_eq!(claims["sid"], session.id.to_string());
    assert!(claims.get("nbf").is_none() && claims.get("role").is_none());
}

#[test]
fn a_minted_token_has_no_session() {
    let fixture = Fixture::new();
    let token = fixture.tokens.minted(user(), Duration::from_hours(1)).expect("signed");
    let access = fixture.check(&token).expect("good");
    assert_eq!((access.identity.session, access.generation), (None, None));
    assert_eq!(access.identity.expires_at, NOW.plus(Duration::from_hours(1)));
}

#[test]
fn an_access_token_does_not_outlive_its_session() {
    let fixture = Fixture::new();
    let session = Session { expires_at: NOW.plus(Duration::from_mins(5)), ..session() };
    let issued = fixture.tokens.access(&session).expect("signed");
    assert_eq!(issued.expires_in, Duration::from_mins(5));
}

#[test]
fn a_generation_has_one_refresh_token_even_after_a_rotation_of_keys() {
    let fixture = Fixture::new();
    let kid = fixture.tokens.ring().keys().newest().id().to_owned();
    let session = Session { kid, ..session() };
    let sign = |session| fixture.tokens.refresh(session).expect("signed");
    let first = sign(&session);
    fixture.clock.advance(Duration::from_secs(7));
    fixture.tokens.ring().rotate(&OsEntropy, NOW).expect("rotated");
    assert_eq!(sign(&session).expose_secret(), first.expose_secret());
    let next = Session { generation: 4, ..session.clone() };
    assert_ne!(sign(&next).expose_secret(), first.expose_secret());
    let refresh = fixture.tokens.check_refresh(&first).expect("good");
    assert_eq!(refresh, Refresh { user: user(), session: session.id, generation: 3 });
}

#[test]
fn a_token_counts_until_its_time_is_over_and_not_a_moment_longer() {
    let fixture = Fixture::new();
    let token = fixture.tokens.access(&session()).expect("signed").token;
    fixture.clock.advance(Duration::from_mins(15) - Duration::from_millis(1));
    assert!(fixture.check(&token).is_ok());
    fixture.clock.advance(Duration::from_millis(1));
    assert_eq!(fixture.check(&token), Err(TokenError::Expired));
}

#[test]
fn one_kind_is_never_taken_for_the_other() {
    let fixture = Fixture::new();
    let refresh = fixture.tokens.refresh(&session()).expect("signed");
    let access = fixture.tokens.access(&session()).expect("signed").token;
    assert_eq!(fixture.check(&refresh), Err(TokenError::WrongType));
    assert_eq!(fixture.tokens.check_refresh(&access), Err(TokenError::WrongType));
    // The header and the claim must agree.
    let mixed = fixture.signed("at+jwt", json!({"token_type": "refresh"}));
    assert_eq!(fixture.check(&mixed), Err(TokenError::WrongType));
    let mixed = fixture.signed("rt+jwt", json!({"token_type": "access"}));
    assert_eq!(fixture.check(&mixed), Err(TokenError::WrongType));
    for typ in ["JWT", "jwt", "AT+JWT", "application/at+jwt", ""] {
        assert_eq!(
            fixture.check(&fixture.signed(typ, json!({}))),
            Err(TokenError::Invalid),
            "{typ}"
        );
    }
}

#[test]
fn claims_that_are_not_ours_are_refused_under_our_own_signature() {
    let fixture = Fixture::new();
    assert!(fixture.check(&fixture.signed("at+jwt", json!({}))).is_ok(), "the control");
    let sid = SessionId::random(&OsEntropy).to_string();
    for claims in [
        json!({"iss": "other"}),
        json!({"iss": ["parlour"]}),
        json!({"iss": null}),
        json!({"aud": "other"}),
        json!({"aud": ["parlour", "other"]}),
        json!({"aud": null}),
        json!({"exp": null}),
        json!({"exp": "tomorrow"}),
        json!({"iat": null}),
        json!({"iat": NOW.secs() + 61}),
        json!({"nbf": NOW.secs() + 61}),
        json!({"jti": null}),
        json!({"sub": null}),
        json!({"sub": "8"}),
        json!({"user_id": null}),
        json!({"user_id": 7}),
        json!({"user_id": "0"}),
        json!({"user_id": "9007199254740992", "sub": "9007199254740992"}),
        json!({"token_type": null}),
        json!({"sid": sid}),
        json!({"sid": "nonsense", "gen": 0}),
        json!({"gen": 0}),
        json!({"sid": sid, "gen": -1}),
    ] {
        let told = claims.to_string();
        assert_eq!(
            fixture.check(&fixture.signed("at+jwt", claims)),
            Err(TokenError::Invalid),
            "{told}"
        );
    }
    let expired = fixture.signed("at+jwt", json!({"exp": NOW.secs()}));
    assert_eq!(fixture.check(&expired), Err(TokenError::Expired));
    let ahead = fixture.signed("at+jwt", json!({"iat": NOW.secs() + 60}));
    assert!(fixture.check(&ahead).is_ok(), "a clock that was set back a little");
}

#[test]
fn a_header_with_anything_but_what_we_write_is_refused() {
    let fixture = Fixture::new();
    let key = fixture.key();
    let ours = key.header(Kind::Access);
    let with = |change: fn(&mut Header)| {
        let mut header = ours.clone();
        change(&mut header);
        fixture.check(&encode(&header, json!({}), key.encoding()))
    };
    assert!(with(|_| ()).is_ok(), "the control");
    let changes: [fn(&mut Header); 9] = [
        |header| header.kid = None,
        |header| header.kid = Some("1795503636-0000000000000000".into()),
        |header| header.kid = Some("../mail".into()),
        |header| header.jku = Some("https://evil.example/jwks.json".into()),
        |header| header.x5u = Some("https://evil.example/cert.pem".into()),
        |header| header.x5c = Some(vec!["AAAA".into()]),
        |header| header.cty = Some("JWT".into()),
        |header| header.crit = Some(vec!["exp".into()]),
        |header| header.extras.insert("b64", false),
    ];
    for change in changes {
        assert_eq!(with(change), Err(TokenError::Invalid));
    }
}

#[test]
fn another_key_or_algorithm_signs_nothing_here() {
    let fixture = Fixture::new();
    let key = fixture.key();
    let ours = key.header(Kind::Access);
    let foreign = Key::generate(&OsEntropy, NOW).expect("a key");
    let forged = encode(&ours, json!({}), foreign.encoding());
    assert_eq!(fixture.check(&forged), Err(TokenError::Invalid), "our kid, their key");
    let own = encode(&foreign.header(Kind::Access), json!({}), foreign.encoding());
    assert_eq!(fixture.check(&own), Err(TokenError::Invalid), "their kid, their key");
    // The public half as an HMAC secret, raw and as its text (RFC 8725, 2.1).
    let public = key.public().to_vec();
    let text = URL_SAFE_NO_PAD.encode(&public).into_bytes();
    for secret in [public, text] {
        let header = Header { alg: Algorithm::HS256, ..ours.clone() };
        let forged = encode(&header, json!({}), &EncodingKey::from_secret(&secret));
        assert_eq!(fixture.check(&forged), Err(TokenError::Invalid));
    }
}

#[test]
fn an_unsigned_or_broken_token_is_refused() {
    let fixture = Fixture::new();
    let good = fixture.tokens.access(&session()).expect("signed").token;
    let good = good.expose_secret();
    let mut parts = good.split('.');
    let (header, claims, signature) =
        (parts.next().expect("one"), parts.next().expect("two"), parts.next().expect("three"));
    let none = |alg: &str| {
        let mut value = part(&SecretString::from(good), 0);
        value["alg"] = json!(alg);
        let header = URL_SAFE_NO_PAD.encode(value.to_string());
        [format!("{header}.{claims}."), format!("{header}.{claims}.{signature}")]
    };
    let swapped = URL_SAFE_NO_PAD.encode(r#"{"user_id":"8"}"#);
    let mut bad = vec![
        String::new(),
        ".".into(),
        "..".into(),
        "a.b.c".into(),
        format!("{header}.{claims}"),
        format!("{header}.{claims}."),
        format!("{header}.{claims}.{signature}."),
        format!("{header}.{swapped}.{signature}"),
        format!("{header}.{claims}.{}", signature.chars().rev().collect::<String>()),
        format!(" {good}"),
        format!("{good}\n"),
        format!("Bearer {good}"),
        "a".repeat(1_000_000),
        format!("{header}.{}.{signature}", "A".repeat(5000)),
    ];
    bad.extend(none("none"));
    bad.extend(none("None"));
    bad.extend(none("HS256"));
    for token in bad {
        let shown: String = token.chars().take(40).collect();
        let result = fixture.check(&SecretString::from(token));
        assert_eq!(result, Err(TokenError::Invalid), "{shown}");
    }
    assert!(fixture.check(&SecretString::from(good)).is_ok(), "the control");
}

#[test]
fn tokens_of_an_older_key_go_on_counting_after_a_rotation() {
    let fixture = Fixture::new();
    let before = fixture.tokens.access(&session()).expect("signed").token;
    fixture.tokens.ring().rotate(&OsEntropy, NOW).expect("rotated");
    let after = fixture.tokens.access(&session()).expect("signed").token;
    assert_ne!(part(&before, 0)["kid"], part(&after, 0)["kid"]);
    assert!(fixture.check(&before).is_ok());
    assert!(fixture.check(&after).is_ok());
}

#[test]
fn the_key_set_shows_public_halves_only() {
    let fixture = Fixture::new();
    let set = serde_json::to_value(Jwks::from(&*fixture.tokens.ring().keys())).expect("JSON");
    let key = &set["keys"][0];
    assert_eq!(key["kty"], "OKP");
    assert_eq!(key["crv"], "Ed25519");
    assert_eq!(key["x"].as_str().map(str::len), Some(43));
    assert!(key.get("d").is_none());
    // Anyone can check our tokens with it.
    let x = key["x"].as_str().expect("text");
    let public = jsonwebtoken::DecodingKey::from_ed_components(x).expect("a key");
    let token = fixture.tokens.access(&session()).expect("signed").token;
    let validation = verify::validation(&Config::default());
    let claims = jsonwebtoken::decode::<Value>(token.expose_secret(), &public, &validation);
    assert_eq!(claims.expect("good").claims["sub"], "7");
}
