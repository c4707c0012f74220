use std::rc::Rc;
use std::time::Duration;

use tokio::task::LocalSet;

use super::*;
use crate::client::Room;
use crate::peer::{Accepted, PATIENCE, Peer, frame};
use crate::stamp::Stamp;

const HELLO: &str = r#"{"type":"hello","v":1}"#;

/// One member who also speaks, and the server it speaks to.
async fn alone(dialect: Dialect, drive: Drive) -> (Rc<Stage>, Crowd, Accepted) {
    let peer = Peer::listen().await;
    let setup = peer.setup();
    let room = Rc::new(Room::new(setup.room(0).unwrap()));
    let payload = if dialect == Dialect::Bare { 40 } else { 1 };
    let script = Script::new(dialect, payload).unwrap();
    let stage = Stage::new(&setup, script, drive, 1).unwrap();
    let seats = vec![Seat { number: 0, room, speaks: true }];
    let hello = frame(HELLO);
    let behind = if dialect == Dialect::Bare { &[][..] } else { &hello };
    let (crowd, server) = tokio::join!(Crowd::gather(&stage, seats), peer.accept(behind));
    (stage, crowd.unwrap(), server)
}

#[tokio::test]
async fn a_window_is_filled_and_refilled_by_what_comes_back_and_by_nothing_else() {
    LocalSet::new()
        .run_until(async {
            let (stage, crowd, mut server) = alone(Dialect::Bare, Drive::Window(4)).await;
            stage.begin_measuring();
            drive(&stage, &crowd.voices, Duration::ZERO).await.unwrap();
            let mut said = Vec::new();
            for _ in 0..4 {
                said.push(server.text().await);
            }
            server.hears_nothing().await;
            // Somebody else's isn't its own.
            let theirs = said[0].replacen("000000", "000009", 1);
            assert_ne!(theirs, said[0]);
            server.say(&theirs).await;
            server.hears_nothing().await;
            server.say(&said[0]).await;
            said.push(server.text().await);
            server.hears_nothing().await;

            stage.hush();
            for text in &said[1..] {
                server.say(text).await;
            }
            assert_eq!(stage.settle(PATIENCE).await, 0);
            server.hears_nothing().await;
            let [_, delivery] = stage.take_latencies();
            assert_eq!(delivery.summary().unwrap().count, 6, "each that came is timed");
            assert_eq!(stage.setup.counts.totals().sent, 5);
        })
        .await;
}

#[tokio::test]
async fn a_server_that_wants_to_hear_nothing_for_a_while_is_left_alone_for_so_long() {
    LocalSet::new()
        .run_until(async {
            let (stage, crowd, mut server) = alone(Dialect::Parlour, Drive::Window(1)).await;
            drive(&stage, &crowd.voices, Duration::ZERO).await.unwrap();
            server.text().await;
            server
                .say(r#"{"type":"error","code":"rate_limited","retry_after":300,"cid":"x"}"#)
                .await;
            let refused = tokio::time::Instant::now();
            server.text().await;
            assert!(refused.elapsed() >= Duration::from_millis(250), "{:?}", refused.elapsed());
            assert_eq!(stage.setup.counts.errors()["rate_limited"], 1);
        })
        .await;
}

#[tokio::test]
async fn at_a_rate_everything_that_is_due_is_said_and_timed_from_when_it_was_due() {
    LocalSet::new()
        .run_until(async {
            let (stage, crowd, mut server) = alone(Dialect::Bare, Drive::Rate(1_000.0)).await;
            stage.begin_measuring();
            drive(&stage, &crowd.voices, Duration::from_millis(100)).await.unwrap();
            // The server was asleep all the while; now it answers everything at once.
            let mut first = None;
            for beat in 0..100 {
                let text = server.text().await;
                let due = Stamp::read(text.as_bytes()).unwrap().due;
                // By the beat, however late each was said.
                assert_eq!(due - *first.get_or_insert(due), beat * 1_000);
                server.say(&text).await;
            }
            assert_eq!(stage.settle(PATIENCE).await, 0);
            let [_, delivery] = stage.take_latencies();
            let delivery = delivery.summary().unwrap();
            assert_eq!(delivery.count, 100);
            assert!(delivery.p50 >= 49.0 && delivery.max >= 99.0, "{delivery:?}");
        })
        .await;
}
