//! Clients, a mail server and a browser that nobody here wrote.

use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{ChildStdout, Command};

use crate::harness::{Program, address_of, tools, within};

/// Runs `command` to its end, and checks that it succeeded and printed `ok` last.
async fn succeeds(command: &mut Command) {
    let output = within("the peer", command.stdin(Stdio::null()).kill_on_drop(true).output()).await;
    let output = output.unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && text.trim_end().ends_with("ok"), "{text}\n{errors}");
}

fn peer(name: &str) -> std::path::PathBuf {
    tools::root().join("tests/peers").join(name)
}

#[tokio::test]
async fn python_s_websockets_talks_with_us() {
    let Some(python) = tools::python("python_s_websockets_talks_with_us") else { return };
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]).await;
    let ann = program.person("ann").await;
    let url = format!("ws://{}/ws/chat/lobby/?token={}", program.addr, ann.access);
    succeeds(Command::new(python).arg(peer("websockets_client.py")).arg(url)).await;
}

#[tokio::test]
async fn node_s_ws_talks_with_us() {
    let Some(node) = tools::node("node_s_ws_talks_with_us") else { return };
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]).await;
    let ann = program.person("ann").await;
    let url = format!("ws://{}/ws/chat/lobby/?token={}", program.addr, ann.access);
    succeeds(Command::new(node).arg(peer("ws_client.mjs")).arg(url)).await;
}

#[tokio::test]
async fn letters_go_through_a_mail_server_that_wants_starttls_and_a_password() {
    let test = "letters_go_through_a_mail_server_that_wants_starttls_and_a_password";
    let url = |port: &Value| format!("smtp://postman:s3cr3t-s3cr3t@localhost:{port}?tls=required");
    letters_go_through("starttls", test, url).await;
}

#[tokio::test]
async fn letters_go_through_a_mail_server_that_wants_tls_from_the_first_byte_and_a_password() {
    let test = "letters_go_through_a_mail_server_that_wants_tls_from_the_first_byte_and_a_password";
    let url = |port: &Value| format!("smtps://postman:s3cr3t-s3cr3t@localhost:{port}");
    letters_go_through("implicit", test, url).await;
}

/// A letter on its way through `aiosmtpd`, in one of its two modes of TLS.
async fn letters_go_through(tls: &str, test: &str, url: impl Fn(&Value) -> String) {
    let Some(python) = tools::python(test) else { return };
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();

    let mut server = Command::new(python)
        .arg(peer("smtp_server.py"))
        .arg(tls)
        .args([&certificate, &key])
        .args(["postman", "s3cr3t-s3cr3t"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut letters = BufReader::new(server.stdout.take().unwrap()).lines();
    let url = url(&line(&mut letters).await["port"]);

    let settings = [
        ("PARLOUR__MAIL__TRANSPORT", "smtp"),
        ("PARLOUR__MAIL__URL", url.as_str()),
        ("PARLOUR__MAIL__FROM", "Parlour <parlour@example.org>"),
        ("SSL_CERT_FILE", certificate.to_str().unwrap()),
    ];
    let program = Program::start(folder.path(), &settings).await;
    program.register("ann").await.expect(201);

    let delivered = line(&mut letters).await;
    assert_eq!(delivered["from"], "parlour@example.org");
    assert_eq!(delivered["to"][0], address_of("ann"));
    assert_eq!((&delivered["tls"], &delivered["login"]), (&Value::Bool(true), &"postman".into()));
    let letter = delivered["letter"].as_str().unwrap();
    assert!(letter.contains("Message-ID:") && letter.contains("multipart/alternative"), "{letter}");
    assert!(!program.log().contains("s3cr3t"), "{}", program.log());
    // Mail that leaves is for nobody to browse here.
    assert_eq!(program.get("/dev/mailbox").send_unchecked().await.status, 404);
}

/// The next line of what a peer prints, as JSON.
async fn line(lines: &mut Lines<BufReader<ChildStdout>>) -> Value {
    let line = within("a line of the peer's", lines.next_line()).await.unwrap();
    serde_json::from_str(&line.expect("the peer ended")).unwrap()
}

#[tokio::test]
async fn two_people_register_and_talk_in_a_browser() {
    let test = "two_people_register_and_talk_in_a_browser";
    let (Some(node), Some(chromium)) = (tools::node(test), tools::chromium(test)) else { return };
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]).await;
    let mut journey = Command::new(node);
    journey
        .arg(tools::root().join("tests/browser/journey.mjs"))
        .arg(format!("http://{}", program.addr))
        .env("CHROMIUM", chromium)
        .env("SCREENSHOTS", folder.path());
    succeeds(&mut journey).await;
}

#[tokio::test]
async fn the_page_s_modules_pass_their_own_tests() {
    let Some(node) = tools::node("the_page_s_modules_pass_their_own_tests") else { return };
    let files = std::fs::read_dir(tools::root().join("tests/browser")).unwrap();
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.retain(|path| path.to_str().is_some_and(|path| path.ends_with(".test.mjs")));
    assert!(!paths.is_empty());
    let mut command = Command::new(node);
    command.arg("--test").args(paths).stdin(Stdio::null()).kill_on_drop(true);
    let output = within("the modules' tests", command.output()).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
