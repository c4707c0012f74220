//! Paging through what was said.

use serde_json::{Value, json};

use crate::harness::{App, Socket};

/// A room in which `count` messages were said: "1", "2" and so on.
async fn room_of(app: &App, count: usize) -> Socket {
    let ann = app.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    for number in 1..=count {
        socket.say(&format!("c-{number}"), &number.to_string()).await;
        socket.next_of("ack").await;
    }
    socket
}

async fn page(socket: &mut Socket, request: Value) -> (Vec<u64>, bool) {
    let mut frame = json!({ "type": "history", "rid": "page" });
    frame.as_object_mut().unwrap().extend(request.as_object().unwrap().clone());
    socket.send(frame).await;
    let page = socket.next_of("history").await;
    assert_eq!(page["rid"], "page");
    let messages = page["messages"].as_array().unwrap();
    let seqs = messages.iter().map(|message| message["seq"].as_u64().unwrap()).collect();
    (seqs, page["more"].as_bool().unwrap())
}

#[tokio::test]
async fn history_is_paged_from_the_newest_backwards_and_from_any_place_onwards() {
    let app = App::with(|config| config.sockets.messages_per_second = 0).await;
    let mut socket = room_of(&app, 10).await;
    assert_eq!(page(&mut socket, json!({ "limit": 4 })).await, (vec![7, 8, 9, 10], true));
    let before = json!({ "before": 7, "limit": 4 });
    assert_eq!(page(&mut socket, before).await, (vec![3, 4, 5, 6], true));
    let before = json!({ "before": 3, "limit": 4 });
    assert_eq!(page(&mut socket, before).await, (vec![1, 2], false));
    let after = json!({ "after": 2, "limit": 4 });
    assert_eq!(page(&mut socket, after).await, (vec![3, 4, 5, 6], true));
    let after = json!({ "after": 8, "limit": 4 });
    assert_eq!(page(&mut socket, after).await, (vec![9, 10], false));
    assert_eq!(page(&mut socket, json!({ "after": 10 })).await, (vec![], false));
    assert_eq!(page(&mut socket, json!({ "before": 1 })).await, (vec![], false));
}

#[tokio::test]
async fn an_old_message_looks_as_it_did_when_it_was_said() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    socket.say("c-1", "hi").await;
    let said = socket.next_of("message").await;
    socket.send(json!({ "type": "history", "rid": 1 })).await;
    let mut told = socket.next_of("history").await["messages"][0].clone();
    // A message in a page may leave out what every one of them is.
    told["type"] = json!("message");
    assert_eq!(told, said);
}

#[tokio::test]
async fn a_page_is_cut_at_256_kib() {
    let app = App::with(|config| config.sockets.messages_per_second = 0).await;
    let ann = app.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    let long = "x".repeat(4096);
    for number in 0..80 {
        socket.say(&format!("c-{number}"), &long).await;
        socket.next_of("ack").await;
    }
    socket.send(json!({ "type": "history", "limit": 200, "rid": 1 })).await;
    let page = socket.next_of("history").await;
    assert_eq!(page["more"], true);
    assert!(page.to_string().len() <= 256 * 1024, "{}", page.to_string().len());
    let messages = page["messages"].as_array().unwrap();
    assert!(messages.len() > 50, "{}", messages.len());
    assert_eq!(messages.last().unwrap()["seq"], 80);
}

#[tokio::test]
async fn a_page_that_can_not_be_is_refused_with_the_field() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    for (request, field) in [
        (json!({ "type": "history", "limit": 0 }), "limit"),
        (json!({ "type": "history", "before": "x" }), "before"),
        (json!({ "type": "history", "after": -1 }), "after"),
    ] {
        socket.send(request).await;
        let error = socket.next_of("error").await;
        assert_eq!((&error["code"], &error["field"]), (&json!("invalid_field"), &json!(field)));
    }
}
