//! Requests as no well-behaved client sends them.

use http::Method;
use serde_json::json;

use crate::harness::{App, Raw, until};

/// Sends `request` and gives the status and body of the answer; `None`: the server hung up without a word.
async fn exchange(app: &App, request: &str) -> Option<(u16, String)> {
    let mut raw = Raw::connect(app.addr).await;
    raw.send(request).await;
    let head = raw.head().await;
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let body = String::from_utf8_lossy(&raw.rest().await).into_owned();
    Some((status, body))
}

#[tokio::test]
async fn a_request_without_host_is_refused() {
    let app = App::start().await;
    let (status, _) =
        exchange(&app, "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n").await.unwrap();
    assert_eq!(status, 400);
    let upgrade = "GET /ws/chat/lobby/ HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let mut raw = Raw::connect(app.addr).await;
    raw.send(upgrade).await;
    assert!(raw.head().await.starts_with("HTTP/1.1 400 "));
}

#[tokio::test]
async fn what_is_no_http_is_refused_and_the_server_goes_on() {
    let app = App::start().await;
    let long_line = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(70_000));
    let many_headers = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "A: b\r\n".repeat(2_000));
    let two_lengths = "POST /api/users/login/ HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\
                       Content-Length: 3\r\nConnection: close\r\n\r\n{}x";
    for nonsense in [
        "\r\n\r\n",
        "hello\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{fc}\u{3}\u{3}\r\n\r\n",
        &long_line,
        &many_headers,
        two_lengths,
    ] {
        let answer = exchange(&app, nonsense).await;
        let refused = answer.as_ref().is_none_or(|(status, _)| (400..500).contains(status));
        assert!(refused, "{:.40}: {answer:?}", nonsense.escape_debug().to_string());
    }
    assert_eq!(app.get("/healthz").send().await.status, 200);
}

#[tokio::test]
async fn a_head_that_never_ends_is_given_up() {
    let app = App::with(|config| {
        config.server.header_timeout = std::time::Duration::from_millis(200);
    })
    .await;
    let mut raw = Raw::connect(app.addr).await;
    raw.send("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").await;
    raw.rest().await;
}

#[tokio::test]
async fn a_body_that_never_comes_is_given_up() {
    let app = App::with(|config| {
        config.server.body_timeout = std::time::Duration::from_millis(200);
    })
    .await;
    let mut raw = Raw::connect(app.addr).await;
    raw.send(
        "POST /api/users/login/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         Content-Length: 20\r\n\r\n{",
    )
    .await;
    raw.rest().await;
}

#[tokio::test]
async fn a_body_that_is_no_object_of_json_is_refused_with_a_reason() {
    let app = App::start().await;
    for path in ["/api/users/login/", "/api/users/register/", "/api/logout/", "/api/token/refresh/"]
    {
        for (content_type, body, status) in [
            ("application/json", "{", 400),
            ("application/json", "nonsense", 400),
            ("application/json", "[]", 400),
            ("application/json", "\"text\"", 400),
            ("text/plain", "{}", 415),
            ("application/x-www-form-urlencoded", "email=a", 415),
            ("application/json", &format!("{{\"email\":\"{}\"}}", "x".repeat(70_000)), 413),
        ] {
            let answer =
                app.call(Method::POST, path).body(content_type, body.to_owned()).send().await;
            let words = answer.expect(status);
            let words = words["detail"].as_str().or(words["non_field_errors"][0].as_str());
            assert!(words.is_some_and(|words| !words.is_empty()), "{path} {body:.20}");
        }
        let bytes =
            app.call(Method::POST, path).body("application/json", b"{\"a\":\"\xFF\"}".to_vec());
        bytes.send().await.expect(400);
    }
}

#[tokio::test]
async fn an_unknown_path_and_a_wrong_method_are_told_apart() {
    let app = App::start().await;
    let nothing = app.get("/api/nothing/").send().await;
    nothing.expect_json(404, &json!({ "detail": "Not found." }));
    let wrong = app.call(Method::DELETE, "/api/users/login/").send().await;
    assert_eq!(wrong.status, 405);
    assert!(wrong.header("allow").contains("POST"), "{:?}", wrong.headers);
}

#[tokio::test]
async fn a_path_answers_with_and_without_its_trailing_slash() {
    let app = App::start().await;
    for path in ["/api/users/login", "/api/token/refresh", "/api/logout", "/api/users/register"] {
        let (bare, slashed) =
            (app.post(path, &json!({})), app.post(&format!("{path}/"), &json!({})));
        let (bare, slashed) = (bare.send().await, slashed.send().await);
        assert_eq!((bare.status, bare.body), (slashed.status, slashed.body), "{path}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_of_the_house() {
    let app = App::start().await;
    for path in ["/healthz", "/api/nothing/", "/api/schema/", "/", "/api/users/me/"] {
        let answer = app.get(path).send().await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
    }
    let named = app.get("/healthz").header("x-request-id", "my-id-1").send().await;
    assert_eq!(named.header("x-request-id"), "my-id-1");
}

#[tokio::test]
async fn a_client_that_hangs_up_leaves_no_connection_behind() {
    let app = App::start().await;
    let mut raw = Raw::connect(app.addr).await;
    raw.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(raw.head().await.starts_with("HTTP/1.1 200"));
    drop(raw);
    until("no connection", async || {
        (app.metric("parlour_http_connections", "").await == 0).then_some(())
    })
    .await;
}
