//! Signing keys and the tokens made with them, from the command line.

use std::collections::HashSet;

use crate::harness::commands::{parlour, parlour_with};
use crate::harness::{PASSWORD, Program, until};

#[tokio::test]
async fn a_new_key_signs_and_the_old_ones_still_count() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]).await;
    let ann = program.person("ann").await;
    let before = parlour(folder.path(), "keys list --json").await.json();
    assert_eq!(before.len(), 1);
    assert_eq!(before[0]["signs"], true);

    let after = parlour(folder.path(), "keys rotate --json").await.json();
    assert_eq!(after.len(), 2);
    assert_eq!((&after[0]["kid"], &after[0]["signs"]), (&before[0]["kid"], &false.into()));
    assert_eq!(after[1]["signs"], true);
    until("the server takes the new key up", async || {
        let jwks = program.get("/.well-known/jwks.json").send().await.expect(200);
        (jwks["keys"].as_array().unwrap().len() == 2).then_some(())
    })
    .await;

    let minted = parlour(folder.path(), "token mint --user ann").await.ok();
    program.get("/api/users/me/").bearer(minted.trim()).send().await.expect(200);
    program.get("/api/users/me/").bearer(&ann.access).send().await.expect(200);
    ann.refreshes().await;
}

#[tokio::test]
async fn as_many_tokens_are_made_as_were_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let add = "user add --username ann --email ann@example.org --active";
    parlour_with(folder.path(), &[], add, PASSWORD).await.ok();
    let minted =
        parlour(folder.path(), "token mint --user ann@example.org --count 1500").await.ok();
    assert_eq!(minted.lines().collect::<HashSet<_>>().len(), 1500);
}

#[tokio::test]
async fn no_token_is_made_that_may_not_be() {
    let folder = tempfile::tempdir().unwrap();
    let add = "user add --username ann --email ann@example.org";
    parlour_with(folder.path(), &[], add, PASSWORD).await.ok();
    let told = parlour(folder.path(), "token mint --user ann").await.failed(1);
    assert!(told.contains("not active"), "{told}");
    parlour(folder.path(), "user activate ann").await.ok();
    let told = parlour(folder.path(), "token mint --user ann --ttl 25h").await.failed(2);
    assert!(told.contains("tokens.max_ttl"), "{told}");
    parlour(folder.path(), "token mint --user ann --ttl 0s").await.failed(2);
    parlour(folder.path(), "token mint --user ann --ttl soon").await.failed(2);
    parlour(folder.path(), "token mint --user nobody").await.failed(1);
}
