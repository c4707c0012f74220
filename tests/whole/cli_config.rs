//! The configuration, as whoever runs the program meets it.

use std::path::Path;

use crate::harness::commands::{parlour, parlour_with};

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

#[tokio::test]
async fn everything_wrong_stops_the_start_with_file_line_and_advice() {
    let folder = tempfile::tempdir().unwrap();
    let file =
        "[server]\nlisten = 8080\nlisen = \"127.0.0.1:1\"\n\n[mail]\ntransport = \"pigeon\"\n";
    write(folder.path(), "config.toml", file);
    for command in ["serve", "config check", "user list"] {
        let told = parlour(folder.path(), command).await.failed(64);
        let expected = "parlour: config.toml:3: server.lisen: unknown key; did you mean `server.listen`?\n\
                        parlour: config.toml:6: mail.transport: unknown variant `pigeon`, expected `file` or `smtp`\n\
                        parlour: config.toml:2: server.listen: invalid type: integer `8080`, expected socket address\n";
        assert_eq!(told, expected, "{command}");
    }
    assert!(!folder.path().join("data").exists(), "nothing was begun");
}

#[tokio::test]
async fn a_value_that_makes_no_sense_stops_the_start_too() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "config.toml", "[tokens]\nmax_ttl = \"2days\"\n");
    let settings = [
        ("PARLOUR__MAIL__TRANSPORT", "smtp"),
        ("PARLOUR__SERVER__PUBLIC_URL", "https://example.org/chat"),
    ];
    let told = parlour_with(folder.path(), &settings, "serve", "").await.failed(64);
    let lines: Vec<_> = told.lines().collect();
    assert_eq!(lines.len(), 3, "{told}");
    for (line, start) in lines.iter().zip([
        "parlour: PARLOUR__SERVER__PUBLIC_URL: server.public_url: `/chat` can't be kept",
        "parlour: config.toml:2: tokens.max_ttl: at most 24h",
        "parlour: PARLOUR__MAIL__TRANSPORT: mail.transport: smtp needs mail.url",
    ]) {
        assert!(line.starts_with(start), "{line}");
    }
}

#[tokio::test]
async fn what_is_in_effect_is_shown_with_where_it_came_from_and_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "mail-url", "smtps://ann:hunter2@mail.example.org\n");
    let file =
        "[server]\ndata_dir = \"here\"\n[mail]\ntransport = \"smtp\"\nurl_file = \"mail-url\"\n";
    write(folder.path(), "my.toml", file);
    let settings = [("PARLOUR_CONFIG", "my.toml"), ("PARLOUR__ROOMS__MAX_MESSAGE_CHARS", "99")];
    let shown = parlour_with(folder.path(), &settings, "config show", "").await.ok();
    assert!(!shown.contains("hunter2"), "{shown}");
    let lines: Vec<_> =
        shown.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).collect();
    for expected in [
        "data_dir = \"here\" # my.toml:2",
        "url = \"[redacted]\" # my.toml:5",
        "max_message_chars = 99 # PARLOUR__ROOMS__MAX_MESSAGE_CHARS",
        "deadline = \"30s\" # default",
        "public_url = \"http://127.0.0.1:8080/\" # not set, follows from others",
    ] {
        assert!(lines.iter().any(|line| line.join(" ") == expected), "{expected} in {shown}");
    }
    let json = parlour_with(folder.path(), &settings, "config show --json", "").await.json();
    assert_eq!(json[0]["rooms.max_message_chars"]["value"], 99);
    assert_eq!(json[0]["mail.url"]["value"], "[redacted]");
    assert_eq!(json[0]["server.data_dir"]["from"], "my.toml:2");
}

#[tokio::test]
async fn a_file_that_was_named_must_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let told = parlour(folder.path(), "--config gone.toml config check").await.failed(64);
    assert!(told.starts_with("parlour: can't read the configuration file gone.toml"), "{told}");
    let without = parlour(folder.path(), "config check").await.ok();
    assert_eq!(without, "the configuration is good (there is no file)\n");
}

#[tokio::test]
async fn the_shipped_file_is_a_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/config.toml");
    std::fs::copy(shipped, folder.path().join("config.toml")).unwrap();
    let said = parlour(folder.path(), "config check").await.ok();
    assert_eq!(said, "the configuration is good (config.toml)\n");
}

#[tokio::test]
async fn what_somebody_should_know_of_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [
        ("PARLOUR__SERVER__LISTEN", "0.0.0.0:8080"),
        ("PARLOUR__SERVER__PUBLIC_URL", "http://chat.example.org"),
        ("PARLOUR__MAIL__ALLOW_FILE_IN_PUBLIC", "true"),
    ];
    let said = parlour_with(folder.path(), &settings, "config check", "").await.ok();
    let warnings = said.lines().filter(|line| line.starts_with("warning: ")).count();
    assert_eq!(warnings, 2, "{said}");
    assert!(said.contains("in the clear"), "{said}");
}
