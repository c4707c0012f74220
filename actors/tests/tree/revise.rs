//! What becomes of what was said: edits, deletions, reactions.

use serde_json::{Value, json};

use crate::client::Client;
use crate::world::{NOW, World};

/// Ann and Bob in a room, where Ann has said `hi`.
async fn said() -> (World, Client, Client) {
    let world = World::new().await;
    let mut ann = world.newcomer("ann", "lobby").await;
    let mut bob = world.newcomer("bob", "lobby").await;
    ann.say("hi").await;
    assert_eq!(ann.hears().await, (1, "hi".into()));
    assert_eq!(bob.hears().await, (1, "hi".into()));
    (world, ann, bob)
}

/// The newest messages of the room, as `client` reads them.
async fn history(client: &mut Client) -> Vec<Value> {
    let answer = client.ask(json!({"type": "history"})).await.pop().expect("an answer");
    answer["messages"].as_array().expect("a list").clone()
}

/// The code of the error that answers `request`.
async fn refused(client: &mut Client, request: Value) -> String {
    let answer = client.ask(request).await.pop().expect("an answer");
    assert_eq!(answer["type"], "error", "{answer}");
    answer["code"].as_str().expect("a code").to_owned()
}

#[tokio::test]
async fn an_edit_is_heard_by_all_and_stands_in_history() {
    let (world, mut ann, mut bob) = said().await;
    let edit = json!({"type": "edit", "id": 1, "message": " hello ", "cid": "e1"});
    let frames = ann.ask(edit).await;
    let user = json!({"id": world.person_named("ann").await, "username": "ann"});
    let edited = json!({
        "type": "edited", "seq": 2, "id": 1, "cid": "e1", "user": user, "message": "hello",
        "ts": NOW.millis(),
    });
    let ack = json!({"type": "ack", "cid": "e1", "id": 1, "seq": 2, "dup": false, "rid": "asked"});
    assert_eq!(frames, [edited.clone(), ack]);
    assert_eq!(bob.frame().await, edited);
    let messages = history(&mut bob).await;
    assert_eq!(messages.len(), 1, "an edit is no message: {messages:?}");
    assert_eq!((&messages[0]["message"], &messages[0]["edited"]), (&json!("hello"), &json!(NOW)));
}

#[tokio::test]
async fn a_deletion_leaves_the_place_and_no_text() {
    let (_world, mut ann, mut bob) = said().await;
    ann.ask(json!({"type": "react", "id": 1, "emoji": "👍"})).await;
    assert_eq!(bob.frame().await["type"], "reaction");
    ann.ask(json!({"type": "delete", "id": 1})).await;
    let deleted = bob.frame().await;
    assert_eq!((&deleted["type"], &deleted["id"]), (&json!("deleted"), &json!(1)));
    let messages = history(&mut bob).await;
    assert_eq!((&messages[0]["message"], &messages[0]["deleted"]), (&json!(""), &json!(true)));
    assert_eq!(messages[0]["reactions"], Value::Null);
}

#[tokio::test]
async fn reactions_are_heard_and_counted() {
    let (_world, mut ann, mut bob) = said().await;
    let react = |on| json!({"type": "react", "id": 1, "emoji": "👍", "on": on});
    ann.ask(react(true)).await;
    bob.ask(react(true)).await;
    let tally = async |client: &mut Client| history(client).await[0]["reactions"].clone();
    assert_eq!(tally(&mut ann).await, json!([{"emoji": "👍", "count": 2, "mine": true}]));
    bob.ask(react(false)).await;
    assert_eq!(tally(&mut bob).await, json!([{"emoji": "👍", "count": 1, "mine": false}]));
    assert_eq!(refused(&mut bob, react(false)).await, "conflict");
    let answer = bob.ask(json!({"type": "history"})).await.pop().expect("an answer");
    assert_eq!(answer["as_of"], 4, "a message, two reactions, and one taken back are in it");
}

#[tokio::test]
async fn a_retry_of_an_edit_changes_nothing_again() {
    let (_world, mut ann, _bob) = said().await;
    let edit =
        |text: &str, cid: &str| json!({"type": "edit", "id": 1, "message": text, "cid": cid});
    ann.ask(edit("one", "e1")).await;
    ann.ask(edit("two", "e2")).await;
    let again = ann.ask(edit("one", "e1")).await;
    let ack = json!({"type": "ack", "cid": "e1", "id": 1, "seq": 2, "dup": true, "rid": "asked"});
    assert_eq!(again, [ack]);
    assert_eq!(history(&mut ann).await[0]["message"], "two");
}

#[tokio::test]
async fn nobody_changes_what_another_said_or_what_is_not_there() {
    let (_world, mut ann, mut bob) = said().await;
    let edit = |id: u64| json!({"type": "edit", "id": id, "message": "x"});
    let delete = |id: u64| json!({"type": "delete", "id": id});
    let react = |id: u64| json!({"type": "react", "id": id, "emoji": "+1"});
    assert_eq!(refused(&mut bob, edit(1)).await, "forbidden");
    assert_eq!(refused(&mut bob, delete(1)).await, "forbidden");
    assert_eq!(refused(&mut bob, edit(9)).await, "not_found");
    assert_eq!(refused(&mut bob, react(9)).await, "not_found");
    ann.ask(delete(1)).await;
    assert_eq!(refused(&mut ann, edit(1)).await, "not_found");
    assert_eq!(refused(&mut ann, delete(1)).await, "not_found");
    assert_eq!(refused(&mut ann, react(1)).await, "not_found");
    assert_eq!(refused(&mut ann, react(2)).await, "not_found", "a deletion is no message");
}
