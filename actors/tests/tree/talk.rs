//! Two people in a room.

use std::time::Duration;

use serde_json::json;
use store::{Change, Command};

use crate::world::{NOW, Settings, World};

#[tokio::test]
async fn hello_says_everything() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let token = world.token(ann).await;
    let admitted = world.knock(Some(token), "lobby").await.expect("let in");
    let conn = admitted.id().to_string();
    let mut client = crate::client::Client::run(admitted).await;
    let hello = client.greeted().await;
    let expires_in = hello["expires_in"].as_u64().expect("a number");
    assert!((3590..=3600).contains(&expires_in), "{expires_in}");
    assert_eq!(
        hello,
        json!({
            "type": "hello", "v": 1, "room": "lobby", "user": {"id": ann, "username": "ann"},
            "conn": conn, "epoch": format!("k{}.1", world.store.incarnation()), "seq": 0,
            "recovered": false, "online": 1, "ping": 25, "expires_in": expires_in,
            "now": NOW.millis(), "limits": {"message": 4096, "frame": 32768},
        })
    );
}

#[tokio::test]
async fn what_one_says_all_in_the_room_hear_and_nobody_elsewhere() {
    let world = World::new().await;
    let mut ann = world.newcomer("ann", "lobby").await;
    let mut bob = world.newcomer("bob", "lobby").await;
    let mut eve = world.newcomer("eve", "cellar").await;
    ann.send(json!({"type": "message", "message": " hi ", "cid": "c1", "rid": 7})).await;
    let said = json!({
        "type": "message", "seq": 1, "id": 1, "cid": "c1",
        "user": bob_sees(world.person_named("ann").await), "message": "hi", "ts": NOW.millis(),
    });
    assert_eq!(bob.frame().await, said);
    assert_eq!(ann.frame().await, said, "the sender hears it too");
    let ack = json!({"type": "ack", "cid": "c1", "id": 1, "seq": 1, "dup": false, "rid": 7});
    assert_eq!(ann.frame().await, ack, "and then the ack");
    eve.send(json!({"type": "ping", "rid": "p"})).await;
    assert_eq!(eve.frame().await, json!({"type": "pong", "rid": "p"}));
}

fn bob_sees(ann: domain::UserId) -> serde_json::Value {
    json!({"id": ann, "username": "ann"})
}

#[tokio::test]
async fn the_old_form_is_heard_and_not_acknowledged() {
    let world = World::new().await;
    let mut ann = world.newcomer("ann", "lobby").await;
    ann.say("one").await;
    ann.say("two").await;
    assert_eq!(ann.hears().await, (1, "one".into()));
    assert_eq!(ann.hears().await, (2, "two".into()));
}

#[tokio::test]
async fn a_retry_is_acknowledged_again_and_heard_once() {
    let world = World::new().await;
    let mut ann = world.newcomer("ann", "lobby").await;
    let message = json!({"type": "message", "message": "hi", "cid": "c1"});
    ann.send(message.clone()).await;
    assert_eq!(ann.hears().await, (1, "hi".into()));
    assert_eq!(ann.frame().await["dup"], false);
    ann.send(message).await;
    let again = json!({"type": "ack", "cid": "c1", "id": 1, "seq": 1, "dup": true});
    assert_eq!(ann.frame().await, again);
}

#[tokio::test]
async fn an_answer_to_nothing_is_not_found() {
    let world = World::new().await;
    let mut ann = world.newcomer("ann", "lobby").await;
    ann.send(json!({"type": "message", "message": "yes", "reply_to": 9, "cid": "c1"})).await;
    let error = ann.frame().await;
    assert_eq!((&error["code"], &error["field"]), (&json!("not_found"), &json!("reply_to")));
    assert_eq!(error["cid"], "c1");
}

#[tokio::test]
async fn history_is_paged_both_ways() {
    let world = World::new().await;
    let mut ann = world.newcomer("ann", "lobby").await;
    for n in 1..=5 {
        ann.say(&format!("m{n}")).await;
        ann.hears().await;
    }
    let mut page = async |ask: serde_json::Value| {
        ann.send(ask).await;
        let page = ann.frame().await;
        assert_eq!(page["type"], "history");
        let messages = page["messages"].as_array().expect("a list").clone();
        let seqs: Vec<_> = messages.iter().map(|m| m["seq"].as_u64().expect("a seq")).collect();
        (seqs, page["more"].as_bool().expect("a flag"), page["rid"].clone())
    };
    let newest = page(json!({"type": "history", "limit": 2, "rid": 1})).await;
    assert_eq!(newest, (vec![4, 5], true, json!(1)));
    let before = page(json!({"type": "history", "before": 4, "rid": 2})).await;
    assert_eq!(before, (vec![1, 2, 3], false, json!(2)));
    let after = page(json!({"type": "history", "after": 2, "limit": 2, "rid": 3})).await;
    assert_eq!(after, (vec![3, 4], true, json!(3)));
}

