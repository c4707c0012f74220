//! The schema, brought up to date and looked at.

use sea_orm::ConnectionTrait;
use store::lock::FolderLock;
use store::log::{self, Range};
use store::migrate::{self, Step};
use store::{Config, StoreError};

use crate::world::{World, edits, open, open_beside, says, stored, text, user};

fn by_hand() -> Config {
    Config { migrate: false, ..Config::default() }
}

#[tokio::test]
async fn a_new_folder_is_migrated_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = Config::default();
    let before = migrate::status(&config, folder.path()).await.expect("a status");
    assert!(!before.is_empty() && before.iter().all(|step| !step.applied));
    assert!(!folder.path().join("parlour.db").exists(), "looking makes nothing");

    let applied = migrate::run(&config, folder.path()).await.expect("migrated");
    let names: Vec<&String> = before.iter().map(|step| &step.name).collect();
    assert_eq!(applied.iter().collect::<Vec<_>>(), names);
    assert!(names.iter().is_sorted(), "dates come first in their names");
    let after = migrate::status(&config, folder.path()).await.expect("a status");
    let all = before.into_iter().map(|step| Step { applied: true, ..step }).collect::<Vec<_>>();
    assert_eq!(after, all);
    assert!(migrate::run(&config, folder.path()).await.expect("nothing to do").is_empty());
}

#[tokio::test]
async fn a_schema_that_is_behind_is_refused_unless_it_may_be_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    for refused in [
        open(&by_hand(), folder.path()).await.err(),
        open_beside(&by_hand(), folder.path()).await.err(),
    ] {
        let words = refused.expect("refused").to_string();
        assert!(words.contains("run \"parlour migrate\""), "{words}");
    }
    migrate::run(&by_hand(), folder.path()).await.expect("migrated");
    open(&by_hand(), folder.path()).await.expect("a store").close().await;
    open_beside(&by_hand(), folder.path()).await.expect("a store").close().await;
}

#[tokio::test]
async fn nothing_migrates_under_a_running_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = FolderLock::acquire(folder.path()).expect("a free folder");
    let refused = migrate::run(&Config::default(), folder.path()).await.expect_err("refused");
    assert!(matches!(refused, StoreError::Folder(_)), "{refused}");
    let refused = open_beside(&Config::default(), folder.path()).await.expect_err("refused");
    assert!(matches!(refused, StoreError::SchemaBehind { .. }), "{refused}");
    drop(server);
    open_beside(&Config::default(), folder.path()).await.expect("a store").close().await;
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let world = World::new().await;
    let tx = world.store.write().await.expect("a transaction");
    let insert = "INSERT INTO seaql_migrations VALUES ('m20991231_000001_telepathy', 0)";
    tx.execute_unprepared(insert).await.expect("inserted");
    tx.commit().await.expect("committed");
    world.store.close().await;
    for refused in [
        open(&Config::default(), world.folder.path()).await.err(),
        open_beside(&by_hand(), world.folder.path()).await.err(),
        migrate::status(&Config::default(), world.folder.path()).await.err(),
        migrate::run(&Config::default(), world.folder.path()).await.err(),
    ] {
        let refused = refused.expect("refused");
        assert!(matches!(refused, StoreError::SchemaAhead(_)), "{refused}");
        assert!(refused.to_string().contains("telepathy"), "{refused}");
    }
}

#[tokio::test]
async fn a_log_from_before_there_were_edits_is_read_and_changed_like_any_other() {
    let mut world = World::new().await;
    let (lobby, ann) = (world.room("lobby").await, user(7));
    world.commit(&[says(lobby, ann, "a", "one"), says(lobby, ann, "b", "two")]).await;
    let tx = world.store.write().await.expect("a transaction");
    for undo in [
        "DROP TABLE reactions",
        "DROP TABLE tallies",
        "DROP TABLE asides",
        "ALTER TABLE events DROP COLUMN target",
        "ALTER TABLE events DROP COLUMN edited_at",
        "ALTER TABLE rooms DROP COLUMN floor",
        "ALTER TABLE rooms DROP COLUMN retention_age",
        "ALTER TABLE rooms DROP COLUMN retention_count",
        "DELETE FROM seaql_migrations WHERE version > 'm20261125'",
    ] {
        tx.execute_unprepared(undo).await.expect(undo);
    }
    tx.commit().await.expect("committed");
    world.reopen().await;
    let batch = [edits(lobby, ann, "c", 1, "uno"), says(lobby, ann, "d", "three")];
    assert_eq!(world.commit(&batch).await, [stored(3), stored(4)]);
    let page = log::page(world.store.reader(), lobby, Range::Newest, 9, None).await;
    let page = page.expect("a page");
    let texts: Vec<_> = page.messages.iter().map(text).collect();
    assert_eq!(texts, [Some("uno"), Some("two"), Some("three")]);
}

#[tokio::test]
async fn a_database_may_lie_elsewhere() {
    let (folder, elsewhere) =
        (tempfile::tempdir().expect("one"), tempfile::tempdir().expect("two"));
    let path = elsewhere.path().join("chat.db");
    let url = format!("sqlite://{}", path.display()).parse().expect("a URL");
    let config = Config { url: Some(url), ..Config::default() };
    open(&config, folder.path()).await.expect("a store").close().await;
    assert!(path.exists() && !folder.path().join("parlour.db").exists());

    let nowhere = format!("sqlite://{}", path.join("x/chat.db").display()).parse().expect("a URL");
    let config = Config { url: Some(nowhere), ..Config::default() };
    let error = open(&config, folder.path()).await.expect_err("no folder");
    assert!(error.to_string().contains("chat.db"), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_an_error_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("parlour.db"), "x".repeat(9000)).expect("a file");
    let error = open(&Config::default(), folder.path()).await.expect_err("refused");
    assert!(error.to_string().contains("file is not a database"), "{error}");
}

#[tokio::test]
async fn readers_can_not_write() {
    let world = World::new().await;
    let refused = world.store.reader().execute_unprepared("DELETE FROM meta").await;
    assert!(refused.expect_err("refused").to_string().contains("readonly"));
}
