//! Registering, activating, signing in, refreshing: the account endpoints' words, one after another.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{App, PASSWORD, address_of};

fn registration(name: &str) -> Value {
    json!({
        "username": name, "email": address_of(name),
        "password": PASSWORD, "confirm_password": PASSWORD,
    })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

#[tokio::test]
async fn every_field_of_a_registration_is_asked_for() {
    let app = App::start().await;
    let required = json!(["This field is required."]);
    let missing = app.post("/api/users/register/", &json!({})).send().await.expect(400);
    for field in ["username", "email", "password", "confirm_password"] {
        assert_eq!(missing[field], required, "{missing}");
    }
    for (value, words) in [
        (json!(null), "This field may not be null."),
        (json!(""), "This field may not be blank."),
        (json!(7), "Not a valid string."),
    ] {
        for field in ["username", "email", "password"] {
            let body = with(registration("ann"), field, value.clone());
            let refused = app.post("/api/users/register/", &body).send().await.expect(400);
            assert_eq!(refused[field][0], words, "{field} {value}");
        }
    }
}

#[tokio::test]
async fn a_name_and_an_address_are_taken_whatever_their_case() {
    let app = App::start().await;
    app.register("ann").await.expect(201);
    let body = with(registration("ANN"), "email", json!("other@example.org"));
    let refused = app.post("/api/users/register/", &body).send().await.expect(400);
    assert_eq!(refused, json!({ "username": ["The username is already taken."] }));
    let body = with(registration("bob"), "email", json!("Ann@Example.org"));
    let refused = app.post("/api/users/register/", &body).send().await.expect(400);
    assert_eq!(refused, json!({ "email": ["The email address is already in use."] }));
}

#[tokio::test]
async fn passwords_that_differ_are_refused() {
    let app = App::start().await;
    let body = with(registration("ann"), "confirm_password", json!("something else"));
    let refused = app.post("/api/users/register/", &body).send().await.expect(400);
    assert_eq!(refused["password"], json!(["The passwords do not match."]));
}

#[tokio::test]
async fn every_rule_a_password_breaks_is_named() {
    let app = App::start().await;
    let both = |password: &str| {
        let body = with(registration("ann"), "password", json!(password));
        with(body, "confirm_password", json!(password))
    };
    let refused = app.post("/api/users/register/", &both("1234")).send().await.expect(400);
    let expected = json!([
        "This password is too short. It must contain at least 8 characters.",
        "This password is too common.",
        "This password is entirely numeric.",
    ]);
    assert_eq!(refused["password"], expected);
    let refused =
        app.post("/api/users/register/", &both("ann@example.org")).send().await.expect(400);
    let words = refused["password"][0].as_str().unwrap();
    assert!(words.starts_with("The password is too similar to the "), "{words}");
}

#[tokio::test]
async fn a_role_is_named_or_numbered_and_must_agree_with_the_type() {
    let app = App::start().await;
    let body = with(registration("ann"), "role", json!(2));
    let body = with(body, "representative_type", json!("startup"));
    app.post("/api/users/register/", &body).send().await.expect(400);
    let body = with(registration("ann"), "role", json!("1"));
    let body = with(body, "representative_type", json!("startup"));
    let body = with(body, "company_name", json!("Ann & Co"));
    app.post("/api/users/register/", &body).send().await.expect(201);
}

#[tokio::test]
async fn two_who_want_the_same_name_at_once_get_one_account() {
    let app = App::start().await;
    let (first, second) = (registration("ann"), registration("ann"));
    let (first, second) = tokio::join!(
        app.post("/api/users/register/", &first).send(),
        app.post("/api/users/register/", &second).send(),
    );
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 400]);
}

#[tokio::test]
async fn the_letter_has_a_plain_part_and_a_link_one_can_see() {
    let app = App::start().await;
    app.register("ann").await.expect(201);
    let letter = app.mailbox().letter_to("ann@example.org").await;
    assert!(letter.html.contains("<a href="), "{}", letter.html);
    // The system before sent `<a href="…"></a>`: a link without words.
    let words =
        letter.html.split("<a href=").nth(1).and_then(|rest| rest.split_once('>')).unwrap().1;
    let words = words.split("</a>").next().unwrap();
    assert!(words.chars().any(char::is_alphanumeric), "{}", letter.html);
    assert!(letter.plain.contains(letter.link()));
    assert!(!letter.subject.is_empty());
    assert!(letter.source.contains("\nMessage-ID:"), "{}", letter.source);
}

#[tokio::test]
async fn activating_twice_changes_nothing() {
    let app = App::start().await;
    app.register("ann").await.expect(201);
    let letter = app.mailbox().letter_to("ann@example.org").await;
    let body = json!({ "token": letter.token() });
    for _ in 0..2 {
        let answer = app.post("/api/users/activate/", &body).send().await;
        answer.expect_json(200, &json!({ "detail": "Account activated successfully" }));
    }
}

#[tokio::test]
async fn an_activation_without_a_good_token_says_what_is_wrong() {
    let app = App::start().await;
    app.register("ann").await.expect(201);
    let letter = app.mailbox().letter_to("ann@example.org").await;
    let missing = app.post("/api/users/activate/", &json!({})).send().await;
    missing.expect_json(400, &json!({ "detail": "Token is required" }));
    for wrong in ["rubbish", "", &letter.token().to_uppercase()] {
        let words = if wrong.is_empty() { "Token is required" } else { "Invalid token" };
        let answer = app.post("/api/users/activate/", &json!({ "token": wrong })).send().await;
        answer.expect_json(400, &json!({ "detail": words }));
    }
    app.later(Duration::from_hours(24) + Duration::from_secs(1));
    let late = app.post("/api/users/activate/", &json!({ "token": letter.token() })).send().await;
    late.expect_json(400, &json!({ "detail": "The token has expired" }));
}

