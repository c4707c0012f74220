//! An ack means stored: a process killed at any instant loses nothing that it acknowledged.

use std::collections::BTreeMap;

use serde_json::json;
use tokio::task::JoinSet;

use crate::harness::{Person, Program, Talker};

/// Sends as fast as it is let until the server dies, and gives what was acknowledged and what was seen: seq by cid.
async fn talk_until_it_dies(
    person: Person,
    name: usize,
) -> (BTreeMap<String, u64>, BTreeMap<String, u64>) {
    const WINDOW: usize = 16;
    let mut socket = person.enters("lobby").await;
    let (mut acknowledged, mut seen) = (BTreeMap::new(), BTreeMap::new());
    let mut sent = 0;
    loop {
        while sent < acknowledged.len() + WINDOW {
            let cid = format!("{name}/{sent}");
            let frame = json!({ "type": "message", "message": cid, "cid": cid });
            socket.send_unless_closed(frame).await;
            sent += 1;
        }
        let Some(frame) = socket.next_or_close().await else { return (acknowledged, seen) };
        let note = |frame: &serde_json::Value| {
            let cid = frame["cid"].as_str().unwrap().to_owned();
            (cid, frame["seq"].as_u64().unwrap())
        };
        match frame["type"].as_str().unwrap() {
            "ack" => acknowledged.extend([note(&frame)]),
            "message" => seen.extend([note(&frame)]),
            other => panic!("{other}: {frame}"),
        }
    }
}

#[tokio::test]
async fn a_killed_process_loses_nothing_that_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let fast = [("PARLOUR__SOCKETS__MESSAGES_PER_SECOND", "0")];
    let mut program = Program::start(folder.path(), &fast).await;
    let people = [program.person("ann").await, program.person("bob").await];

    let (mut acknowledged, mut seen) = (BTreeMap::new(), BTreeMap::new());
    for round in 0..3 {
        let mut talks = JoinSet::new();
        for (index, person) in people.iter().enumerate() {
            talks.spawn(talk_until_it_dies(person.at(&program), round * 10 + index));
        }
        // Somebody has something in flight when it strikes.
        program.until_stored(200).await;
        program.kill().await;
        for (acks, messages) in talks.join_all().await {
            acknowledged.extend(acks);
            seen.extend(messages);
        }
        program = Program::start(folder.path(), &fast).await;
    }
    assert!(acknowledged.len() > 300, "{}", acknowledged.len());

    let log = Talker::new(people[0].at(&program), "lobby").await.log().await;
    let seqs = log.iter().map(|message| message["seq"].as_u64().unwrap());
    assert!(seqs.eq(1..=log.len() as u64), "a hole or a repeat");
    let stored = log
        .iter()
        .map(|message| {
            let cid = message["cid"].as_str().unwrap().to_owned();
            (cid, message["seq"].as_u64().unwrap())
        })
        .collect::<BTreeMap<_, _>>();
    assert_eq!(stored.len(), log.len(), "a cid that is there twice");
    for (cid, seq) in acknowledged.iter().chain(&seen) {
        assert_eq!(stored.get(cid), Some(seq), "{cid} was shown, and is gone or elsewhere");
    }
}

#[tokio::test]
async fn an_account_that_was_answered_for_is_there_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]).await;
    let ann = program.person("ann").await;
    program.register("bob").await.expect(201);
    assert_eq!(ann.signs_in_again().await.logs_out().await.status, 205);
    program.kill().await;

    let program = Program::start(folder.path(), &[]).await;
    program.get("/api/users/me/").bearer(&ann.access).send().await.expect(200);
    // The letter was queued with the account: it is sent even if nobody had got to it.
    program.mailbox().letter_to("bob@example.org").await;
}
