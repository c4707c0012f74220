//! What was said and is gone is nowhere.

use std::path::Path;
use std::time::Duration;

use store::{Command, Retention, sweep};

use crate::world::{World, deletes, edits, says, user};

/// Whether any file in `folder` holds `words`.
fn is_found(folder: &Path, words: &str) -> bool {
    let files =
        std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    let mut contents = files.map(|file| std::fs::read(file).expect("readable"));
    contents.any(|bytes| bytes.windows(words.len()).any(|window| window == words.as_bytes()))
}

/// A world with a room in which ann says a short secret and one that fills pages of its own, among much else.
async fn with_secrets() -> (World, domain::RoomId) {
    let mut world = World::new().await;
    let lobby = world.room("lobby").await;
    let mut batch: Vec<Command> = (0..200)
        .map(|n| says(lobby, user(7), &format!("{n}"), &"so much else ".repeat(1 + n % 30)))
        .collect();
    batch.insert(100, says(lobby, user(7), "short", "xyzzy"));
    batch.insert(150, says(lobby, user(7), "long", &format!("{}plugh", "long ".repeat(4000))));
    world.commit(&batch).await;
    world.reopen().await;
    for secret in ["xyzzy", "plugh"] {
        assert!(is_found(world.folder.path(), secret), "{secret} is there before it is gone");
    }
    (world, lobby)
}

/// Closes the store, which carries the write-ahead log over into the database and removes it.
async fn holds_no_secret(world: &World) {
    world.store.close().await;
    for secret in ["xyzzy", "plugh"] {
        assert!(!is_found(world.folder.path(), secret), "{secret}");
    }
}

#[tokio::test]
async fn a_deleted_text_is_found_nowhere_in_the_database() {
    let (world, lobby) = with_secrets().await;
    world.commit(&[deletes(lobby, user(7), "a", 101), deletes(lobby, user(7), "b", 151)]).await;
    holds_no_secret(&world).await;
}

#[tokio::test]
async fn nor_is_the_text_before_an_edit() {
    let (world, lobby) = with_secrets().await;
    let batch = [edits(lobby, user(7), "a", 101, "x"), edits(lobby, user(7), "b", 151, "x")];
    world.commit(&batch).await;
    holds_no_secret(&world).await;
}

#[tokio::test]
async fn nor_is_what_was_said_and_deleted_at_once() {
    let world = World::new().await;
    let lobby = world.room("lobby").await;
    let batch = [
        says(lobby, user(7), "a", "xyzzy"),
        edits(lobby, user(7), "b", 1, "plugh"),
        deletes(lobby, user(7), "c", 1),
    ];
    world.commit(&batch).await;
    holds_no_secret(&world).await;
}

#[tokio::test]
async fn nor_is_what_a_room_no_longer_keeps() {
    let (world, _) = with_secrets().await;
    world.clock.advance(Duration::from_mins(2));
    let tx = world.store.write().await.expect("a transaction");
    let default = Retention { age: Some(Duration::from_mins(1)), count: None };
    let removed = sweep::retention_slice(&tx, default, None, 1000).await.expect("swept");
    assert_eq!(removed.events, 201);
    tx.commit().await.expect("committed");
    holds_no_secret(&world).await;
}
