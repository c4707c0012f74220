//! Rooms, from the command line.

use std::path::Path;
use std::sync::Arc;

use domain::{Body, Cid, OsEntropy, RoomId, SystemClock};
use serde_json::{Value, json};
use store::{Change, Command, Store, rooms};

use crate::harness::commands::{parlour, parlour_with};
use crate::harness::{Program, Socket};

/// The data folder of a program that runs in `folder`, filled without one: `count` messages of `bytes` bytes in `lobby`.
async fn filled(folder: &Path, count: usize, bytes: usize) {
    let (config, clock, entropy) =
        (store::Config::default(), Arc::new(SystemClock), Arc::new(OsEntropy));
    let data = folder.join("data");
    let store = Store::open(&config, &data, clock, entropy, store::Metrics::default());
    let store = store.await.unwrap();
    let tx = store.write().await.unwrap();
    let name = "lobby".parse().unwrap();
    let (room, _) = rooms::create(&tx, &name, None, domain::Timestamp::default()).await.unwrap();
    tx.commit().await.unwrap();
    let says = |number: usize| says(room.id, &format!("{number}"), &"x".repeat(bytes));
    let commands: Vec<_> = (0..count).map(says).collect();
    for batch in commands.chunks(500) {
        for answer in store.commit(batch).await {
            answer.unwrap();
        }
    }
    store.close().await;
}

fn says(room: RoomId, cid: &str, text: &str) -> Command {
    let change = Change::Message { body: Body::parse(text, 0).unwrap(), reply_to: None };
    let cid = Some(Cid::parse(cid).unwrap());
    Command { room, author: domain::UserId::new(7), cid, change, trace: None }
}

/// Sends `frame` and gives the event that everybody is told of it.
async fn does(socket: &mut Socket, frame: Value, event: &str) -> Value {
    socket.send(frame).await;
    socket.next_of(event).await
}

#[tokio::test]
async fn an_export_tells_what_the_sockets_told_as_it_reads_now() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]).await;
    let ann = program.person("ann").await;
    let socket = &mut ann.enters("lobby").await;
    let said = |cid: &str, text: &str| json!({ "type": "message", "cid": cid, "message": text });
    let mut one = does(socket, said("a", "one"), "message").await;
    let mut two = does(socket, said("b", "two\nlines"), "message").await;
    let edit = json!({ "type": "edit", "id": 1, "message": "uno", "cid": "c" });
    let edited = does(socket, edit, "edited").await;
    let react = json!({ "type": "react", "id": 1, "emoji": "👍", "on": true });
    let reaction = does(socket, react, "reaction").await;
    let answer = json!({ "type": "message", "message": "three", "reply_to": 1 });
    let three = does(socket, answer, "message").await;
    let deleted = does(socket, json!({ "type": "delete", "id": 2 }), "deleted").await;
    one["message"] = "uno".into();
    one["edited"] = edited["ts"].clone();
    two["message"] = "".into();
    two["deleted"] = true.into();

    let lines = parlour(folder.path(), "room export lobby --json").await.json();
    let (head, events) = lines.split_first().unwrap();
    let epoch = head["epoch"].clone();
    assert_eq!(*head, json!({ "room": "lobby", "epoch": epoch, "floor": 0, "head": 6 }));
    let told = [one, two, edited, reaction, three, deleted];
    assert_eq!(events, told);
    let hello = program.socket("lobby", &ann.access).await.next().await;
    assert_eq!(hello["epoch"], epoch);

    program.kill().await;
    let again = parlour(folder.path(), "room export lobby --json").await.json();
    assert_eq!(again, lines, "the same without a server");
    let table = parlour(folder.path(), "room export lobby").await.ok();
    let what: Vec<&str> =
        table.lines().map(|line| &line[line.find("ann").unwrap_or(0)..]).collect();
    let shown = [
        "ann  uno (edited)",
        "ann  (deleted)",
        "ann  [edits 1] uno",
        "ann  [reacts to 1] 👍",
        "ann  [to 1] three",
        "ann  [deletes 2]",
    ];
    assert!(what[0].starts_with("SEQ "), "{table}");
    assert_eq!(what[1..], shown);
}

#[tokio::test]
async fn a_log_of_any_length_is_exported_whole() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), 1200, 1000).await;
    let lines = parlour(folder.path(), "room export lobby --json").await.json();
    assert_eq!(lines[0]["head"], 1200);
    let seqs: Vec<_> = lines[1..].iter().map(|line| line["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=1200).collect::<Vec<_>>());
    assert_eq!(lines[1200]["cid"], "1199");
    assert_eq!(lines[1]["user"], Value::Null, "nobody of that number is there");
    let table = parlour(folder.path(), "room export lobby").await.ok();
    assert_eq!(table.lines().filter(|line| line.starts_with("SEQ ")).count(), 1);
    assert_eq!(table.lines().count(), 1201);
}

#[tokio::test]
async fn an_empty_room_is_exported_and_a_missing_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), 0, 0).await;
    let lines = parlour(folder.path(), "room export lobby --json").await.json();
    assert_eq!(lines.len(), 1);
    assert_eq!((&lines[0]["floor"], &lines[0]["head"]), (&json!(0), &json!(0)));
    assert_eq!(parlour(folder.path(), "room export lobby").await.ok(), "");
    for command in ["export", "retention"] {
        let said = parlour(folder.path(), &format!("room {command} den")).await.failed(1);
        assert_eq!(said, "parlour: there is no room `den`\n");
        parlour(folder.path(), &format!("room {command} a/b")).await.failed(2);
    }
}

#[tokio::test]
async fn a_room_is_told_how_long_to_keep_its_events() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), 3, 1).await;
    let retention = async |flags: &str| {
        let command = format!("room retention lobby {flags}");
        let settings = [("PARLOUR__ROOMS__RETENTION_AGE", "7days")];
        parlour_with(folder.path(), &settings, &command, "").await
    };
    for (flags, holds) in [
        ("", "up to 7days old (by default), any number of them (by default)"),
        ("--age 30d", "up to 30days old (its own), any number of them (by default)"),
        ("--count 100", "up to 30days old (its own), at most 100 of them (its own)"),
        ("", "up to 30days old (its own), at most 100 of them (its own)"),
        ("--forever", "of any age (its own), at most 100 of them (its own)"),
        ("--age 12h --count 0", "up to 12h old (its own), any number of them (its own)"),
        ("--default", "up to 7days old (by default), any number of them (by default)"),
        ("", "up to 7days old (by default), any number of them (by default)"),
    ] {
        let said = retention(flags).await.ok();
        assert_eq!(said, format!("lobby keeps events {holds}\n"), "{flags}");
    }
    for wrong in ["--age 0s", "--age x", "--age 1d --forever", "--default --count 1", "--count -1"]
    {
        retention(wrong).await.failed(2);
    }
}

#[tokio::test]
async fn a_server_removes_what_a_room_no_longer_keeps() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), 700, 10).await;
    parlour(folder.path(), "room retention lobby --count 50").await.ok();
    let program = Program::start(folder.path(), &[]).await;
    let export = async || parlour(folder.path(), "room export lobby --json").await.json();
    let lines = crate::harness::until("what is over is gone", async || {
        Some(export().await).filter(|lines| lines[0]["floor"] == 650)
    })
    .await;
    assert_eq!((lines.len(), &lines[1]["seq"]), (51, &json!(651)));
    let ann = program.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    socket.say("new", "hi").await;
    assert_eq!(socket.next_of("message").await["seq"], 701);
}
