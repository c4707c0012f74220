//! Help, documents and the schema, from the command line.

use serde_json::Value;

use crate::harness::Program;
use crate::harness::commands::{parlour, parlour_with};

const COMMANDS: [&str; 32] = [
    "",
    "serve",
    "config",
    "config check",
    "config show",
    "migrate",
    "migrate status",
    "user",
    "user add",
    "user list",
    "user show",
    "user activate",
    "user disable",
    "user enable",
    "user password",
    "user role",
    "token",
    "token mint",
    "load",
    "load fanout",
    "load connect",
    "load churn",
    "load slow",
    "load chaos",
    "load check",
    "keys",
    "keys list",
    "keys rotate",
    "openapi",
    "completions",
    "man",
    "help",
];

#[tokio::test]
async fn every_command_explains_itself() {
    let folder = tempfile::tempdir().unwrap();
    for command in COMMANDS {
        let arguments = format!("help {command}");
        let help = parlour(folder.path(), arguments.trim()).await.ok();
        assert!(help.contains("Usage: parlour"), "{command}: {help}");
        let about = help.lines().next().unwrap_or_default();
        assert!(about.len() > 10, "{command} doesn't say what it is for: {help}");
    }
}

#[tokio::test]
async fn wrong_usage_has_an_exit_code_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    for wrong in ["dance", "serve --listen here", "user", "user add", "completions", "--config"] {
        let told = parlour(folder.path(), wrong).await.failed(2);
        assert!(told.contains("--help"), "{wrong}: {told}");
    }
}

#[tokio::test]
async fn the_api_s_description_is_the_one_that_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let written = parlour(folder.path(), "openapi").await.ok();
    let written: Value = serde_json::from_str(&written).unwrap();
    let program = Program::start(folder.path(), &[]).await;
    let served = program.get("/api/schema/").send().await.expect(200);
    assert_eq!(written, served);
}

#[tokio::test]
async fn completions_and_the_manual_know_every_command() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let script = parlour(folder.path(), &format!("completions {shell}")).await.ok();
        assert!(script.contains("migrate") && script.contains("rotate"), "{shell}");
    }
    let page = parlour(folder.path(), "man").await.ok();
    assert!(page.contains(".TH parlour 1"), "{page}");
    parlour(folder.path(), "man --dir pages").await.ok();
    for command in COMMANDS.into_iter().filter(|command| *command != "help") {
        let name = format!("pages/parlour {command}").trim().replace(' ', "-") + ".1";
        assert!(folder.path().join(&name).is_file(), "{name}");
    }
}

#[tokio::test]
async fn the_schema_is_brought_up_to_date_once() {
    let folder = tempfile::tempdir().unwrap();
    let states = async |state: &str| {
        let steps = parlour(folder.path(), "migrate status --json").await.json();
        assert!(!steps.is_empty());
        steps.iter().all(|step| step["applied"] == (state == "applied"))
    };
    assert!(states("pending").await);
    assert!(!folder.path().join("data/parlour.db").exists(), "asking makes nothing");
    let off = [("PARLOUR__DATABASE__MIGRATE", "false")];
    let told = parlour_with(folder.path(), &off, "serve --listen 127.0.0.1:0", "").await;
    let told = told.failed(1);
    assert!(told.contains("parlour migrate"), "{told}");

    let applied = parlour(folder.path(), "migrate").await.ok();
    assert!(applied.lines().all(|line| line.starts_with("applied ")), "{applied}");
    assert!(states("applied").await);
    let _program = Program::start(folder.path(), &off).await;
    let again = parlour(folder.path(), "migrate").await.ok();
    assert_eq!(again, "the schema was up to date\n");
}
