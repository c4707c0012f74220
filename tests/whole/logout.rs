//! What ends when somebody signs out or is shut out.

use serde_json::{Value, json};

use crate::harness::program::command;
use crate::harness::{App, Raw};

#[tokio::test]
async fn a_logout_closes_every_socket_of_the_session_before_it_answers() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let phone = ann.signs_in_again().await;
    let mut sockets = [ann.enters("lobby").await, ann.enters("other").await];
    let mut on_phone = phone.enters("lobby").await;

    assert_eq!(ann.logs_out().await.status, 205);

    // Nothing said after the answer reaches them.
    on_phone.say("c-1", "later").await;
    assert_eq!(on_phone.next_of("ack").await["seq"], 1);
    for socket in &mut sockets {
        socket.is_closed_at_once(4503).await;
    }
}

#[tokio::test]
async fn nothing_is_taken_from_a_socket_after_its_logout() {
    let app = App::start().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let mut socket = ann.enters("lobby").await;
    let mut witness = bob.enters("lobby").await;
    assert_eq!(ann.logs_out().await.status, 205);
    socket.send_unless_closed(json!({ "message": "too late" })).await;
    socket.is_gone().await;
    witness.has_nothing_more().await;
}

#[tokio::test]
async fn an_access_token_is_dead_with_its_session() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    assert_eq!(ann.logs_out().await.status, 205);
    app.get("/api/users/me/").bearer(&ann.access).send().await.expect(401);
    let mut socket = app.socket("lobby", &ann.access).await;
    assert_eq!(socket.next_text().await, r#"{"error":"Authentication required"}"#);
    assert_eq!(socket.closed().await.map(|(code, _)| code), Some(3500));
}

#[tokio::test]
async fn a_session_that_ended_stays_ended_after_a_restart() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    assert_eq!(ann.logs_out().await.status, 205);
    let app = app.restart().await;
    app.get("/api/users/me/").bearer(&ann.access).send().await.expect(401);
}

#[tokio::test]
async fn a_logout_needs_a_good_refresh_token_and_no_other_person_s_header() {
    let app = App::start().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let missing = app.post("/api/logout/", &json!({})).send().await;
    missing.expect_json(400, &json!({ "refresh": ["This field is required."] }));
    let invalid = app.post("/api/logout/", &json!({ "refresh": "rubbish" })).send().await;
    invalid.expect_json(400, &json!({ "error": "Token is invalid" }));
    let body = json!({ "refresh": ann.refresh });
    app.post("/api/logout/", &body).bearer(&bob.access).send().await.expect(400);
    app.get("/api/users/me/").bearer(&ann.access).send().await.expect(200);
    assert_eq!(app.post("/api/logout/", &body).send().await.status, 205);
}

#[tokio::test]
async fn two_logouts_at_once_end_one_session_and_both_are_answered() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let (first, second) = tokio::join!(ann.logs_out(), ann.logs_out());
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert!(statuses == [205, 205] || statuses == [205, 400], "{statuses:?}");
}

#[tokio::test]
async fn a_logout_is_carried_through_for_a_client_that_hangs_up() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    let body = json!({ "refresh": ann.refresh }).to_string();
    let mut raw = Raw::connect(app.addr).await;
    raw.send(format!(
        "POST /api/logout/ HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        app.addr,
        body.len()
    ))
    .await;
    drop(raw);
    assert_eq!(socket.closed().await.map(|(code, _)| code), Some(4503));
    app.get("/api/users/me/").bearer(&ann.access).send().await.expect(401);
}

#[tokio::test]
async fn whoever_is_disabled_by_the_command_line_is_gone_within_moments() {
    let folder = tempfile::tempdir().unwrap();
    let program = crate::harness::Program::start(folder.path(), &[]).await;
    let ann = program.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    let mut disable = command(folder.path(), &[]);
    let output = disable.args(["user", "disable", "ann"]).output().await.unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(socket.closed().await.map(|(code, _)| code), Some(4503));
    program.get("/api/users/me/").bearer(&ann.access).send().await.expect(401);
    assert_eq!(program.login("ann").await.expect(401), json!({ "detail": "Invalid credentials" }));
}

#[tokio::test]
async fn sockets_close_at_the_end_of_a_token_that_has_no_session() {
    let folder = tempfile::tempdir().unwrap();
    let program = crate::harness::Program::start(folder.path(), &[]).await;
    program.person("ann").await;
    let mut mint = command(folder.path(), &[]);
    let minted =
        mint.args(["token", "mint", "--user", "ann", "--ttl", "2s"]).output().await.unwrap();
    assert!(minted.status.success(), "{minted:?}");
    let token = String::from_utf8(minted.stdout).unwrap();
    let mut socket = program.socket("lobby", token.trim()).await;
    let hello = socket.next().await;
    assert_eq!(hello["type"], "hello", "{hello}");
    assert!(matches!(&hello["expires_in"], Value::Number(left) if left.as_u64() <= Some(2)));
    assert_eq!(socket.closed().await.map(|(code, _)| code), Some(3005));
}
