//! A full disk, as `SQLite` sees one: a database that may have no more pages.

use sea_orm::ConnectionTrait;
use store::{Command, Store};

use crate::world::{World, says, stored, user};

async fn allow_pages(store: &Store, pages: u32) {
    let tx = store.write().await.expect("a transaction");
    let pragma = format!("PRAGMA max_page_count = {pages}");
    tx.execute_unprepared(&pragma).await.expect("set");
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_is_over_when_there_is_room() {
    let world = World::new().await;
    let lobby = world.room("lobby").await;
    let batch = |turn: usize| -> Vec<Command> {
        let text = "x".repeat(1000);
        (0..20).map(|place| says(lobby, user(7), &format!("{turn}.{place}"), &text)).collect()
    };
    allow_pages(&world.store, 60).await;
    let mut next = 1;
    let mut turn = 0;
    loop {
        let answers = world.store.commit(&batch(turn)).await;
        if let Some(Err(error)) = answers.first() {
            assert!(error.is_unavailable(), "{error}");
            assert!(error.to_string().contains("full"), "{error}");
            assert!(answers.iter().all(Result::is_err), "all or nothing");
            break;
        }
        next += 20;
        turn += 1;
        assert!(turn < 100, "sixty pages hold that much?");
    }
    assert!(turn > 0, "some found room");
    let again = world.store.commit(&batch(turn)).await;
    assert!(again.iter().all(Result::is_err), "still full");

    allow_pages(&world.store, 100_000).await;
    let expected: Vec<_> = (next..next + 20).map(stored).collect();
    assert_eq!(world.commit(&batch(turn)).await, expected);
}
