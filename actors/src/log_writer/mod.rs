//! `LogWriter`: the one writer of rooms' logs.
//!
//! Commands gather in its queue; `Commit`, which it casts to itself when something comes into an idle writer, lands behind
//! whatever is in the mailbox already, so that batches form by themselves under load and nothing waits when there is none.
//! A batch is one transaction, run by a task (`batch.rs`); the next one begins when it is through. What came of it goes to
//! the rooms, and through them to the senders.
//!
//! A crash drops the queue, and with it the permits: each sender hears `unavailable`. A batch that is being committed goes
//! on.

mod batch;
mod handle;
mod load;
mod message;
mod submission;

use std::collections::VecDeque;
use std::time::Duration;

use ractor::{ActorProcessingErr, ActorRef};
use store::Store;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

pub use handle::Log;
pub(crate) use message::LogMessage;
pub(crate) use submission::{Draft, Submission};

use self::batch::Batch;
use crate::Metrics;

/// The most commands in one transaction: longer ones gain nothing more and keep account transactions waiting.
const BATCH: usize = 500;
/// How long a sender waits for an answer before it is told that the outcome is unknown.
const PATIENCE: Duration = Duration::from_secs(5);

/// The one writer of rooms' logs.
pub(crate) struct LogWriter;

/// What a `LogWriter` is made of.
pub(crate) struct Arguments {
    pub(crate) store: Store,
    pub(crate) tracker: TaskTracker,
    pub(crate) metrics: Metrics,
}

/// What a `LogWriter` knows.
pub(crate) struct State {
    parts: Arguments,
    /// Bounded by what the handle lets through.
    queue: VecDeque<Submission>,
    /// Whether a batch is being committed, or a `Commit` is on its way.
    busy: bool,
    /// Whether a `Tick` is on its way.
    ticking: bool,
}

#[ractor::actor(message = LogMessage, state = State, arguments = Arguments)]
impl LogWriter {
    async fn pre_start(
        &self,
        _myself: ActorRef<LogMessage>,
        parts: Arguments,
    ) -> Result<State, ActorProcessingErr> {
        Ok(State { parts, queue: VecDeque::new(), busy: false, ticking: false })
    }

    #[ractor::message(LogMessage::Submit(submission))]
    fn submit(&self, myself: ActorRef<LogMessage>, submission: Submission, state: &mut State) {
        state.queue.push_back(submission);
        state.wake(&myself);
        if !state.ticking {
            state.ticking = true;
            myself.send_after(PATIENCE, || LogMessage::Tick);
        }
    }

    #[ractor::message(LogMessage::Commit)]
    fn commit(&self, myself: ActorRef<LogMessage>, state: &mut State) {
        let State { parts, queue, busy, .. } = state;
        let next = queue.len().min(BATCH);
        match Batch::of(queue.drain(..next)) {
            Some(batch) => {
                let run = batch.run(parts.store.clone(), parts.metrics.clone(), myself);
                parts.tracker.spawn(run);
            }
            None => *busy = false,
        }
    }

    #[ractor::message(LogMessage::Done)]
    fn done(&self, myself: ActorRef<LogMessage>, state: &mut State) {
        state.busy = false;
        if !state.queue.is_empty() {
            state.wake(&myself);
        }
    }

    #[ractor::message(LogMessage::Tick)]
    fn tick(&self, myself: ActorRef<LogMessage>, state: &mut State) {
        let now = Instant::now();
        while state.queue.front().is_some_and(|oldest| oldest.at + PATIENCE <= now) {
            // Its permit says that it isn't known; in truth it is known not to be stored.
            state.queue.pop_front();
        }
        state.ticking = match state.queue.front() {
            Some(oldest) => {
                let left = oldest.at + PATIENCE - now;
                myself.send_after(left, || LogMessage::Tick);
                true
            }
            None => false,
        };
    }

    #[cfg(feature = "testing")]
    #[expect(clippy::panic, reason = "a test asked for it")]
    #[ractor::message(LogMessage::Crash)]
    fn crash(&self) {
        panic!("a test made the log writer crash");
    }
}

impl State {
    /// Has the queue committed, unless that is coming anyway.
    fn wake(&mut self, myself: &ActorRef<LogMessage>) {
        if !self.busy {
            // A writer that can't reach itself is being stopped.
            self.busy = myself.cast(LogMessage::Commit).is_ok();
        }
    }
}
