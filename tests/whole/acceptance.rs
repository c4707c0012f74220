//! The acceptance list that the system before this one was given: one test a line, in its words.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::harness::{App, Door, Knock, address_of};

const REFUSAL: &str = r#"{"error":"Authentication required"}"#;

/// Knocks with `token`, and checks that the one frame is the refusal, byte for byte, before the close.
async fn is_refused(door: &Door, token: Option<&str>, code: u16, reason: &str) {
    let knock = Knock { token, ..Knock::default() };
    let mut socket = door.knock("lobby", &knock).await.expect("refused inside the socket");
    assert_eq!(socket.next_text().await, REFUSAL);
    assert_eq!(socket.closed().await, Some((code, reason.to_owned())));
    socket.is_gone().await;
}

#[tokio::test]
async fn registering_makes_an_inactive_account_and_sends_a_letter() {
    let app = App::start().await;
    let registered = app.register("ann").await.expect(201);
    assert_eq!(registered["message"], "Registration successful.");
    assert_eq!(registered["email"], "ann@example.org");
    assert!(registered["user_id"].as_i64().is_some_and(|id| id > 0 && id < 1 << 53));
    let letter = app.mailbox().letter_to("ann@example.org").await;
    assert!(letter.link().contains("/activate?token="), "{}", letter.link());
}

#[tokio::test]
async fn inactive_people_can_not_sign_in() {
    let app = App::start().await;
    app.register("ann").await.expect(201);
    let refused = app.login("ann").await.expect(401);
    assert_eq!(refused, json!({ "detail": "Invalid credentials", "code": "email_not_verified" }));
}

#[tokio::test]
async fn the_link_of_the_letter_activates_the_account() {
    let app = App::start().await;
    app.register("ann").await.expect(201);
    let letter = app.mailbox().letter_to("ann@example.org").await;
    let activated = app.post("/api/users/activate/", &json!({ "token": letter.token() }));
    activated.send().await.expect_json(200, &json!({ "detail": "Account activated successfully" }));
    app.login("ann").await.expect(200);
}

#[tokio::test]
async fn signing_in_gives_access_and_refresh_tokens_and_the_person() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let login = app.login("ann").await.expect(200);
    assert_ne!(login["access"], login["refresh"]);
    assert_eq!(login["username"], "ann");
    let user = &login["user"];
    assert_eq!(user["id"], ann.id);
    assert_eq!((&user["email"], &user["username"]), (&json!(address_of("ann")), &json!("ann")));
    assert!(user.get("role").is_some());
}

#[tokio::test]
async fn no_token_is_refused_and_closed() {
    let app = App::start().await;
    is_refused(&app, None, 3500, "Authentication required").await;
}

#[tokio::test]
async fn an_empty_token_is_refused_and_closed() {
    let app = App::start().await;
    is_refused(&app, Some(""), 3500, "Invalid token").await;
}

#[tokio::test]
async fn an_invalid_token_is_refused_and_closed() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    is_refused(&app, Some("rubbish"), 3500, "Invalid token").await;
    is_refused(&app, Some("a.b.c"), 3500, "Invalid token").await;
    // Another person's id under ann's signature.
    let mut parts = ann.access.split('.').collect::<Vec<_>>();
    let mut claims = claims_of(&ann.access);
    claims["user_id"] = json!("1");
    claims["sub"] = json!("1");
    let forged = BASE64_URL_SAFE_NO_PAD.encode(claims.to_string());
    parts[1] = &forged;
    is_refused(&app, Some(&parts.join(".")), 3500, "Invalid token").await;
}

#[tokio::test]
async fn an_expired_token_is_refused_and_closed() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    app.later(Duration::from_mins(15) + Duration::from_secs(1));
    is_refused(&app, Some(&ann.access), 3005, "Token expired").await;
}

#[tokio::test]
async fn a_refresh_token_is_refused_and_closed() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    is_refused(&app, Some(&ann.refresh), 3500, "Invalid token").await;
}

#[tokio::test]
async fn a_foreign_token_is_refused_and_closed() {
    let (here, elsewhere) = (App::start().await, App::start().await);
    let ann = elsewhere.person("ann").await;
    is_refused(&here, Some(&ann.access), 3500, "Invalid token").await;
}

#[tokio::test]
async fn a_token_without_a_signature_is_refused_and_closed() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let claims = ann.access.split('.').nth(1).unwrap();
    for algorithm in ["none", "None", "NONE"] {
        let header =
            json!({ "alg": algorithm, "typ": "at+jwt", "kid": header_of(&ann.access)["kid"] });
        let header = BASE64_URL_SAFE_NO_PAD.encode(header.to_string());
        is_refused(&app, Some(&format!("{header}.{claims}.")), 3500, "Invalid token").await;
    }
}

#[tokio::test]
async fn a_token_signed_with_the_public_key_as_a_secret_is_refused_and_closed() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let keys = app.get("/.well-known/jwks.json").send().await.expect(200);
    let public = BASE64_URL_SAFE_NO_PAD.decode(keys["keys"][0]["x"].as_str().unwrap()).unwrap();
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some("at+jwt".to_owned());
    header.kid = header_of(&ann.access)["kid"].as_str().map(str::to_owned);
    let key = EncodingKey::from_secret(&public);
    let token = jsonwebtoken::encode(&header, &claims_of(&ann.access), &key).unwrap();
    is_refused(&app, Some(&token), 3500, "Invalid token").await;
}

#[tokio::test]
async fn a_valid_token_lets_a_person_into_the_room() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut socket = app.socket("lobby", &ann.access).await;
    let hello = socket.next().await;
    assert_eq!((&hello["type"], &hello["room"]), (&json!("hello"), &json!("lobby")));
    assert_eq!(hello["user"], ann.as_user());
}

#[tokio::test]
async fn messages_reach_everyone_in_the_room_the_sender_too_and_nobody_elsewhere() {
    let app = App::start().await;
    let (ann, bob, eve) =
        (app.person("ann").await, app.person("bob").await, app.person("eve").await);
    let mut here = [ann.enters("lobby").await, bob.enters("lobby").await];
    let mut elsewhere = eve.enters("other").await;
    here[0].send(json!({ "message": "hi" })).await;
    for socket in &mut here {
        let message = socket.next_of("message").await;
        assert_eq!(message["message"], "hi");
        assert_eq!(message["user"], ann.as_user());
    }
    elsewhere.has_nothing_more().await;
}

#[tokio::test]
async fn a_refresh_token_is_dead_after_logging_out() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let answer = ann.logs_out().await;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (205, ""));

    let body = json!({ "refresh": ann.refresh });
    let refused = app.post("/api/token/refresh/", &body).send().await.expect(401);
    assert_eq!(refused, json!({ "detail": "Token is blacklisted", "code": "token_not_valid" }));
    app.post("/api/logout/", &body)
        .send()
        .await
        .expect_json(400, &json!({ "error": "Token is blacklisted" }));
}

#[tokio::test]
async fn a_token_in_the_url_wins_over_a_header() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let knock = Knock { token: Some("rubbish"), bearer: Some(&ann.access), ..Knock::default() };
    let mut socket = app.knock("lobby", &knock).await.unwrap();
    assert_eq!(socket.next_text().await, REFUSAL);

    let knock = Knock { bearer: Some(&ann.access), ..Knock::default() };
    let mut socket = app.knock("lobby", &knock).await.unwrap();
    assert_eq!(socket.next().await["user"], ann.as_user());
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn header_of(token: &str) -> Value {
    part(token, 0)
}

fn claims_of(token: &str) -> Value {
    part(token, 1)
}
