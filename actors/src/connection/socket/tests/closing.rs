//! However a socket ends, the client sees whole frames and then the close, or the end of the connection.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use domain::Seq;
use fastrand::Rng;
use wire::CloseReason;

use super::super::{Class, Closed, Pushed, Side};
use super::client::{
    BINARY, CLOSE, LAST, OPEN_TEXT, PING, TEXT, masked, masked_close, receive, server_text,
};
use super::script::{GENTLE, Manners, Script};
use super::task::Task;

fn by_server(reason: CloseReason) -> Closed {
    Closed { by: Side::Server, code: reason.code() }
}

/// A chunk of several frames: `a0 a1 a2 …`.
fn chunk(name: &str, frames: usize) -> Bytes {
    let mut chunk = BytesMut::new();
    for n in 0..frames {
        chunk.extend_from_slice(&server_text(&format!("{name}{n}")));
    }
    chunk.freeze()
}

#[test]
fn a_close_overtakes_what_is_queued_at_a_frame_boundary() {
    for seed in 0..300 {
        let mut rng = Rng::with_seed(seed);
        let manners = Manners { blocks: 3, write: rng.usize(1..12), read: 9, vectored: true };
        let script = Script::new(seed, manners);
        let mut task = Task::new(&script, 0);
        task.outbox.open();
        for name in ["a", "b", "c"] {
            task.outbox.push(chunk(name, 5), Seq::ZERO, Class::Durable);
        }
        task.script.send(masked(PING, b"?"));
        for _ in 0..rng.usize(..30) {
            task.script.stir();
            task.poll_if_woken();
        }
        let begun = receive(&script.written()).expect("whole frames");
        task.outbox.close(CloseReason::SessionEnded);
        assert_eq!(task.outbox.push_ready(chunk("late", 1)), Pushed::Ended);
        script.send(masked(TEXT, b"late"));
        task.settle();
        let received = receive(&script.written()).expect("whole frames");
        let more = received.texts.len() - begun.texts.len();
        assert!(more <= usize::from(begun.rest > 0), "seed {seed}");
        assert_eq!(received.close, Some((4503, "session ended".into())), "seed {seed}");
        assert_eq!(received.rest, 0);
        assert!(script.is_shut() && script.is_all_read());
        assert_eq!(task.heard.0.lock().len(), 0, "nothing is heard after a close");
        assert_eq!(task.closed, None, "the client has a second to go");
        script.end();
        task.settle();
        assert_eq!(task.closed, Some(by_server(CloseReason::SessionEnded)));
    }
}

#[test]
fn a_client_that_takes_nothing_is_cut_off_after_a_second() {
    let script = Script::new(0, Manners { write: 3, ..GENTLE });
    let mut task = Task::new(&script, 1000);
    task.outbox.open();
    task.outbox.push(chunk("a", 3), Seq::ZERO, Class::Durable);
    task.poll_if_woken();
    script.stick(true);
    while task.outbox.push(chunk("b", 9), Seq::ZERO, Class::Durable) != Pushed::Ended {
        task.settle();
    }
    task.settle();
    task.pass(Duration::from_millis(999));
    assert_eq!(task.closed, None);
    task.pass(Duration::from_millis(2));
    assert_eq!(task.closed, Some(by_server(CloseReason::Slow)));
    assert_eq!(task.outbox.is_closing(), Some(CloseReason::Slow));
}

#[test]
fn a_slow_client_that_reads_in_time_sees_why() {
    let script = Script::new(0, Manners { write: 5, ..GENTLE });
    let mut task = Task::new(&script, 1000);
    task.outbox.open();
    script.stick(true);
    while task.outbox.push(chunk("a", 9), Seq::ZERO, Class::Durable) != Pushed::Ended {
        task.settle();
    }
    task.settle();
    script.stick(false);
    task.settle();
    let received = receive(&script.written()).unwrap();
    assert_eq!(received.close, Some((3008, "slow".into())));
}

#[test]
fn a_finish_flushes_what_is_queued_first() {
    let script = Script::new(0, Manners { write: 7, blocks: 2, ..GENTLE });
    let mut task = Task::new(&script, 0);
    task.outbox.push_ready(chunk("answer", 3));
    task.outbox.push(chunk("held", 1), Seq::new(1), Class::Durable);
    task.outbox.finish(CloseReason::Shutdown);
    // A client that sends nothing more is still told: its end of input is no reason to leave it without its answers.
    script.send(masked(TEXT, b"late"));
    script.end();
    task.settle();
    let received = receive(&script.written()).unwrap();
    assert_eq!(received.texts, ["answer0", "answer1", "answer2"]);
    assert_eq!(received.close, Some((3001, "shutdown".into())));
    assert_eq!(task.closed, Some(by_server(CloseReason::Shutdown)));
    assert!(task.heard.0.lock().is_empty());
}