#[tokio::test]
async fn a_letter_is_sent_again_to_those_who_need_one_and_nobody_learns_who() {
    let app = App::start().await;
    app.register("ann").await.expect(201);
    app.mailbox().letter_to("ann@example.org").await;
    let same = json!({ "detail": "If the email exists, an activation link has been sent." });
    for address in ["ann@example.org", "nobody@example.org"] {
        let body = json!({ "email": address });
        let answer = app.post("/api/users/resend-activation/", &body).send().await;
        answer.expect_json(200, &same);
    }
    crate::harness::until("a second letter", async || {
        (app.mailbox().letters().len() == 2).then_some(())
    })
    .await;
    assert!(app.mailbox().letters().iter().all(|letter| letter.to == "ann@example.org"));
    let body = json!({ "email": "no address" });
    app.post("/api/users/resend-activation/", &body).send().await.expect(400);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let app = App::start().await;
    app.person("ann").await;
    app.register("bob").await.expect(201);
    let invalid = json!({ "detail": "Invalid credentials" });
    for name in ["ann", "bob", "nobody"] {
        let body = json!({ "email": address_of(name), "password": "wrong horse battery" });
        app.post("/api/users/login/", &body).send().await.expect_json(401, &invalid);
    }
    for body in [json!({}), json!({ "email": "ann@example.org" }), json!({ "password": "x" })] {
        let answer = app.post("/api/users/login/", &body).send().await;
        answer.expect_json(400, &json!({ "detail": "Email and password are required." }));
    }
}

#[tokio::test]
async fn public_endpoints_ignore_an_expired_header() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    app.later(Duration::from_hours(1));
    let body = json!({ "email": address_of("ann"), "password": PASSWORD });
    let login = app.post("/api/users/login/", &body).bearer(&ann.access).send().await;
    assert_eq!(login.header("cache-control"), "no-store");
    login.expect(200);
}

#[tokio::test]
async fn me_is_told_to_whoever_has_an_access_token() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let me = app.get("/api/users/me/").bearer(&ann.access).send().await.expect(200);
    assert_eq!((&me["username"], &me["email"]), (&json!("ann"), &json!("ann@example.org")));
    for profile in ["company_name", "website", "description"] {
        assert!(me.to_string().contains(profile), "{me}");
    }

    let nobody = app.get("/api/users/me/").send().await;
    assert_eq!(nobody.header("www-authenticate"), r#"Bearer realm="api""#);
    let words = json!({ "detail": "Authentication credentials were not provided." });
    nobody.expect_json(401, &words);
    let wrong = app.get("/api/users/me/").bearer(&ann.refresh).send().await.expect(401);
    assert_eq!(wrong["code"], "token_not_valid");
    app.later(Duration::from_mins(16));
    let expired = app.get("/api/users/me/").bearer(&ann.access).send().await.expect(401);
    assert_eq!(expired["messages"][0]["message"], "Token is expired");
}

#[tokio::test]
async fn a_refresh_gives_tokens_that_work() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    app.later(Duration::from_mins(20));
    for path in ["/api/token/refresh/", "/api/refresh/", "/api/api/refresh/"] {
        let ann = ann.signs_in_again().await;
        let fresh = app.post(path, &json!({ "refresh": ann.refresh })).send().await.expect(200);
        assert_ne!(fresh["refresh"], ann.refresh);
        let access = fresh["access"].as_str().unwrap();
        app.get("/api/users/me/").bearer(access).send().await.expect(200);
    }
}

#[tokio::test]
async fn two_tabs_that_refresh_at_once_get_the_same_successor() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let body = json!({ "refresh": ann.refresh });
    let first = app.post("/api/token/refresh/", &body).send().await.expect(200);
    app.later(Duration::from_secs(5));
    let second = app.post("/api/token/refresh/", &body).send().await.expect(200);
    assert_eq!(first["refresh"], second["refresh"]);
}

#[tokio::test]
async fn an_old_refresh_token_used_again_ends_the_session() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    let mut owner = ann.clone();
    for _ in 0..2 {
        owner = owner.refreshes().await;
        app.later(Duration::from_mins(1));
    }
    let stolen = json!({ "refresh": ann.refresh });
    let refused = app.post("/api/token/refresh/", &stolen).send().await.expect(401);
    assert_eq!(refused["code"], "token_not_valid");
    assert_eq!(socket.closed().await.map(|(code, _)| code), Some(4503));
    // The thief and the owner have both lost it.
    let body = json!({ "refresh": owner.refresh });
    app.post("/api/token/refresh/", &body).send().await.expect(401);
}

#[tokio::test]
async fn a_refresh_token_is_asked_for_by_its_kind() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let refused = app.post("/api/token/refresh/", &json!({ "refresh": ann.access })).send().await;
    let refused = refused.expect(401);
    assert_eq!(refused, json!({ "detail": "Token has wrong type", "code": "token_not_valid" }));
    let missing = app.post("/api/token/refresh/", &json!({})).send().await;
    missing.expect_json(400, &json!({ "refresh": ["This field is required."] }));
}
