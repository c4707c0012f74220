//! What rooms keep no longer.

use std::time::Duration;

use actors::testing::Which;
use serde_json::json;

use crate::client::Client;
use crate::world::{Settings, World, until};

#[tokio::test]
async fn who_was_away_longer_than_a_room_remembers_begins_anew() {
    let mut settings = Settings::unhurried();
    settings.rooms.retention_age = Duration::from_mins(10);
    let world = World::with(settings).await;
    let ann = world.person("ann").await;
    let token = world.token(ann).await;
    let admitted = world.knock(Some(token.clone()), "lobby").await.expect("let in");
    let mut ann = Client::run(admitted).await;
    let hello = ann.greeted().await;
    let epoch = hello["epoch"].as_str().expect("an epoch").to_owned();
    for text in ["one", "two", "three"] {
        ann.say(text).await;
        ann.hears().await;
    }
    world.clock.advance(Duration::from_mins(8));
    ann.say("four").await;
    ann.hears().await;
    let (_, hello) = world.rejoin(&token, "lobby", 1, &epoch).await;
    assert_eq!(hello["recovered"], true, "all of it is there");

    world.clock.advance(Duration::from_mins(4));
    // Its successor doesn't rest first.
    world.crash(Which::Sweeper).await;
    let swept = || (world.metric("swept_rows_total{what=\"room_events\"}") == 3).then_some(());
    until("the old events are swept", async || swept()).await;

    let (_, hello) = world.rejoin(&token, "lobby", 2, &epoch).await;
    assert_eq!(hello["recovered"], false, "3 is gone, from the room's memory too");
    let (mut back, hello) = world.rejoin(&token, "lobby", 3, &epoch).await;
    assert_eq!(hello["recovered"], true);
    assert_eq!(back.hears().await, (4, "four".into()));
    let history = ann.ask(json!({"type": "history"})).await.pop().expect("an answer");
    let messages = history["messages"].as_array().expect("a list");
    assert_eq!((messages.len(), &history["more"]), (1, &json!(false)));
    ann.say("five").await;
    assert_eq!(ann.hears().await, (5, "five".into()));
}
