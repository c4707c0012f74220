//! Those who don't read, and those who don't answer, hurt only themselves.

use crate::harness::App;
use crate::harness::raw::{FIN, Raw, opcode};

#[tokio::test]
async fn a_socket_that_does_not_read_is_closed_and_the_room_goes_on() {
    let app = App::with(|config| {
        config.sockets.messages_per_second = 0;
        config.sockets.outbound_bytes = 64 * 1024;
    })
    .await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let mut talker = ann.enters("lobby").await;
    let path = format!("/ws/chat/lobby/?token={}", bob.access);
    let sleeper = Raw::upgraded(app.addr, &path).await;
    let long = "x".repeat(4096);
    let mut number = 0_u64;
    // Its queue and the kernel's buffers fill at their own pace; the others are answered all the while.
    while app.metric("parlour_sockets_closed_total", r#"code="3008""#).await == 0 {
        for _ in 0..50 {
            number += 1;
            talker.say(&format!("c-{number}"), &long).await;
            assert_eq!(talker.next_of("ack").await["seq"], number);
        }
    }
    let mut sleeper = sleeper;
    // What it reads at last ends: with the close, or in a cut.
    sleeper.rest().await;
    talker.has_nothing_more().await;
}

#[tokio::test]
async fn a_socket_that_answers_no_ping_is_closed_and_one_that_does_stays() {
    let app = App::start().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let path = format!("/ws/chat/lobby/?token={}", ann.access);
    let mut mute = Raw::upgraded(app.addr, &path).await;
    let mut awake = bob.enters("lobby").await;
    assert_eq!(mute.frame().await.unwrap().0, FIN | opcode::TEXT); // hello
    // After 25 s of silence; the one answers, by its library, and the other doesn't.
    assert_eq!(mute.frame().await.unwrap().0, FIN | opcode::PING);
    awake.is_pinged().await;
    // 10 s later.
    assert_eq!(mute.close_code().await, Some(3012));
    awake.has_nothing_more().await;
}
