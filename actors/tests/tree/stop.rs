//! The ordered stop.

use std::time::Duration;

use actors::connections::NotAdmitted;
use serde_json::json;

use crate::world::{PATIENCE, World, until, within};

#[tokio::test]
async fn what_was_accepted_is_stored_and_answered_before_the_goodbye() {
    let world = World::new().await;
    let mut ann = world.newcomer("ann", "lobby").await;
    let mut bob = world.newcomer("bob", "lobby").await;
    let turn = world.store.write().await.expect("a turn");
    ann.send(json!({"type": "message", "message": "last words", "cid": "c"})).await;
    until("it is under way", async || (world.metric("requests_in_flight") == 1).then_some(()))
        .await;

    let tree = world.tree.clone();
    let stopping = world.tracker.spawn(async move { tree.stop(PATIENCE).await });
    let token = world.token(world.person_named("ann").await).await;
    let refused = async || {
        let answer = world.knock(Some(token.clone()), "lobby").await;
        matches!(answer, Err(NotAdmitted::Busy)).then_some(())
    };
    until("nobody is let in", refused).await;
    ann.send(json!({"type": "message", "message": "too late", "cid": "d"})).await;
    drop(turn);

    assert_eq!(ann.hears().await, (1, "last words".into()));
    assert_eq!(ann.frame().await["cid"], "c", "its ack");
    assert_eq!(ann.next().await.expect_err("no answer to the other").code, 3001);
    assert_eq!(bob.hears().await, (1, "last words".into()));
    assert_eq!(bob.goodbye().await.code, 3001);
    within("the end", stopping).await.expect("no panic");
    within("the end", world.tree.ended()).await;
    assert_eq!(world.tree.connections().count(), 0);
    world.stop().await;
}

#[tokio::test]
async fn a_stop_ends_at_its_deadline_whatever_hangs() {
    let world = World::new().await;
    let mut ann = world.newcomer("ann", "lobby").await;
    let turn = world.store.write().await.expect("a turn");
    ann.send(json!({"type": "message", "message": "stuck", "cid": "c"})).await;
    until("it is under way", async || (world.metric("requests_in_flight") == 1).then_some(()))
        .await;
    world.tree.stop(Duration::from_millis(50)).await;
    within("the end", world.tree.ended()).await;
    assert_eq!(ann.goodbye().await.code, 3001);
    drop(turn);
    world.stop().await;
}

#[tokio::test]
async fn after_a_stop_nothing_answers_and_nothing_hangs() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let token = world.token(ann).await;
    world.tree.stop(PATIENCE).await;
    assert!(matches!(world.knock(Some(token), "lobby").await, Err(NotAdmitted::Busy)));
    world.tree.mailer().wake();
    world.tree.stop(PATIENCE).await;
    world.stop().await;
}
