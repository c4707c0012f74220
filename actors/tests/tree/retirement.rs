//! Rooms that nobody is in.

use std::time::Duration;

use crate::world::{World, until};

#[tokio::test]
async fn an_empty_room_is_put_to_rest_and_comes_back_as_it_was() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let token = world.token(ann).await;
    let mut client = world.join(&token, "lobby").await;
    client.insist("hello", "c", &mut Vec::new()).await;
    assert_eq!(world.metric("rooms"), 1);
    drop(client);
    until("the socket is gone", async || (world.metric("sockets") == 0).then_some(())).await;
    tokio::time::pause();
    let rested = async || {
        tokio::time::advance(Duration::from_secs(10)).await;
        (world.metric("rooms") == 0).then_some(())
    };
    // The clock is the test's: as many looks as it takes.
    let mut looks = 0;
    while rested().await.is_none() {
        looks += 1;
        assert!(looks < 10_000, "the room stays");
    }
    tokio::time::resume();
    assert_eq!(world.metric("rooms_retired_total"), 1);

    let admitted = world.knock(Some(token), "lobby").await.expect("let in");
    let mut client = crate::client::Client::run(admitted).await;
    assert_eq!(client.greeted().await["seq"], 1);
    assert_eq!(client.insist("again", "d", &mut Vec::new()).await, 2);
}

#[tokio::test]
async fn a_room_that_somebody_is_about_to_enter_stays() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let token = world.token(ann).await;
    let admitted = world.knock(Some(token), "lobby").await.expect("let in");
    tokio::time::pause();
    // As many looks as would have put a room to rest that nobody waits for.
    for _ in 0..2000 {
        tokio::time::advance(Duration::from_secs(1)).await;
        tokio::task::yield_now().await;
    }
    tokio::time::resume();
    assert_eq!(world.metric("rooms"), 1);
    let mut client = crate::client::Client::run(admitted).await;
    client.greeted().await;
}
