//! What a socket takes, and what it gives back.

use bytes::Bytes;
use domain::Seq;

use super::super::{Class, Inbound, Io, Stream};
use super::client::{LAST, OPEN_TEXT, PING, TEXT, masked, receive, server_text};
use super::script::{GENTLE, Manners, Script};
use super::task::Task;

/// A listener of the size that the real one has at most.
struct Word(#[expect(dead_code, reason = "only its size counts")] usize);

impl Inbound for Word {
    fn text(&mut self, _: &str) {}

    fn binary(&mut self, _: &[u8]) {}
}

#[test]
fn a_sockets_task_is_small() {
    let task = size_of::<Io<Word, Stream>>();
    // Tungstenite's context is 256 of it, tokio's timer 112. There are 10,000 of these: add with care.
    assert!(task <= 688, "{task}");
}

#[test]
fn tungstenite_is_built_anew_after_a_large_frame() {
    let script = Script::new(0, GENTLE);
    let mut task = Task::new(&script, 0);
    let long = vec![b'x'; 50_000];
    script.send(masked(TEXT, &long[..2_000]));
    task.settle();
    assert_eq!(task.renewals(), 0, "small frames leave small buffers");
    script.send(masked(TEXT, &long));
    task.settle();
    assert_eq!(task.renewals(), 1);
    // Not while a message is open, or a frame has only begun.
    script.send(masked(OPEN_TEXT, &long));
    script.send(masked(PING, b"between"));
    task.settle();
    assert_eq!(task.renewals(), 1);
    let rest = masked(LAST, &long[..10]);
    script.send(&rest[..7]);
    task.settle();
    assert_eq!(task.renewals(), 1);
    script.send(&rest[7..]);
    task.settle();
    assert_eq!(task.renewals(), 2);
    let heard: Vec<usize> = task.heard.0.lock().iter().map(String::len).collect();
    assert_eq!(heard, [2_000, 50_000, 50_010], "and nothing is lost by it");
    assert_eq!(receive(&script.written()).unwrap().pongs.len(), 1);
}

#[test]
fn tungstenite_is_not_built_anew_before_it_has_replied() {
    let script = Script::new(0, Manners { write: 1, ..GENTLE });
    let mut task = Task::new(&script, 0);
    task.settle();
    script.stick(true);
    script.send([masked(TEXT, &[b'x'; 3_000]), masked(PING, b"?")].concat());
    task.settle();
    assert_eq!(task.renewals(), 0);
    script.stick(false);
    task.settle();
    assert_eq!(task.renewals(), 1);
    assert_eq!(receive(&script.written()).unwrap().pongs, [Bytes::from_static(b"?")]);
}

#[test]
fn a_client_that_pings_and_does_not_read_costs_little_and_gets_its_last_pong() {
    let script = Script::new(0, GENTLE);
    let mut task = Task::new(&script, 0);
    task.settle();
    script.stick(true);
    for n in 0..10_000_u32 {
        script.send(masked(PING, &n.to_be_bytes().repeat(31)));
        task.settle_once();
    }
    script.stick(false);
    task.settle();
    let pongs = receive(&script.written()).unwrap().pongs;
    assert!(pongs.len() <= 64 * 1024 / 126 + 1, "{}", pongs.len());
    assert_eq!(pongs.last().map(|pong| pong[..4].to_vec()), Some(9_999_u32.to_be_bytes().to_vec()));
    assert_eq!(task.renewals(), 1, "and what it took is given back");
}

#[test]
fn a_socket_at_rest_holds_no_chunks() {
    let script = Script::new(0, Manners { write: 100, ..GENTLE });
    let mut task = Task::new(&script, 0);
    task.outbox.open();
    for round in 0..3 {
        for _ in 0..200 {
            task.outbox.push(server_text("hello there"), Seq::new(round), Class::Durable);
        }
        task.settle();
        assert_eq!(task.outbox.queued_bytes(), 0);
        assert_eq!(task.flight_memory(), 0);
    }
}
