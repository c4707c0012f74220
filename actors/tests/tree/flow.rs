//! How much may be under way at once, and for how long.

use std::time::Duration;

use serde_json::json;

use crate::world::{Settings, World, until};

#[tokio::test]
async fn a_socket_has_32_requests_in_flight_at_most() {
    let world = World::with(Settings::unhurried()).await;
    let mut ann = world.newcomer("ann", "lobby").await;
    let turn = world.store.write().await.expect("a turn");
    for n in 0..33 {
        ann.send(json!({"type": "message", "message": "hi", "rid": n})).await;
    }
    let error = ann.frame().await;
    assert_eq!((&error["code"], &error["rid"]), (&json!("rate_limited"), &json!(32)));
    assert_eq!(world.metric("requests_in_flight"), 32);
    ann.send(json!({"type": "ping", "rid": "still"})).await;
    assert_eq!(ann.frame().await, json!({"type": "pong", "rid": "still"}));
    drop(turn);
    let mut acks = 0;
    while acks < 32 {
        acks += usize::from(ann.frame().await["type"] == "ack");
    }
    until("all are answered", async || (world.metric("requests_in_flight") == 0).then_some(()))
        .await;
}

/// Time stands still but for what the test advances: a blocking task keeps the runtime from advancing it by itself.
struct StandStill(std::sync::mpsc::Sender<()>);

impl StandStill {
    fn begin() -> Self {
        let (end, ended) = std::sync::mpsc::channel();
        tokio::task::spawn_blocking(move || ended.recv());
        tokio::time::pause();
        Self(end)
    }

    fn end(self) {
        tokio::time::resume();
        drop(self.0);
    }
}

#[tokio::test]
async fn a_request_unanswered_after_five_seconds_is_unavailable_and_stored_all_the_same() {
    let world = World::new().await;
    let mut ann = world.newcomer("ann", "lobby").await;
    let turn = world.hold_the_log_up(&mut ann).await;

    let still = StandStill::begin();
    tokio::time::advance(Duration::from_millis(5100)).await;
    for _ in 0..2 {
        let error = ann.frame().await;
        assert_eq!(error["code"], "unavailable", "{error}");
    }
    still.end();
    assert_eq!(world.metric("requests_in_flight"), 0);
    drop(turn);
    assert_eq!(ann.hears().await, (1, "first".into()), "it was being committed");
    let mut heard = Vec::new();
    assert_eq!(ann.insist("second", "second", &mut heard).await, 2, "it wasn't");
    assert_eq!(ann.insist("first", "first", &mut heard).await, 1, "and a retry is no second one");
}

#[tokio::test]
async fn a_client_that_does_not_read_is_closed_and_the_others_go_on() {
    let mut settings = Settings::unhurried();
    settings.sockets.outbound_bytes = 64 * 1024;
    let world = World::with(settings).await;
    let mut ann = world.newcomer("ann", "lobby").await;
    let mut bob = world.newcomer("bob", "lobby").await;
    // What the test's pipe holds, and the outbox behind it.
    let text = "x".repeat(4000);
    for n in 0..80 {
        let mut heard = Vec::new();
        ann.insist(&text, &format!("{n}"), &mut heard).await;
    }
    assert_eq!(bob.goodbye().await.code, 3008);
    assert_eq!(ann.insist("on", "on", &mut Vec::new()).await, 81);
}

#[tokio::test]
async fn a_store_that_is_away_is_unavailable_and_nothing_is_left_of_it_when_it_is_back() {
    let mut settings = Settings::unhurried();
    settings.database.busy_timeout = Duration::from_millis(20);
    let world = World::with(settings).await;
    let mut ann = world.newcomer("ann", "lobby").await;
    let mut bob = world.newcomer("bob", "lobby").await;
    // Another process that writes, and doesn't stop.
    let other = world.beside().await;
    let turn = other.write().await.expect("a turn");
    for n in 0..3 {
        ann.send(json!({"type": "message", "message": "hi", "cid": "c", "rid": n})).await;
        let error = ann.frame().await;
        assert_eq!((&error["code"], &error["rid"]), (&json!("unavailable"), &json!(n)), "{error}");
    }
    drop(turn);
    assert_eq!(ann.insist("hi", "c", &mut Vec::new()).await, 1);
    assert_eq!(bob.hears().await, (1, "hi".into()));
    assert_eq!(ann.insist("on", "d", &mut Vec::new()).await, 2);
    assert_eq!(bob.hears().await, (2, "on".into()), "and nothing between");
}
