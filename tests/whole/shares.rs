//! How many connections one address may have.

use std::time::Duration;

use actors::connections::Limit;
use parlour::config::Config;

use crate::harness::{App, Raw, until};

/// How many connections there may be, of which an address may have [`SHARE`].
const ALL: u32 = 80;

/// A quarter.
const SHARE: usize = 20;

/// More than there may be.
const CROWD: usize = 100;

/// Who says nothing is never shown the door: what frees a place is the limit alone.
fn patient(config: &mut Config) {
    config.server.max_connections = Limit::Count(ALL);
    config.server.header_timeout = Duration::ZERO;
    config.sockets.max_per_user_and_room = 0;
}

async fn silent(app: &App, last: u8, count: usize) -> Vec<Raw> {
    let mut silent = Vec::with_capacity(count);
    for _ in 0..count {
        silent.push(Raw::connect_from(app.addr, last).await);
    }
    silent
}

async fn refused(app: &App) -> u64 {
    app.metric("parlour_http_connections_refused_total", "").await
}

#[tokio::test]
async fn one_address_cannot_shut_everybody_out() {
    let app = App::with(patient).await;
    let mut crowd = silent(&app, 2, CROWD).await;
    assert_eq!(app.get("/healthz").send().await.status, 200);
    assert_eq!(refused(&app).await, (CROWD - SHARE) as u64);
    for mut one_too_many in crowd.drain(SHARE..) {
        assert_eq!(one_too_many.rest().await, b"");
    }
    // Who hangs up may come again.
    drop(crowd);
    until("a place", async || {
        let mut again = Raw::connect_from(app.addr, 2).await;
        again.send("GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n").await;
        again.head().await.starts_with("HTTP/1.1 200 ").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_socket_is_no_longer_one_of_them() {
    let app = App::with(patient).await;
    let ann = app.person("ann").await;
    let mut sockets = Vec::new();
    for _ in 0..SHARE + 5 {
        sockets.push(ann.enters("lobby").await);
    }
    assert_eq!(refused(&app).await, 0);
}

#[tokio::test]
async fn a_proxy_speaks_for_many() {
    let app = App::with(|config| {
        patient(config);
        config.server.trusted_proxies = vec!["127.0.0.2".parse().unwrap()];
    })
    .await;
    let _many = silent(&app, 2, 2 * SHARE).await;
    assert_eq!(app.get("/healthz").send().await.status, 200);
    assert_eq!(refused(&app).await, 0);
}
