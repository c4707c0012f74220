//! One socket's task over a script, polled by hand: only when it was woken, so that a wake that is forgotten shows.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use bytes::Bytes;
use tokio::runtime::Runtime;
use tokio::time::Instant;

use super::super::{Closed, Io, Outbox, Settings};
use super::script::Script;
use super::{Heard, Listener};

/// Whether the task was woken since it was polled last.
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// One socket's task over a script, polled by hand.
pub struct Task {
    pub script: Script,
    pub outbox: Arc<Outbox>,
    pub heard: Heard,
    io: Pin<Box<Io<Listener, Script>>>,
    woken: Arc<Woken>,
    pub closed: Option<Closed>,
    /// The clock, which stands still unless it is moved.
    runtime: Runtime,
}

impl Task {
    pub fn new(script: &Script, outbox_limit: usize) -> Self {
        Self::build(script, outbox_limit, None, |io| io)
    }

    /// One whose outbox has no bound and whose time is up after `life`.
    pub fn expiring(script: &Script, life: Duration) -> Self {
        Self::build(script, 0, Some(life), |io| io)
    }

    /// One in which everybody writes whenever they like.
    pub fn without_cursor(script: &Script) -> Self {
        Self::build(script, 0, None, Io::without_cursor)
    }

    fn build(
        script: &Script,
        outbox_limit: usize,
        life: Option<Duration>,
        change: impl FnOnce(Io<Listener, Script>) -> Io<Listener, Script>,
    ) -> Self {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        let clock = runtime.enter();
        let outbox = Outbox::new(outbox_limit);
        let heard = Heard::default();
        let listener = Listener { outbox: Arc::clone(&outbox), heard: heard.clone() };
        let settings = Settings { max_frame_bytes: 100_000, ..Settings::default() };
        let io = Io::new(
            script.clone(),
            Bytes::new(),
            Arc::clone(&outbox),
            listener,
            &settings,
            life.map(|life| Instant::now() + life),
        );
        let io = Box::pin(change(io));
        drop(clock);
        Self {
            script: script.clone(),
            outbox,
            heard,
            io,
            woken: Arc::new(Woken(AtomicBool::new(true))),
            closed: None,
            runtime,
        }
    }

    /// Polls, if the task was woken since the last time. Says whether it was.
    pub fn poll_if_woken(&mut self) -> bool {
        let woken = self.woken.0.swap(false, Ordering::SeqCst);
        if woken {
            self.poll();
        }
        woken
    }

    /// Polls for no reason, as another task: who was told before is never heard of again.
    pub fn poll_as_another(&mut self) {
        self.woken = Arc::new(Woken(AtomicBool::new(false)));
        self.poll();
    }

    fn poll(&mut self) {
        if self.closed.is_some() {
            return;
        }
        let _clock = self.runtime.enter();
        let waker = Waker::from(Arc::clone(&self.woken));
        if let Poll::Ready(closed) = self.io.as_mut().poll(&mut Context::from_waker(&waker)) {
            self.closed = Some(closed);
        }
    }

    /// Moves the clock, and lets the task do what is due.
    pub fn pass(&mut self, time: Duration) {
        self.runtime.block_on(tokio::time::advance(time));
        self.settle();
    }

    /// Lets it run once, if it was woken.
    pub fn settle_once(&mut self) {
        self.script.stir();
        self.poll_if_woken();
    }

    /// How often tungstenite was built anew.
    pub fn renewals(&self) -> usize {
        self.io.as_ref().link().renewals
    }

    /// The chunks that the flight has memory for.
    pub fn flight_memory(&self) -> usize {
        self.io.as_ref().link().flight_memory()
    }

    /// Lets it run until nobody wakes it any more, however often the stream sends it away.
    pub fn settle(&mut self) {
        let mut still = 0;
        while still < 100 {
            self.script.stir();
            still = if self.poll_if_woken() { 0 } else { still + 1 };
        }
    }
}
