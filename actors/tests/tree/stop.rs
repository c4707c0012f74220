//! The ordered stop.

use std::time::Duration;

use actors::connections::NotAdmitted;
use serde_json::json;

use crate::client::Client;
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
    let drain = json!({"type": "drain", "retry": [500, 1000]});
    assert_eq!((ann.frame().await, bob.frame().await), (drain.clone(), drain));
    // This one may come too late to be heard: then it isn't stored either.
    ann.send(json!({"type": "message", "message": "good night", "cid": "d"})).await;
    drop(turn);

    let (heard, acks) = last_words(&mut ann).await;
    assert!(acks.starts_with(&["c".into()]), "{acks:?}");
    assert_eq!(heard, acks);
    assert_eq!(last_words(&mut bob).await, (heard, vec![]));
    within("the end", stopping).await.expect("no panic");
    within("the end", world.tree.ended()).await;
    assert_eq!(world.tree.connections().count(), 0);
    world.stop().await;
}

/// What a client hears until it is bidden goodbye: the cids of messages, and of acks.
async fn last_words(client: &mut Client) -> (Vec<String>, Vec<String>) {
    let (mut messages, mut acks) = (Vec::new(), Vec::new());
    loop {
        match client.next().await {
            Ok(frame) => {
                let cid = frame["cid"].as_str().expect("a cid").to_owned();
                let these = if frame["type"] == "ack" { &mut acks } else { &mut messages };
                these.push(cid);
            }
            Err(goodbye) => {
                assert_eq!(goodbye.code, 3001);
                return (messages, acks);
            }
        }
    }
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
