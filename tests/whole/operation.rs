//! What an operator looks at: health, readiness, numbers, pages, the mailbox of a test server.

use http::Method;
use serde_json::json;

use crate::harness::http::Call;
use crate::harness::{App, Knock, Program, Raw, until};

#[tokio::test]
async fn a_server_says_that_it_is_up_and_ready() {
    let app = App::start().await;
    assert_eq!(app.get("/healthz").send().await.status, 200);
    assert_eq!(app.get("/readyz").send().await.status, 200);
}

#[tokio::test]
async fn the_numbers_tell_what_happened() {
    let app = App::start().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let mut sockets = [ann.enters("lobby").await, bob.enters("lobby").await];
    for number in 0..3 {
        sockets[0].say(&format!("c-{number}"), "hi").await;
        sockets[0].next_of("ack").await;
        sockets[1].next_of("message").await;
    }
    let refused = Knock::default();
    app.knock("lobby", &refused).await.unwrap().is_gone().await;

    assert_eq!(app.metric("parlour_sockets", "").await, 2);
    assert_eq!(app.metric("parlour_rooms", "").await, 1);
    assert_eq!(app.metric("parlour_messages_total", "").await, 3);
    until("six deliveries", async || {
        (app.metric("parlour_deliveries_total", "").await == 6).then_some(())
    })
    .await;
    assert!(app.metric("parlour_commit_batch_size_count", "").await >= 1);
    assert!(app.metric("parlour_commit_seconds_count", "").await >= 1);
    assert_eq!(app.metric("parlour_sockets_refused_total", r#"code="3500""#).await, 1);
    let logins = r#"route="/api/users/login/""#;
    assert_eq!(app.metric("parlour_http_requests_total", logins).await, 2);
    assert_eq!(app.metric("parlour_letters_pending", "").await, 0);
    let page = app.metrics_page().await;
    for name in ["parlour_outbox_bytes", "parlour_actor_restarts_total"] {
        assert!(page.contains(name), "no {name}:\n{page}");
    }
    assert!(page.ends_with("# EOF\n"));
}

#[tokio::test]
async fn the_numbers_are_for_nobody_who_comes_by_a_name_of_their_own() {
    let app = App::start().await;
    let page = Call::new(app.metrics, Method::GET, "/metrics").header("host", "evil.example");
    assert!(page.send_unchecked().await.status.is_client_error());
    // And they are on no other door.
    assert_eq!(app.get("/metrics").send().await.status, 404);
}

#[tokio::test]
async fn the_pages_are_there_and_run_nothing_but_their_own_scripts() {
    let app = App::start().await;
    for path in ["/", "/activate"] {
        let page = app.get(path).header("accept", "text/html").send().await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.header("content-type").starts_with("text/html"), "{path}");
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"));
        assert!(!policy.contains("unsafe"), "{policy}");
        let html = page.text();
        assert!(
            !html.contains("<style") && !html.contains(" style=") && !html.contains(" onclick=")
        );
        for asset in html.split('"').filter(|text| text.starts_with("/assets/")) {
            let found = app.get(asset).send_unchecked().await;
            assert_eq!(found.status, 200, "{asset}");
            let tag = found.header("etag").to_owned();
            let again = app.get(asset).header("if-none-match", &tag).send_unchecked().await;
            assert_eq!(again.status, 304, "{asset}");
        }
    }
}

#[tokio::test]
async fn the_mailbox_is_for_loopback_alone() {
    let app = App::start().await;
    app.register("ann").await.expect(201);
    app.mailbox().letter_to("ann@example.org").await;
    let page = app.get("/dev/mailbox").send_unchecked().await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("ann@example.org"), "{}", page.text());
    for (header, value) in [
        ("host", "chat.example.org"),
        ("x-forwarded-for", "203.0.113.7"),
        ("forwarded", "for=203.0.113.7"),
        ("via", "1.1 proxy"),
    ] {
        let hidden = app.get("/dev/mailbox").header(header, value).send_unchecked().await;
        assert_eq!(hidden.status, 404, "{header}");
    }
    // A proxy that says nothing of itself, as nginx's `proxy_pass` alone makes it.
    let mut proxy = Raw::connect(app.addr).await;
    proxy.send(format!("GET /dev/mailbox HTTP/1.0\r\nHost: {}\r\n\r\n", app.addr)).await;
    assert!(proxy.head().await.contains(" 404 "));
}

#[tokio::test]
async fn a_start_says_where_everything_is() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]).await;
    let base = format!("http://{}", program.addr);
    let data = program.data_dir.canonicalize().unwrap();
    for wanted in [&base, &format!("{base}/dev/mailbox"), "/metrics", data.to_str().unwrap()] {
        assert!(program.banner.contains(wanted), "no {wanted} in:\n{}", program.banner);
    }
    assert!(program.banner.lines().count() < 12, "{}", program.banner);
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_kept_is_kept_from_others() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]).await;
    program.person("ann").await;
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&program.data_dir), 0o700);
    assert_eq!(mode(&program.data_dir.join("mail.key")), 0o600);
    let keys = std::fs::read_dir(program.data_dir.join("keys")).unwrap();
    let keys = keys.map(|key| key.unwrap().path()).collect::<Vec<_>>();
    assert_eq!(keys.len(), 1);
    assert_eq!(mode(&keys[0]), 0o600);
}

#[tokio::test]
async fn file_mail_on_a_public_address_refuses_to_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = crate::harness::program::command(folder.path(), &[]);
    let output = command.args(["serve", "--listen", "0.0.0.0:0"]).output().await.unwrap();
    assert_eq!(output.status.code(), Some(64), "{output:?}");
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(words.contains("mail.allow_file_in_public"), "{words}");
}

#[tokio::test]
async fn a_page_of_a_listed_origin_may_call_the_api() {
    let app = App::start().await;
    let own = format!("http://localhost:{}", app.addr.port());
    let preflight = |origin: &str| {
        app.call(Method::OPTIONS, "/api/users/login/")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type")
    };
    let allowed = preflight(&own).send_unchecked().await;
    assert_eq!(allowed.header("access-control-allow-origin"), own);
    let foreign = preflight("https://evil.example").send_unchecked().await;
    assert_eq!(foreign.header("access-control-allow-origin"), "");
    let body = json!({ "email": "a@example.org", "password": "x" });
    let answer = app.post("/api/users/login/", &body).header("origin", &own).send().await;
    assert_eq!(answer.header("access-control-allow-origin"), own);
}