#[test]
fn a_clients_close_is_answered_and_its_last_words_heard() {
    for (frame, code) in [
        (masked_close(1000), 1000),
        (masked_close(4321), 4321),
        (masked(CLOSE, b""), Closed::NO_CODE),
    ] {
        let script = Script::new(0, Manners { write: 4, blocks: 3, ..GENTLE });
        let mut task = Task::new(&script, 0);
        task.outbox.open();
        task.outbox.push(chunk("a", 2), Seq::ZERO, Class::Durable);
        script.send([masked(TEXT, b"bye"), frame, masked(TEXT, b"too late")].concat());
        task.settle();
        script.end();
        task.settle();
        assert_eq!(*task.heard.0.lock(), ["bye"]);
        assert_eq!(task.closed, Some(Closed { by: Side::Client, code }));
        assert_eq!(task.outbox.push_ready(chunk("x", 1)), Pushed::Ended);
        assert_eq!(task.outbox.is_closing(), None, "it was not the server");
        if code != Closed::NO_CODE {
            let received = receive(&script.written()).unwrap();
            assert_eq!(received.close.map(|close| close.0), Some(code));
        }
    }
}

#[test]
fn what_breaks_the_protocol_is_closed_with_its_code() {
    let long = vec![b'x'; 100_001];
    let half = vec![b'x'; 60_000];
    let faults: [(&str, Vec<u8>, CloseReason); 9] = [
        ("a long frame", masked(TEXT, &long), CloseReason::FrameTooBig),
        ("only its header", masked(BINARY, &long)[..14].into(), CloseReason::FrameTooBig),
        (
            "a long message",
            [masked(OPEN_TEXT, &half), masked(LAST, &half)].concat(),
            CloseReason::FrameTooBig,
        ),
        ("not UTF-8", masked(TEXT, b"\xff"), CloseReason::NotUtf8),
        ("no mask", server_text("hi").into(), CloseReason::Protocol),
        ("a reserved bit", masked(TEXT | 0x40, b"hi"), CloseReason::Protocol),
        ("an opcode that isn't", masked(0x83, b"hi"), CloseReason::Protocol),
        ("a rest of nothing", masked(LAST, b"hi"), CloseReason::Protocol),
        ("a long ping", masked(PING, &half[..126]), CloseReason::Protocol),
    ];
    for (what, bytes, reason) in faults {
        let script = Script::new(0, GENTLE);
        let mut task = Task::new(&script, 0);
        script.send([masked(TEXT, b"before"), bytes, masked(TEXT, b"after")].concat());
        task.settle();
        let received = receive(&script.written()).unwrap();
        assert_eq!(received.close, Some((reason.code(), reason.reason().into())), "{what}");
        assert_eq!(*task.heard.0.lock(), ["before"], "{what}");
        assert!(script.is_all_read(), "{what}: unread bytes would reset the connection");
        script.end();
        task.settle();
        assert_eq!(task.closed, Some(by_server(reason)), "{what}");
    }
}

#[test]
fn the_listener_may_answer_and_close_in_the_midst_of_hearing() {
    let script = Script::new(0, GENTLE);
    let mut task = Task::new(&script, 0);
    let said = [
        masked(TEXT, b"say yes"),
        masked(BINARY, b"?"),
        masked(TEXT, b"close"),
        masked(TEXT, b"no"),
    ];
    script.send(said[..2].concat());
    task.settle();
    assert_eq!(receive(&script.written()).unwrap().texts, ["yes"]);
    script.send(said[2..].concat());
    task.settle();
    assert_eq!(*task.heard.0.lock(), ["say yes", "binary", "close"]);
    assert_eq!(receive(&script.written()).unwrap().close.map(|close| close.0), Some(3509));
}

#[test]
fn a_client_that_is_gone_is_noticed() {
    let script = Script::new(0, GENTLE);
    let mut task = Task::new(&script, 0);
    script.send(masked(TEXT, b"hi"));
    script.end();
    task.settle();
    assert_eq!(*task.heard.0.lock(), ["hi"]);
    assert_eq!(task.closed, Some(Closed { by: Side::Client, code: Closed::LOST }));
    assert_eq!(task.outbox.push_ready(chunk("x", 1)), Pushed::Ended);
}

#[test]
fn who_is_not_listened_to_any_more_is_still_answered() {
    let script = Script::new(0, GENTLE);
    let mut task = Task::new(&script, 0);
    task.outbox.stop_reading();
    script.send([masked(TEXT, b"hi"), masked(PING, b"?")].concat());
    task.outbox.push_ready(chunk("answer", 1));
    task.settle();
    let received = receive(&script.written()).unwrap();
    assert_eq!(
        (received.texts, received.pongs),
        (vec!["answer0".into()], vec![Bytes::from_static(b"?")])
    );
    assert!(task.heard.0.lock().is_empty());
    script.send(masked_close(1001));
    script.end();
    task.settle();
    assert_eq!(task.closed, Some(Closed { by: Side::Client, code: 1001 }));
}

#[test]
fn a_task_that_is_dropped_leaves_nobody_queueing() {
    let task = Task::new(&Script::new(0, GENTLE), 0);
    let outbox = std::sync::Arc::clone(&task.outbox);
    drop(task);
    assert_eq!(outbox.push_ready(chunk("x", 1)), Pushed::Ended);
}
