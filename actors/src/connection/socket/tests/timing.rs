//! Pings, patience and the end of a term, by a clock that the test moves.

use std::time::Duration;

use wire::CloseReason;

use super::super::{Closed, Side};
use super::client::{PING, TEXT, masked, receive};
use super::script::{GENTLE, Manners, Script};
use super::task::Task;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_silent_client_is_pinged_and_then_closed() {
    let script = Script::new(0, GENTLE);
    let mut task = Task::new(&script, 0);
    task.settle();
    task.pass(24 * SECOND);
    assert_eq!(receive(&script.written()).unwrap().pings, 0);
    task.pass(SECOND);
    assert_eq!(receive(&script.written()).unwrap().pings, 1);
    task.pass(9 * SECOND);
    assert_eq!(receive(&script.written()).unwrap().close, None);
    task.pass(SECOND);
    assert_eq!(receive(&script.written()).unwrap().close, Some((3012, "no pong".into())));
    task.pass(SECOND);
    assert_eq!(task.closed, Some(Closed { by: Side::Server, code: 3012 }));
}

#[test]
fn traffic_of_any_kind_is_a_sign_of_life() {
    let script = Script::new(0, GENTLE);
    let mut task = Task::new(&script, 0);
    task.settle();
    for frame in
        [masked(TEXT, b"hi"), masked(PING, b""), masked(0x8a, b""), masked(TEXT, b"hi")[..3].into()]
    {
        task.pass(34 * SECOND);
        script.send(frame);
        task.settle();
    }
    assert_eq!(receive(&script.written()).unwrap().pings, 4);
    assert_eq!(task.closed, None);
}

#[test]
fn a_ping_waits_for_the_end_of_what_is_being_written() {
    let script = Script::new(0, Manners { write: 3, ..GENTLE });
    let mut task = Task::new(&script, 0);
    task.outbox.push_ready(super::client::server_text(&"x".repeat(1000)));
    task.poll_if_woken();
    script.stick(true);
    task.settle();
    task.pass(25 * SECOND);
    script.stick(false);
    task.settle();
    let received = receive(&script.written()).unwrap();
    assert_eq!((received.texts.len(), received.pings, received.rest), (1, 1, 0));
}

#[test]
fn a_socket_ends_with_its_term() {
    let script = Script::new(0, GENTLE);
    let mut task = Task::expiring(&script, 3 * SECOND);
    task.settle();
    for _ in 0..2 {
        task.pass(SECOND);
        script.send(masked(TEXT, b"hi"));
        task.settle();
    }
    assert_eq!(receive(&script.written()).unwrap().close, None);
    task.pass(SECOND);
    assert_eq!(receive(&script.written()).unwrap().close, Some((3005, "Token expired".into())));
    assert_eq!(task.outbox.is_closing(), Some(CloseReason::TokenExpired));
}

#[test]
fn a_drain_that_a_client_does_not_take_ends_all_the_same() {
    let script = Script::new(0, GENTLE);
    let mut task = Task::new(&script, 0);
    task.settle();
    script.stick(true);
    task.outbox.push_ready(super::client::server_text("answer"));
    task.outbox.finish(CloseReason::Shutdown);
    task.settle();
    task.pass(25 * SECOND);
    task.pass(10 * SECOND);
    assert_eq!(task.closed, None);
    task.pass(SECOND);
    assert_eq!(task.closed, Some(Closed { by: Side::Server, code: 3012 }), "it is as good as gone");
}
