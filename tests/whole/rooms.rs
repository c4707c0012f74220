//! Talking: what `hello` says, in what order messages come, what an ack means, and what a retry does.

use serde_json::{Value, json};

use crate::harness::app::BEGINNING;
use crate::harness::{App, Knock};

fn keys(frame: &Value) -> Vec<&str> {
    frame.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn hello_says_where_one_is_and_what_one_may() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut socket = app.socket("lobby", &ann.access).await;
    let hello = socket.next().await;
    let expected = [
        "type",
        "v",
        "room",
        "user",
        "conn",
        "epoch",
        "seq",
        "recovered",
        "online",
        "ping",
        "expires_in",
        "now",
        "limits",
    ];
    assert_eq!(keys(&hello).len(), expected.len(), "{hello}");
    for key in expected {
        assert!(hello.get(key).is_some(), "no {key} in {hello}");
    }
    assert_eq!(
        (&hello["v"], &hello["seq"], &hello["recovered"]),
        (&json!(1), &json!(0), &json!(false))
    );
    assert_eq!((&hello["online"], &hello["ping"]), (&json!(1), &json!(25)));
    assert_eq!(hello["now"], BEGINNING.millis());
    assert_eq!(hello["limits"], json!({ "message": 4096, "frame": 32768 }));
    // It lives as long as its session, at most a day.
    assert!(hello["expires_in"].as_u64().is_some_and(|left| (86_000..=86_400).contains(&left)));
    assert!(hello["conn"].as_str().is_some_and(|conn| !conn.is_empty()));
    assert!(hello["epoch"].as_str().is_some_and(|epoch| epoch.starts_with('k')));
}

#[tokio::test]
async fn a_message_has_every_field_of_the_contract() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    socket.say("c-1", "hi").await;
    let message = socket.next().await;
    let expected = json!({
        "type": "message", "seq": 1, "id": 1, "cid": "c-1", "user": ann.as_user(),
        "message": "hi", "ts": BEGINNING.millis(),
    });
    assert_eq!(message, expected);
}

#[tokio::test]
async fn the_ack_follows_the_message_and_names_its_cid() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    socket.say("c-1", "hi").await;
    assert_eq!(socket.next().await["type"], "message");
    let ack = json!({ "type": "ack", "cid": "c-1", "id": 1, "seq": 1, "dup": false });
    assert_eq!(socket.next().await, ack);
}

#[tokio::test]
async fn an_rid_comes_back_in_the_ack() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    socket.send(json!({ "type": "message", "message": "hi", "rid": 7 })).await;
    let ack = socket.next_of("ack").await;
    assert_eq!((&ack["rid"], &ack["seq"]), (&json!(7), &json!(1)));
}

#[tokio::test]
async fn the_old_form_gets_no_ack() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    socket.send_text(r#"{"message":"hi"}"#).await;
    let message = socket.next().await;
    assert_eq!((&message["type"], &message["message"]), (&json!("message"), &json!("hi")));
    socket.has_nothing_more().await;
}

#[tokio::test]
async fn a_cid_sent_again_is_answered_alike_and_stored_once() {
    let app = App::start().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let mut socket = ann.enters("lobby").await;
    let mut other = bob.enters("lobby").await;
    socket.say("c-1", "hi").await;
    assert_eq!(socket.next_of("ack").await["dup"], false);
    socket.say("c-1", "hi").await;
    let ack = json!({ "type": "ack", "cid": "c-1", "id": 1, "seq": 1, "dup": true });
    assert_eq!(socket.next().await, ack);

    assert_eq!(other.next_of("message").await["seq"], 1);
    other.has_nothing_more().await;
}

#[tokio::test]
async fn a_cid_belongs_to_one_person_in_one_room() {
    let app = App::start().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let mut sockets =
        [ann.enters("lobby").await, bob.enters("lobby").await, ann.enters("other").await];
    let mut seqs = Vec::new();
    for socket in &mut sockets {
        socket.say("same", "hi").await;
        let ack = socket.next_of("ack").await;
        assert_eq!(ack["dup"], false);
        seqs.push(ack["seq"].as_u64().unwrap());
    }
    assert_eq!(seqs, [1, 2, 1]);
}

