//! Nobody keeps a worker to themselves.

use bytes::Bytes;
use domain::Seq;

use super::super::Class;
use super::client::{PING, TEXT, masked, receive, server_text};
use super::script::{GENTLE, Script};
use super::task::Task;

#[test]
fn a_flood_is_heard_in_shares() {
    let script = Script::new(0, GENTLE);
    let mut task = Task::new(&script, 0);
    let flood = masked(TEXT, b"hello").repeat(50_000);
    script.send(&flood);
    assert!(task.poll_if_woken());
    let heard = task.heard.0.lock().len();
    assert!((1..10_000).contains(&heard), "{heard} of 50,000 in one poll");
    task.outbox.push_ready(server_text("meanwhile"));
    assert!(task.poll_if_woken(), "it has woken itself to go on");
    assert_eq!(receive(&script.written()).unwrap().texts, ["meanwhile"]);
    task.settle();
    assert_eq!(task.heard.0.lock().len(), 50_000);
}

#[test]
fn a_backlog_is_written_in_shares() {
    let script = Script::new(0, GENTLE);
    let mut task = Task::new(&script, 0);
    task.outbox.open();
    let frame = server_text(&"x".repeat(60_000));
    let chunk = Bytes::from(frame.repeat(3));
    for _ in 0..100 {
        task.outbox.push(chunk.clone(), Seq::ZERO, Class::Durable);
    }
    task.script.send(masked(PING, b"?"));
    assert!(task.poll_if_woken());
    let written = receive(&script.written()).unwrap();
    assert!((1..100).contains(&written.texts.len()), "{} of 300 in one poll", written.texts.len());
    assert_eq!(written.pongs.len(), 1, "a ping doesn't wait for all of it");
    task.settle();
    assert_eq!(receive(&script.written()).unwrap().texts.len(), 300);
}
