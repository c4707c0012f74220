//! Who is let in, and who is told why not.

use std::time::Duration;

use actors::connections::{Limit, NotAdmitted};
use secrecy::SecretString;
use serde_json::json;

use crate::client::{Client, Goodbye};
use crate::world::{Settings, World, until};

/// How somebody is refused: the frame and the close.
async fn refused(answer: Result<actors::connections::Admitted, NotAdmitted>) -> (String, Goodbye) {
    let Err(NotAdmitted::Refused(refusal)) = answer else { panic!("refused: {answer:?}") };
    let mut client = Client::refused(refusal).await;
    let frame = client.frame().await;
    (frame.to_string(), client.goodbye().await)
}

fn goodbye(code: u16, reason: &str) -> Goodbye {
    Goodbye { code, reason: reason.into() }
}

#[tokio::test]
async fn whoever_proves_nothing_is_told_to() {
    let world = World::new().await;
    let words = r#"{"error":"Authentication required"}"#;
    let nobody = refused(world.knock(None, "lobby").await).await;
    assert_eq!(nobody, (words.into(), goodbye(3500, "Authentication required")));
    for bad in ["", "x", "a.b.c"] {
        let bad = refused(world.knock(Some(SecretString::from(bad)), "lobby").await).await;
        assert_eq!(bad, (words.into(), goodbye(3500, "Invalid token")));
    }
    let ann = world.person("ann").await;
    let token = world.token(ann).await;
    world.clock.advance(Duration::from_hours(2));
    let late = refused(world.knock(Some(token), "lobby").await).await;
    assert_eq!(late, (words.into(), goodbye(3005, "Token expired")));
    assert_eq!(world.tree.connections().count(), 0);
}

#[tokio::test]
async fn nobody_is_let_in_twice_too_often() {
    let mut settings = Settings::default();
    (settings.sockets.max_per_user_and_room, settings.sockets.max_per_user) = (2, 3);
    let world = World::with(settings).await;
    let ann = world.person("ann").await;
    let token = world.token(ann).await;
    let first = world.join(&token, "lobby").await;
    let _second = world.join(&token, "lobby").await;
    let third = refused(world.knock(Some(token.clone()), "lobby").await).await;
    assert_eq!(third.1, goodbye(3504, "connection limit"));
    let _elsewhere = world.join(&token, "cellar").await;
    let fourth = refused(world.knock(Some(token.clone()), "attic").await).await;
    assert_eq!(fourth.1.code, 3504);
    drop(first);
    until("the place is free", async || (world.metric("sockets") == 2).then_some(())).await;
    world.join(&token, "lobby").await;
}

#[tokio::test]
async fn a_full_server_is_busy() {
    let mut settings = Settings::default();
    settings.sockets.max = Limit::Count(1);
    let world = World::with(settings).await;
    let ann = world.person("ann").await;
    let token = world.token(ann).await;
    let admitted = world.knock(Some(token.clone()), "lobby").await.expect("let in");
    let second = world.knock(Some(token.clone()), "lobby").await;
    assert!(matches!(second, Err(NotAdmitted::Busy)), "{second:?}");
    drop(admitted);
    assert!(world.knock(Some(token), "lobby").await.is_ok(), "an unused place is free again");
}

#[tokio::test]
async fn refusals_are_bounded() {
    let world = World::new().await;
    let mut refusals = Vec::new();
    for _ in 0..256 {
        match world.knock(None, "lobby").await {
            Err(NotAdmitted::Refused(refusal)) => refusals.push(refusal),
            other => panic!("{other:?}"),
        }
    }
    assert!(matches!(world.knock(None, "lobby").await, Err(NotAdmitted::Crowded)));
    refusals.pop();
    assert!(matches!(world.knock(None, "lobby").await, Err(NotAdmitted::Refused(_))));
    drop(refusals);
}

#[tokio::test]
async fn a_room_is_made_by_entering_it_where_that_is_allowed() {
    let mut settings = Settings::default();
    settings.rooms.creations_per_hour = 1;
    let world = World::with(settings).await;
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let (ann, bob) = (world.token(ann).await, world.token(bob).await);
    world.join(&ann, "first").await;
    let second = refused(world.knock(Some(ann.clone()), "second").await).await;
    assert_eq!(second.1, goodbye(3013, "too many requests"));
    world.join(&bob, "second").await;
    world.join(&ann, "second").await;
    let folder = world.stop().await;

    let mut settings = Settings::default();
    settings.rooms.create_on_join = false;
    let world = World::start(folder, settings).await;
    world.join(&ann, "first").await;
    let third = refused(world.knock(Some(ann), "third").await).await;
    let words = r#"{"error":"Permission denied"}"#;
    assert_eq!(third, (words.into(), goodbye(3507, "permission denied")));
}

#[tokio::test]
async fn guests_read_public_rooms_and_say_nothing() {
    let world = World::new().await;
    let mut ann = world.newcomer("ann", "lobby").await;
    ann.say("hi").await;
    ann.hears().await;
    drop(ann);
    let folder = world.stop().await;
    let world = World::start(folder, Settings::default()).await;
    let tx = world.store.write().await.expect("a turn");
    let public = domain::Visibility::Public.code();
    let sql = format!("UPDATE rooms SET visibility = {public} WHERE name = 'lobby'");
    sea_orm::ConnectionTrait::execute_unprepared(&tx, &sql).await.expect("changed");
    tx.commit().await.expect("committed");

    let admitted = world.knock(None, "lobby").await.expect("let in");
    let mut guest = Client::run(admitted).await;
    let hello = guest.greeted().await;
    assert_eq!(
        (&hello["user"], &hello["seq"], &hello["online"]),
        (&json!(null), &json!(1), &json!(0))
    );
    guest.send(json!({"type": "history", "rid": 1})).await;
    assert_eq!(guest.frame().await["messages"][0]["message"], "hi");
    guest.send(json!({"type": "message", "message": "me too", "rid": 2})).await;
    assert_eq!(guest.frame().await["code"], "forbidden");
}