#[tokio::test]
async fn everyone_sees_the_same_order_without_a_gap() {
    const EACH: usize = 60;
    let app = App::with(|config| {
        config.sockets.messages_per_second = 0;
        config.sockets.in_flight = 0;
    })
    .await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let mut sockets = [ann.enters("lobby").await, bob.enters("lobby").await];
    for round in 0..EACH {
        for (index, socket) in sockets.iter_mut().enumerate() {
            socket.send(json!({ "message": format!("{index}/{round}") })).await;
        }
    }
    let mut seen = [Vec::new(), Vec::new()];
    for (socket, seen) in sockets.iter_mut().zip(&mut seen) {
        for seq in 1..=2 * EACH {
            let message = socket.next_of("message").await;
            assert_eq!(message["seq"], seq);
            seen.push(message["message"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(seen[0], seen[1]);
    let of_ann = seen[0].iter().filter(|text| text.starts_with("0/"));
    assert!(of_ann.eq((0..EACH).map(|round| format!("0/{round}")).collect::<Vec<_>>().iter()));
}

#[tokio::test]
async fn a_reply_names_what_it_answers() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    socket.say("c-1", "question").await;
    socket.next_of("ack").await;
    let reply = json!({ "type": "message", "message": "answer", "cid": "c-2", "reply_to": 1 });
    socket.send(reply).await;
    assert_eq!(socket.next_of("message").await["reply_to"], 1);
}

#[tokio::test]
async fn a_reply_to_nothing_is_refused_and_its_neighbours_are_not() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    socket.say("c-1", "before").await;
    socket
        .send(json!({ "type": "message", "message": "lost", "cid": "c-2", "reply_to": 99 }))
        .await;
    socket.say("c-3", "after").await;
    let mut seqs = Vec::new();
    let mut refused = Value::Null;
    while seqs.len() < 2 || refused.is_null() {
        let frame = socket.next().await;
        match frame["type"].as_str().unwrap() {
            "ack" => seqs.push(frame["seq"].as_u64().unwrap()),
            "error" => refused = frame,
            _ => {}
        }
    }
    assert_eq!((&refused["code"], &refused["cid"]), (&json!("not_found"), &json!("c-2")));
    assert_eq!(seqs, [1, 2]);
}

#[tokio::test]
async fn what_was_said_is_there_after_a_restart() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    socket.say("c-1", "hi").await;
    socket.next_of("ack").await;
    let app = app.restart().await;
    let mut socket = app.socket("lobby", &ann.access).await;
    assert_eq!(socket.next().await["seq"], 1);
    socket.send(json!({ "type": "history", "rid": 1 })).await;
    let page = socket.next_of("history").await;
    assert_eq!(page["messages"][0]["message"], "hi");
}

#[tokio::test]
async fn the_epoch_stays_while_the_log_does() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let before = app.socket("lobby", &ann.access).await.next().await["epoch"].clone();
    let app = app.restart().await;
    let after = app.socket("lobby", &ann.access).await.next().await["epoch"].clone();
    assert_eq!(before, after);
}

#[tokio::test]
async fn a_room_s_name_must_be_one() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let knock = Knock { token: Some(&ann.access), ..Knock::default() };
    for name in ["a%20b", "caf%C3%A9", "a.b", &"x".repeat(65)] {
        let refusal = app.knock(name, &knock).await.expect_err(name);
        assert_eq!(refusal.status, 404, "{name}");
    }
    assert!(app.knock(&"x".repeat(64), &knock).await.is_ok());
}

#[tokio::test]
async fn a_page_of_another_origin_gets_no_socket() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let port = app.addr.port();
    let own = [format!("http://{}", app.addr), format!("http://localhost:{port}")];
    let knock =
        |origin| Knock { token: Some(&ann.access), origin: Some(origin), ..Knock::default() };
    for foreign in ["http://evil.example", "null", "http://localhost:1", "rubbish"] {
        let refusal = app.knock("lobby", &knock(foreign)).await.expect_err(foreign);
        assert_eq!(refusal.status, 403, "{foreign}");
    }
    for own in &own {
        assert!(app.knock("lobby", &knock(own)).await.is_ok(), "{own}");
    }
}

#[tokio::test]
async fn one_person_has_at_most_eight_sockets_in_a_room() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut sockets = Vec::new();
    for _ in 0..8 {
        sockets.push(ann.enters("lobby").await);
    }
    let mut ninth = app.socket("lobby", &ann.access).await;
    assert_eq!(ninth.closed().await.map(|(code, _)| code), Some(3504));
    // Another room is another matter, and a place that is left is free.
    ann.enters("other").await;
    sockets.pop().unwrap().leave().await;
    crate::harness::until("a free place", async || {
        let mut socket = app.socket("lobby", &ann.access).await;
        (socket.next().await["type"] == "hello").then_some(())
    })
    .await;
}
