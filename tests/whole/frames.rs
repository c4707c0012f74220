//! What a client should not send, and what becomes of it.

use serde_json::{Value, json};

use crate::harness::raw::{FIN, Raw, masked_frame, opcode};
use crate::harness::{App, Person};

#[tokio::test]
async fn what_is_no_command_gets_an_answer_that_says_why() {
    let app = App::with(|config| config.sockets.messages_per_second = 0).await;
    let ann = app.person("ann").await;
    let long = json!({ "message": "x".repeat(4097) }).to_string();
    for (text, code, field) in [
        ("", "invalid_json", Value::Null),
        ("{", "invalid_json", Value::Null),
        ("nonsense", "invalid_json", Value::Null),
        ("[]", "invalid_json", Value::Null),
        ("7", "invalid_json", Value::Null),
        (r#"{"type":"message","type":"message""#, "invalid_json", Value::Null),
        (r#"{"type":"dance"}"#, "unknown_type", Value::Null),
        ("{}", "invalid_field", json!("type")),
        (r#"{"type":"message"}"#, "invalid_field", json!("message")),
        (r#"{"message":7}"#, "invalid_field", json!("message")),
        (r#"{"message":"  "}"#, "invalid_field", json!("message")),
        (r#"{"message":"a\u0000b"}"#, "invalid_field", json!("message")),
        (&long, "too_long", json!("message")),
    ] {
        // Each on a socket of its own: ten errors in ten seconds end one.
        let mut socket = ann.enters("lobby").await;
        socket.send_text(text).await;
        let error = socket.next().await;
        assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!(code)), "{text}");
        if !field.is_null() {
            assert_eq!(error["field"], field, "{text}");
        }
        assert!(error["error"].as_str().is_some_and(|words| !words.is_empty()), "{error}");
        socket.has_nothing_more().await;
        socket.leave().await;
    }
}

#[tokio::test]
async fn an_error_names_the_request_it_answers() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    socket.send(json!({ "type": "message", "message": "", "cid": "c-9", "rid": "r-9" })).await;
    let error = socket.next().await;
    assert_eq!((&error["cid"], &error["rid"]), (&json!("c-9"), &json!("r-9")));
}

#[tokio::test]
async fn a_binary_frame_gets_an_answer_and_the_socket_goes_on() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    socket.send_binary(br#"{"message":"hi"}"#.to_vec()).await;
    assert_eq!(socket.next().await["code"], "binary_unsupported");
    socket.has_nothing_more().await;
}

#[tokio::test]
async fn a_frame_of_a_mebibyte_is_refused_before_it_is_read() {
    let app = App::start().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let mut other = bob.enters("lobby").await;
    for kind in [opcode::TEXT, opcode::BINARY] {
        let mut raw = upgraded(&app, &ann).await;
        raw.send(masked_frame(FIN | kind, &vec![b'x'; 1 << 20])).await;
        assert_eq!(raw.close_code().await, Some(1009));
    }
    other.has_nothing_more().await;
}

#[tokio::test]
async fn a_message_in_pieces_is_held_to_the_same_limit() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut raw = upgraded(&app, &ann).await;
    raw.send(masked_frame(opcode::TEXT, &vec![b'x'; 30_000])).await;
    raw.send(masked_frame(FIN | opcode::CONTINUATION, &vec![b'x'; 30_000])).await;
    assert_eq!(raw.close_code().await, Some(1009));
}

#[tokio::test]
async fn a_message_in_pieces_with_a_ping_between_them_is_one_message() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut raw = upgraded(&app, &ann).await;
    raw.frame().await; // hello
    raw.send(masked_frame(opcode::TEXT, br#"{"message":"#)).await;
    raw.send(masked_frame(FIN | opcode::PING, b"between")).await;
    raw.send(masked_frame(FIN | opcode::CONTINUATION, br#""whole"}"#)).await;
    assert_eq!(raw.frame().await, Some((FIN | opcode::PONG, b"between".to_vec())));
    let (_, message) = raw.frame().await.unwrap();
    let message: Value = serde_json::from_slice(&message).unwrap();
    assert_eq!(message["message"], "whole");
}

#[tokio::test]
async fn frames_against_the_protocol_close_the_socket_with_its_code() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let unmasked = vec![FIN | opcode::TEXT, 2, b'{', b'}'];
    let reserved = masked_frame(0xC0 | opcode::TEXT, b"{}");
    let unknown = masked_frame(FIN | 0x3, b"");
    let stray = masked_frame(FIN | opcode::CONTINUATION, b"x");
    let long_ping = masked_frame(FIN | opcode::PING, &[0; 126]);
    let cut_ping = masked_frame(opcode::PING, b"x");
    let short_close = masked_frame(FIN | opcode::CLOSE, &[3]);
    let no_text = masked_frame(FIN | opcode::TEXT, &[0xFF, 0xFE]);
    for (bytes, code, what) in [
        (unmasked, 1002, "unmasked"),
        (reserved, 1002, "a reserved bit"),
        (unknown, 1002, "an unknown kind"),
        (stray, 1002, "a stray continuation"),
        (long_ping, 1002, "a long ping"),
        (cut_ping, 1002, "a ping in pieces"),
        (short_close, 1002, "a close of one byte"),
        (no_text, 1007, "no UTF-8"),
    ] {
        let mut raw = upgraded(&app, &ann).await;
        raw.send(bytes).await;
        assert_eq!(raw.close_code().await, Some(code), "{what}");
    }
    // The server lives, and so do its rooms.
    ann.enters("lobby").await.has_nothing_more().await;
}

#[tokio::test]
async fn ten_errors_in_ten_seconds_end_a_socket() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    for _ in 0..10 {
        socket.send_text("nonsense").await;
    }
    assert_eq!(socket.closed().await.map(|(code, _)| code), Some(3509));
}

#[tokio::test]
async fn who_talks_too_fast_is_told_when_to_go_on() {
    let app = App::with(|config| {
        config.sockets.messages_per_second = 1;
        config.sockets.burst = 2;
    })
    .await;
    let ann = app.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    for number in 0..3 {
        socket.say(&format!("c-{number}"), "hi").await;
    }
    let error = socket.next_of("error").await;
    assert_eq!((&error["code"], &error["cid"]), (&json!("rate_limited"), &json!("c-2")));
    assert!(error["retry_after"].as_u64().is_some_and(|wait| wait > 0 && wait <= 1000), "{error}");
}

#[tokio::test]
async fn pings_are_counted_apart_from_what_is_said() {
    let app = App::with(|config| {
        config.sockets.messages_per_second = 1;
        config.sockets.burst = 2;
    })
    .await;
    let ann = app.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    for number in 0..2 {
        socket.say(&format!("c-{number}"), "hi").await;
        socket.next_of("ack").await;
    }
    // All that may be said at once was said, and a ping is still answered; but not every one of many.
    for rid in 0..3 {
        socket.send(json!({ "type": "ping", "rid": rid })).await;
    }
    assert_eq!(socket.next().await, json!({ "type": "pong", "rid": 0 }));
    assert_eq!(socket.next().await, json!({ "type": "pong", "rid": 1 }));
    let error = socket.next_of("error").await;
    assert_eq!((&error["code"], &error["rid"]), (&json!("rate_limited"), &json!(2)));
}

#[tokio::test]
async fn a_peer_that_sends_and_reads_one_byte_at_a_time_is_served_like_any_other() {
    let app = App::start().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let mut fast = bob.enters("lobby").await;
    let mut slow = Raw::connect(app.addr).await;
    let path = format!("/ws/chat/lobby/?token={}", ann.access);
    for byte in crate::harness::raw::upgrade_request(app.addr, &path).bytes() {
        slow.send([byte]).await;
    }
    assert!(slow.head().await.starts_with("HTTP/1.1 101 "));
    assert_eq!(slow.frame().await.unwrap().0, FIN | opcode::TEXT); // hello
    for number in 0..20_u8 {
        fast.say(&format!("c-{number}"), "quick").await;
        for byte in masked_frame(FIN | opcode::PING, &[number]) {
            slow.send([byte]).await;
        }
        assert_eq!(fast.next_of("ack").await["seq"], u64::from(number) + 1);
    }
    let (mut pongs, mut messages) = (Vec::new(), Vec::new());
    while pongs.last() != Some(&19) || messages.len() < 20 {
        let (first, payload) = slow.frame().await.unwrap();
        if first == FIN | opcode::PONG {
            pongs.extend(payload);
        } else {
            let message: Value = serde_json::from_slice(&payload).unwrap();
            messages.push(message["seq"].as_u64().unwrap());
        }
    }
    assert_eq!(messages, (1..=20).collect::<Vec<_>>());
    // A pong may answer several pings at once (RFC 6455, 5.5.3), but none out of turn.
    assert!(pongs.is_sorted(), "{pongs:?}");
}

async fn upgraded(app: &App, person: &Person) -> Raw {
    Raw::upgraded(app.addr, &format!("/ws/chat/lobby/?token={}", person.access)).await
}
