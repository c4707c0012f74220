//! Tokens that count, and for how long.

use super::*;

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
