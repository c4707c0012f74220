//! How often one address may knock.

use crate::harness::{App, Knock};

/// More than are let through at once, and fewer than one address is let through in the time that this takes.
const KNOCKS: usize = 50;

#[tokio::test]
async fn an_address_that_opens_sockets_too_fast_is_told_to_wait() {
    let app = App::with(|config| {
        config.throttle.upgrades_per_second = 1;
        config.throttle.upgrades_burst = 3;
    })
    .await;
    let ann = app.person("ann").await;
    let knock = Knock { token: Some(&ann.access), ..Knock::default() };
    let mut sockets = Vec::new();
    let refusal = loop {
        assert!(sockets.len() < KNOCKS, "nothing was throttled");
        match app.knock("lobby", &knock).await {
            Ok(socket) => sockets.push(socket),
            Err(refusal) => break refusal,
        }
    };
    assert!(sockets.len() >= 3, "the burst was cut short: {}", sockets.len());
    assert_eq!(refusal.status, 429);
    assert_eq!(refusal.header("retry-after"), "1");
    let detail = refusal.json()["detail"].clone();
    assert_eq!(detail, "Request was throttled. Expected available in 1 second.");
    // Whoever was let in stays.
    assert_eq!(sockets[0].next().await["type"], "hello");
}

#[tokio::test]
async fn nothing_is_throttled_where_throttles_are_off() {
    let app = App::with(|config| {
        config.throttle.enabled = false;
        config.throttle.upgrades_per_second = 1;
        config.throttle.upgrades_burst = 1;
        config.sockets.max_per_user_and_room = 0;
    })
    .await;
    let ann = app.person("ann").await;
    for _ in 0..10 {
        app.socket("lobby", &ann.access).await.leave().await;
    }
}
