//! Nothing secret is ever written down.

use serde_json::json;

use crate::harness::{Knock, PASSWORD, Program};

#[tokio::test]
async fn the_most_talkative_log_of_a_whole_run_holds_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[("PARLOUR__LOG__LEVEL", "trace")]).await;
    let ann = program.person("ann").await;
    let letter = program.mailbox().letter_to("ann@example.org").await;

    // What a run has of everything: talk, mistakes, refusals, rotation, the end of a session.
    let mut socket = ann.enters("lobby").await;
    socket.say("c-1", "what people say is nobody's business either").await;
    socket.next_of("ack").await;
    socket.send_text("{ nonsense").await;
    socket.next_of("error").await;
    let cookie = "parlour=c00k1e-c00k1e-c00k1e";
    program
        .get("/api/users/me/")
        .bearer(&ann.access)
        .header("cookie", cookie)
        .send()
        .await
        .expect(200);
    program.get("/api/users/me/?q=qu3ry-qu3ry").bearer("b3ar3r-b3ar3r").send().await.expect(401);
    let wrong = json!({ "email": "ann@example.org", "password": "wr0ng-wr0ng-wr0ng" });
    program.post("/api/users/login/", &wrong).send().await.expect(401);
    for token in [ann.refresh.as_str(), "t0k3n-t0k3n-t0k3n"] {
        let knock =
            Knock { token: Some(token), query: Some("since=1&x=qu3ry-qu3ry"), ..Knock::default() };
        program.knock("lobby", &knock).await.unwrap().is_gone().await;
    }
    let fresh = ann.refreshes().await;
    assert_eq!(fresh.logs_out().await.status, 205);
    let key = std::fs::read_dir(program.data_dir.join("keys")).unwrap().next().unwrap().unwrap();
    let key = std::fs::read_to_string(key.path()).unwrap();
    let key = key.lines().nth(1).unwrap().to_owned();

    let page = program.metrics_page().await;
    let mut program = program;
    program.signal(rustix::process::Signal::TERM);
    assert!(program.exit().await.success());
    let log = program.log();
    assert!(
        log.len() > 1_000 && log.contains("TRACE"),
        "the log is not as talkative as this test wants it"
    );
    // The last 20 characters of a token are of its signature.
    let tail = |token: &str| token[token.len() - 20..].to_owned();
    for (what, secret) in [
        ("the password", PASSWORD.to_owned()),
        ("a wrong password", "wr0ng-wr0ng-wr0ng".to_owned()),
        ("an access token", tail(&ann.access)),
        ("a refresh token", tail(&ann.refresh)),
        ("the next refresh token", tail(&fresh.refresh)),
        ("an activation token", letter.token().to_owned()),
        ("a bad bearer", "b3ar3r-b3ar3r".to_owned()),
        ("a bad token", "t0k3n-t0k3n-t0k3n".to_owned()),
        ("a cookie", "c00k1e-c00k1e-c00k1e".to_owned()),
        ("a query string", "qu3ry-qu3ry".to_owned()),
        ("the query's key", "since=".to_owned()),
        ("the signing key", key),
        ("what was said", "nobody's business".to_owned()),
    ] {
        for (place, text) in [("the log", &log), ("the metrics", &page)] {
            if let Some(at) = text.find(&secret) {
                let line = text[..at].lines().count();
                panic!("{what} is in {place}: {:?}", text.lines().nth(line.saturating_sub(1)));
            }
        }
    }
}

#[tokio::test]
async fn the_database_holds_no_token_and_no_password() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]).await;
    let ann = program.person("ann").await;
    let letter = program.mailbox().letter_to("ann@example.org").await;
    for file in ["parlour.db", "parlour.db-wal"] {
        let Ok(bytes) = std::fs::read(program.data_dir.join(file)) else { continue };
        for secret in [PASSWORD, &ann.access, &ann.refresh, letter.token()] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{file} holds {secret}");
        }
    }
}
