//! What must not pass.

use super::*;

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