#[tokio::test]
async fn errors_are_answers_and_the_tenth_in_ten_seconds_is_the_last() {
    let world = World::new().await;
    let mut ann = world.newcomer("ann", "lobby").await;
    let bad = [
        (json!({"type": "dance", "rid": 1}), "unknown_type"),
        (json!({"type": "message", "message": "  ", "rid": 2}), "invalid_field"),
        (json!({"type": "message", "message": "x".repeat(4097), "rid": 3}), "too_long"),
        (json!({"type": "history", "before": -1, "rid": 4}), "invalid_field"),
        (json!([]), "invalid_json"),
    ];
    for (frame, code) in &bad {
        ann.send(frame.clone()).await;
        let error = ann.frame().await;
        assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!(code)), "{error}");
        assert_eq!(error["rid"], frame.get("rid").cloned().unwrap_or_default(), "{error}");
    }
    for (frame, _) in &bad {
        ann.send(frame.clone()).await;
    }
    assert_eq!(ann.goodbye().await.code, 3509);
}

#[tokio::test]
async fn a_client_that_is_too_fast_is_told_so() {
    let mut settings = Settings::default();
    (settings.sockets.messages_per_second, settings.sockets.burst) = (1, 3);
    let world = World::with(settings).await;
    let mut ann = world.newcomer("ann", "lobby").await;
    for n in 0..4 {
        ann.send(json!({"type": "message", "message": "hi", "rid": n})).await;
    }
    let mut frames = Vec::new();
    for _ in 0..7 {
        frames.push(ann.frame().await);
    }
    let error = frames.iter().find(|frame| frame["type"] == "error").expect("an error");
    assert_eq!((&error["code"], &error["rid"]), (&json!("rate_limited"), &json!(3)));
    assert!(error["retry_after"].as_u64().is_some_and(|wait| (1..=1000).contains(&wait)));
}

/// Somebody who wrote into a room's log beside the writer would leave a hole in what the room hears of.
#[tokio::test]
async fn a_hole_in_what_a_room_hears_is_filled_from_the_log() {
    let world = World::new().await;
    let mut ann = world.newcomer("ann", "lobby").await;
    let mut bob = world.newcomer("bob", "lobby").await;
    ann.say("one").await;
    assert_eq!(bob.hears().await, (1, "one".into()));
    let room = "lobby".parse().expect("a name");
    let room = store::rooms::find_by_name(world.store.reader(), &room).await;
    let body = domain::Body::parse("two", 0).expect("a body");
    let command = Command {
        room: room.expect("a look").expect("the room").id,
        author: Some(world.person_named("ann").await),
        cid: None,
        change: Change::Message { body, reply_to: None },
        trace: None,
    };
    let stored = world.store.commit(&[command]).await;
    assert!(matches!(stored.as_slice(), [Ok(store::Outcome::Stored { .. })]));
    ann.say("three").await;
    assert_eq!(bob.hears().await, (2, "two".into()));
    assert_eq!(bob.hears().await, (3, "three".into()));
    ann.say("four").await;
    assert_eq!(bob.hears().await, (4, "four".into()), "live again");
    for (seq, text) in [(1, "one"), (2, "two"), (3, "three"), (4, "four")] {
        assert_eq!(ann.hears().await, (seq, text.into()));
    }
    assert_eq!(world.metric("rejoins_total"), 2);
}

#[tokio::test]
async fn a_room_is_full_of_people_not_of_sockets() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let token = world.token(ann).await;
    let _first = world.join(&token, "lobby").await;
    let admitted = world.knock(Some(token), "lobby").await.expect("let in");
    let mut second = crate::client::Client::run(admitted).await;
    assert_eq!(second.greeted().await["online"], 1);
    let mut bob = world.newcomer("bob", "lobby").await;
    bob.send(json!({"type": "ping"})).await;
    assert_eq!(bob.frame().await["type"], "pong");
    assert_eq!(world.metric("sockets"), 3);
    world.tree.stop(Duration::from_secs(20)).await;
    assert_eq!(world.metric("sockets"), 0);
}

#[tokio::test]
async fn whoever_asks_for_many_pages_at_once_gets_them_all() {
    let world = World::with(Settings::unhurried()).await;
    let mut ann = world.newcomer("ann", "lobby").await;
    for _ in 0..64 {
        ann.say(&"a".repeat(4096)).await;
        ann.frame().await;
    }
    // Five megabytes, of which the outbox holds one.
    for rid in 0..20 {
        ann.send(json!({"type": "history", "limit": 200, "rid": rid})).await;
    }
    let mut answered = Vec::new();
    for _ in 0..20 {
        let page = ann.frame().await;
        assert_eq!(page["type"], "history", "{}", page["type"]);
        answered.push(page["rid"].as_u64().expect("a rid"));
    }
    answered.sort_unstable();
    assert!(answered.into_iter().eq(0..20));
}
