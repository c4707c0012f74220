use std::sync::atomic::AtomicUsize;
use std::task::Wake;

use super::*;

/// Counts how often a task was woken.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Wakes {
    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

fn frames(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

fn room(outbox: &Outbox, text: &'static str, seq: u64) -> Pushed {
    outbox.push(frames(text), Seq::new(seq), Class::Durable)
}

/// Everything that flows, and what comes after it.
fn drain(outbox: &Outbox) -> (Vec<String>, Next) {
    let mut out = Vec::new();
    loop {
        let mut batch = Chunks::default();
        match outbox.take(&mut batch, Waker::noop()) {
            Next::Write => {
                let texts = batch.iter().map(|chunk| String::from_utf8_lossy(&chunk.frames).into());
                out.extend::<Vec<String>>(texts.collect());
            }
            next => return (out, next),
        }
    }
}

#[test]
fn hello_and_catch_up_go_in_front_of_what_the_room_says_meanwhile() {
    let outbox = Outbox::new(0);
    room(&outbox, "11", 11);
    outbox.push_ready(frames("hello"));
    assert_eq!(drain(&outbox), (vec!["hello".into()], Next::Wait));
    room(&outbox, "12", 12);
    outbox.push_ready(frames("10"));
    outbox.set_last_seq(Seq::new(10));
    assert_eq!(outbox.last_seq(), Seq::new(10), "what is held doesn't count yet");
    outbox.open();
    assert_eq!(outbox.last_seq(), Seq::new(12));
    room(&outbox, "13", 13);
    assert_eq!(drain(&outbox).0, ["10", "11", "12", "13"]);
    assert_eq!(outbox.last_seq(), Seq::new(13));
}

#[test]
fn who_joins_again_misses_nothing_and_gets_nothing_twice() {
    let outbox = Outbox::new(0);
    outbox.open();
    room(&outbox, "1", 1);
    outbox.hold();
    room(&outbox, "5", 5);
    assert_eq!(outbox.last_seq(), Seq::new(1), "the catch-up goes on here");
    outbox.push_ready(frames("2"));
    outbox.set_last_seq(Seq::new(2));
    // The room is replaced once more in the midst of the catch-up.
    outbox.hold();
    assert_eq!(outbox.last_seq(), Seq::new(2));
    outbox.push_ready(frames("3 4 5"));
    outbox.set_last_seq(Seq::new(5));
    room(&outbox, "6", 6);
    outbox.open();
    assert_eq!(drain(&outbox).0, ["1", "2", "3 4 5", "6"]);
}

#[test]
fn a_full_outbox_gives_up_what_can_be_dropped_and_then_the_socket() {
    let outbox = Outbox::new(3 * (100 + Chunk::OVERHEAD));
    let hundred = || Bytes::from(vec![b'x'; 100]);
    outbox.open();
    outbox.push(hundred(), Seq::ZERO, Class::Droppable);
    assert_eq!(outbox.push(hundred(), Seq::new(1), Class::Durable), Pushed::Queued);
    assert_eq!(outbox.push(hundred(), Seq::new(2), Class::Durable), Pushed::Queued);
    assert_eq!(outbox.push(hundred(), Seq::ZERO, Class::Droppable), Pushed::Thinned);
    assert_eq!(outbox.queued_bytes(), 300, "the new droppable one was not kept");
    assert_eq!(outbox.push(hundred(), Seq::new(3), Class::Durable), Pushed::Thinned);
    assert_eq!(outbox.queued_bytes(), 300, "the old droppable one went");
    assert_eq!(outbox.is_closing(), None);
    assert_eq!(outbox.push(hundred(), Seq::new(4), Class::Durable), Pushed::Ended);
    assert_eq!(outbox.is_closing(), Some(CloseReason::Slow));
    assert_eq!(outbox.queued_bytes(), 0);
    assert_eq!(drain(&outbox), (vec![], Next::Close(CloseReason::Slow)));
}

#[test]
fn many_tiny_chunks_fill_an_outbox_too() {
    let outbox = Outbox::new(100_000);
    outbox.open();
    let pushed = (0..100_000).take_while(|_| room(&outbox, "x", 1) == Pushed::Queued).count();
    assert!(pushed <= 100_000 / Chunk::OVERHEAD, "{pushed}");
}

#[test]
fn what_is_being_written_counts_until_it_is() {
    let outbox = Outbox::new(1100);
    let mut batch = Chunks::default();
    outbox.open();
    outbox.push(Bytes::from(vec![0; 800]), Seq::new(1), Class::Durable);
    assert_eq!(outbox.take(&mut batch, Waker::noop()), Next::Write);
    assert_eq!(outbox.queued_bytes(), 800);
    assert_eq!(outbox.block(400, 1, Waker::noop()), None);
    assert_eq!(outbox.queued_bytes(), 400);
    assert_eq!(outbox.push(Bytes::from(vec![0; 400]), Seq::new(2), Class::Durable), Pushed::Queued);
    assert_eq!(room(&outbox, "more than fits", 3), Pushed::Queued);
    assert_eq!(outbox.push(Bytes::from(vec![0; 200]), Seq::new(4), Class::Durable), Pushed::Ended);
    assert_eq!(outbox.block(400, 1, Waker::noop()), Some(CloseReason::Slow));
}

#[test]
fn a_take_is_one_writes_worth() {
    let outbox = Outbox::new(0);
    outbox.open();
    for _ in 0..100 {
        room(&outbox, "x", 1);
    }
    let mut batch = Chunks::default();
    outbox.take(&mut batch, Waker::noop());
    assert_eq!(batch.len(), BATCH_CHUNKS);
    let outbox = Outbox::new(0);
    outbox.open();
    for _ in 0..10 {
        outbox.push(Bytes::from(vec![0; 50_000]), Seq::new(1), Class::Durable);
    }
    let mut batch = Chunks::default();
    outbox.take(&mut batch, Waker::noop());
    assert_eq!(batch.len(), 3);
}

#[test]
fn the_task_is_woken_once_for_all_that_came() {
    let (outbox, woken) = (Outbox::new(0), Arc::new(Wakes::default()));
    let waker = Waker::from(Arc::clone(&woken));
    let mut batch = Chunks::default();
    assert_eq!(outbox.take(&mut batch, &waker), Next::Wait);
    room(&outbox, "held", 1);
    outbox.push_ready(frames("a"));
    outbox.push_ready(frames("b"));
    outbox.open();
    assert_eq!(woken.count(), 1);
}

#[test]
fn a_task_that_waits_for_the_socket_is_woken_for_an_end_only() {
    let (outbox, woken) = (Outbox::new(0), Arc::new(Wakes::default()));
    assert_eq!(outbox.block(10, 1, &Waker::from(Arc::clone(&woken))), None);
    outbox.push_ready(frames("a"));
    outbox.open();
    room(&outbox, "b", 1);
    assert_eq!(woken.count(), 0);
    outbox.close(CloseReason::Kicked);
    outbox.close(CloseReason::Shutdown);
    assert_eq!(woken.count(), 1);
    assert_eq!(outbox.is_closing(), Some(CloseReason::Kicked), "the first reason stands");
}

#[test]
fn a_finish_writes_what_flows_and_a_close_overtakes_it() {
    let outbox = Outbox::new(0);
    outbox.push_ready(frames("answer"));
    room(&outbox, "held", 7);
    outbox.finish(CloseReason::Shutdown);
    assert!(!outbox.hears());
    assert_eq!(outbox.push_ready(frames("late")), Pushed::Ended);
    assert_eq!(outbox.closes_now(), None);
    assert_eq!(drain(&outbox), (vec!["answer".into()], Next::Close(CloseReason::Shutdown)));
    outbox.close(CloseReason::SessionEnded);
    assert_eq!(outbox.closes_now(), Some(CloseReason::SessionEnded));
    outbox.finish(CloseReason::Shutdown);
    assert_eq!(outbox.is_closing(), Some(CloseReason::SessionEnded));
    outbox.leave();
    assert_eq!(outbox.is_closing(), Some(CloseReason::SessionEnded));
}

#[test]
fn a_stop_of_reading_is_no_end() {
    let outbox = Outbox::new(0);
    outbox.stop_reading();
    assert!(!outbox.hears());
    assert_eq!(outbox.push_ready(frames("still")), Pushed::Queued);
    assert_eq!(outbox.is_closing(), None);
    outbox.close(CloseReason::Shutdown);
    outbox.stop_reading();
    assert_eq!(outbox.closes_now(), Some(CloseReason::Shutdown), "it doesn't undo a close");
}

#[test]
fn a_catch_up_waits_until_the_client_has_taken_enough() {
    let (outbox, woken) = (Outbox::new(0), Arc::new(Wakes::default()));
    let waker = Waker::from(Arc::clone(&woken));
    let cx = Context::from_waker(&waker);
    assert_eq!(outbox.poll_drained(&cx, 0), Poll::Ready(true));
    outbox.push_ready(frames("ten bytes."));
    room(&outbox, "held bytes aren't waited for", 1);
    assert_eq!(outbox.poll_drained(&cx, 10), Poll::Ready(true));
    assert_eq!(outbox.poll_drained(&cx, 5), Poll::Pending);
    let mut batch = Chunks::default();
    outbox.take(&mut batch, Waker::noop());
    outbox.block(6, 1, Waker::noop());
    assert_eq!(woken.count(), 0);
    outbox.block(5, 1, Waker::noop());
    assert_eq!(woken.count(), 1);
    assert_eq!(outbox.poll_drained(&cx, 5), Poll::Ready(true));
    assert_eq!(outbox.poll_drained(&cx, 3), Poll::Pending);
    assert_eq!(outbox.poll_drained(&cx, 4), Poll::Pending, "a task waits once");
    outbox.leave();
    assert_eq!(woken.count(), 2, "nobody waits for a socket that is gone");
    assert_eq!(outbox.poll_drained(&cx, 4), Poll::Ready(false));
}

#[test]
fn an_outbox_at_rest_holds_nothing_on_the_heap() {
    let outbox = Outbox::new(0);
    outbox.open();
    for _ in 0..3 {
        for _ in 0..5 {
            room(&outbox, "x", 1);
        }
        drain(&outbox);
        assert_eq!(outbox.state.lock().lanes.heap(), 0);
    }
    assert!(size_of::<Outbox>() <= 280, "{}", size_of::<Outbox>());
}
