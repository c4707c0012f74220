//! Two writers, one stream: nothing is cut into, lost or forgotten.

use bytes::{Bytes, BytesMut};
use domain::Seq;
use fastrand::Rng;

use super::super::Class;
use super::client::{self, LAST, OPEN_TEXT, PING, Received, TEXT, masked, receive, server_text};
use super::script::{GENTLE, Manners, Script};
use super::task::Task;

/// Everything that was done to a socket.
#[derive(Default)]
struct Said {
    /// By the room, in order.
    frames: Vec<String>,
    /// By the client, in order.
    texts: Vec<String>,
    pings: Vec<Bytes>,
}

/// How many lives a socket is given.
const LIVES: u64 = 400;
const WILD: Manners = Manners { blocks: 4, write: 9, read: 7, vectored: true };

fn manners(rng: &mut Rng) -> Manners {
    Manners {
        blocks: rng.u8(0..6),
        write: *rng.choice(&[1, 3, 50, 5_000, 100_000]).unwrap(),
        read: *rng.choice(&[1, 5, 64, 1_000, 100_000]).unwrap(),
        vectored: rng.bool(),
    }
}

/// One of `lengths`, but none that would take for ever at `pace` bytes a call.
fn length(rng: &mut Rng, pace: usize, lengths: &[usize]) -> usize {
    let fits = lengths.iter().take_while(|length| **length <= pace.saturating_mul(40)).count();
    lengths[rng.usize(..fits)]
}

/// One chunk of the room's: a few frames of any size, as one piece.
fn speak(task: &Task, rng: &mut Rng, said: &mut Said) {
    let mut chunk = BytesMut::new();
    for _ in 0..rng.usize(1..4) {
        let length =
            length(rng, task.script.manners().write, &[0, 10, 123, 124, 300, 9_000, 66_000]);
        let text = format!("{}{}", said.frames.len(), "x".repeat(length));
        chunk.extend_from_slice(&server_text(&text));
        said.frames.push(text);
    }
    task.outbox.push(chunk.freeze(), Seq::new(said.frames.len() as u64), Class::Durable);
}

/// One message or ping of the client's.
fn hear(task: &Task, rng: &mut Rng, said: &mut Said) {
    if rng.bool() {
        let payload = Bytes::from(vec![b'p'; rng.usize(..126)]);
        task.script.send(masked(PING, &payload));
        said.pings.push(payload);
        return;
    }
    let length = length(rng, task.script.manners().read, &[0, 5, 125, 130, 2_100, 70_000]);
    let text = format!("{}{}", said.texts.len(), "y".repeat(length));
    if rng.bool() {
        task.script.send(masked(TEXT, text.as_bytes()));
    } else {
        let (first, rest) = text.as_bytes().split_at(rng.usize(..=text.len()));
        task.script.send(masked(OPEN_TEXT, first));
        task.script.send(masked(PING, b"between"));
        said.pings.push(Bytes::from_static(b"between"));
        task.script.send(masked(LAST, rest));
    }
    said.texts.push(text);
}

/// A life of a socket in which anything may happen, then peace until all is through.
fn live(seed: u64, mut task: Task) -> (Task, Said) {
    let mut rng = Rng::with_seed(seed);
    let mut said = Said::default();
    task.outbox.open();
    for _ in 0..rng.usize(1..120) {
        match rng.u8(..12) {
            0..2 => speak(&task, &mut rng, &mut said),
            2..5 => hear(&task, &mut rng, &mut said),
            5..9 => drop(task.poll_if_woken()),
            9 => task.poll_as_another(),
            10 => task.script.stir(),
            _ => task.script.stick(rng.bool()),
        }
    }
    task.script.stick(false);
    task.settle();
    (task, said)
}

fn check(task: &Task, said: &Said) -> Result<(), client::Corrupt> {
    let Received { texts, pongs, close, rest, .. } = receive(&task.script.written())?;
    if (rest, &close) != (0, &None) || task.closed.is_some() {
        return Err(format!("{rest} bytes of a frame, {close:?}, {:?}", task.closed));
    }
    if texts != said.frames {
        return Err(format!("{} of {} frames", texts.len(), said.frames.len()));
    }
    if *task.heard.0.lock() != said.texts {
        return Err("the client was not heard right".into());
    }
    // A client that pings faster than it reads gets the latest pong: the others may be left out, never reordered.
    let mut pings = said.pings.iter();
    if !pongs.iter().all(|pong| pings.any(|ping| ping == pong)) || pongs.last() != said.pings.last()
    {
        return Err(format!("{} pongs to {} pings", pongs.len(), said.pings.len()));
    }
    if task.outbox.queued_bytes() > 0 || !task.script.is_all_read() || !task.script.is_flushed() {
        return Err("something was forgotten".into());
    }
    Ok(())
}

#[test]
fn frames_arrive_whole_and_in_order_whatever_the_stream_does() {
    for seed in 0..LIVES {
        let manners = manners(&mut Rng::with_seed(seed ^ 0xabcd));
        let (task, said) = live(seed, Task::new(&Script::new(seed, manners), 0));
        assert_eq!(check(&task, &said), Ok(()), "seed {seed}, {manners:?}");
    }
}

/// The negative control: the same lives without the cursor. If they passed too, the test above would prove nothing.
#[test]
fn without_the_cursor_the_same_lives_are_corrupt() {
    let corrupt = (0..60).filter(|&seed| {
        let script = Script::new(seed, WILD);
        let (task, said) = live(seed, Task::without_cursor(&script));
        check(&task, &said).is_err()
    });
    let corrupt = corrupt.count();
    assert!(corrupt > 20, "only {corrupt} of 60");
    for seed in 0..60 {
        let (task, said) = live(seed, Task::new(&Script::new(seed, WILD), 0));
        assert_eq!(check(&task, &said), Ok(()), "seed {seed}");
    }
}

#[test]
fn a_pong_goes_at_the_chunks_end_before_more_raw() {
    let script = Script::new(0, Manners { write: 3, ..GENTLE });
    let mut task = Task::new(&script, 0);
    script.stick(true);
    task.outbox.open();
    for text in ["one", "two", "three"] {
        task.outbox.push(server_text(text), Seq::ZERO, Class::Durable);
    }
    script.stick(false);
    // The first chunk is begun: the pong has to wait for its end, the other two for the pong.
    task.script.send(masked(PING, b"!"));
    task.settle();
    let received = receive(&script.written()).unwrap();
    assert_eq!(received.texts, ["one", "two", "three"]);
    assert_eq!(received.pongs, [Bytes::from_static(b"!")]);
}

#[test]
fn all_that_waits_is_one_write() {
    let script = Script::new(0, GENTLE);
    let mut task = Task::new(&script, 0);
    task.outbox.open();
    for text in ["one", "two", "three"] {
        task.outbox.push(server_text(text), Seq::ZERO, Class::Durable);
    }
    task.settle();
    assert_eq!(script.writes(), 1);
    assert_eq!(receive(&script.written()).unwrap().texts, ["one", "two", "three"]);
}
