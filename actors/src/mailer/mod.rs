//! `MailerActor`: sends the letters that wait in the outbox.
//!
//! The outbox is a table: a letter is queued in the transaction of what it tells of, and whoever queued it wakes the
//! mailer afterwards. What is due is sent by one task at a time (`delivery.rs`), since an actor awaits no socket. A letter
//! that can't be sent is tried again later and later, ten times in all, and then parked.
//!
//! A letter is sent at least once. Twice only if the process dies, or the mailer crashes, between sending and noting it;
//! then the second has the same Message-ID, or replaces the file of the first.

mod backoff;
mod config;
mod delivery;
mod handle;
mod message;
mod post;

use std::sync::Arc;
use std::time::Duration;

use ractor::{ActorProcessingErr, ActorRef};
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

pub use config::{Config, Transport};
pub(crate) use delivery::Delivery;
pub use handle::Mailer;
pub(crate) use message::MailerMessage;
pub use post::MailError;
pub(crate) use post::Post;

/// The longest it goes without looking: the command line queues letters too, and doesn't wake it.
const LONGEST_REST: Duration = Duration::from_mins(1);
/// How soon it looks again after the store failed.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Sends the letters that wait in the outbox.
pub(crate) struct MailerActor;

/// What a `MailerActor` is made of.
pub(crate) struct Arguments {
    pub(crate) delivery: Arc<Delivery>,
    pub(crate) mailer: Mailer,
    pub(crate) tracker: TaskTracker,
}

/// What a `MailerActor` knows.
pub(crate) struct State {
    parts: Arguments,
    /// The task that is sending, if any. It ends with this state, so that a new incarnation's is the only one.
    running: Option<AbortOnDropHandle<()>>,
    /// Whether a letter was queued since it began.
    again: bool,
    /// What wakes it next. There is one: each new one takes the place of the last.
    alarm: Option<AbortOnDropHandle<()>>,
}

#[ractor::actor(message = MailerMessage, state = State, arguments = Arguments)]
impl MailerActor {
    async fn pre_start(
        &self,
        myself: ActorRef<MailerMessage>,
        parts: Arguments,
    ) -> Result<State, ActorProcessingErr> {
        let mut state = State { parts, running: None, again: false, alarm: None };
        self.wake(myself, &mut state);
        Ok(state)
    }

    #[ractor::message(MailerMessage::Wake)]
    fn wake(&self, myself: ActorRef<MailerMessage>, state: &mut State) {
        // Before looking: what is queued after this wakes it again.
        state.parts.mailer.awake();
        if state.running.as_ref().is_some_and(|running| !running.is_finished()) {
            state.again = true;
            return;
        }
        let run = deliver(Arc::clone(&state.parts.delivery), myself);
        state.running = Some(AbortOnDropHandle::new(state.parts.tracker.spawn(run)));
    }

    #[ractor::message(MailerMessage::Delivered(next))]
    fn delivered(
        &self,
        myself: ActorRef<MailerMessage>,
        next: Option<Duration>,
        state: &mut State,
    ) {
        state.running = None;
        if std::mem::take(&mut state.again) {
            self.wake(myself, state);
            return;
        }
        let rest = next.map_or(LONGEST_REST, |next| next.min(LONGEST_REST));
        let alarm = state.parts.tracker.spawn(async move {
            tokio::time::sleep(rest).await;
            // A dead mailer's successor begins by looking.
            drop(myself.cast(MailerMessage::Wake));
        });
        state.alarm = Some(AbortOnDropHandle::new(alarm));
    }

    #[cfg(feature = "testing")]
    #[expect(clippy::panic, reason = "a test asked for it")]
    #[ractor::message(MailerMessage::Crash)]
    fn crash(&self) {
        panic!("a test made the mailer crash");
    }
}

/// Sends what is due, and tells the actor.
async fn deliver(delivery: Arc<Delivery>, actor: ActorRef<MailerMessage>) {
    let mut report = Report { actor, next: Some(AFTER_FAILURE) };
    match delivery.run().await {
        Ok(next) => report.next = next,
        Err(error) => tracing::warn!(%error, "letters wait for the store"),
    }
}

/// Tells the mailer that a delivery is over, even one that panicked: it would look at nothing again otherwise.
struct Report {
    actor: ActorRef<MailerMessage>,
    next: Option<Duration>,
}

impl Drop for Report {
    fn drop(&mut self) {
        // A dead mailer's successor begins by looking.
        drop(self.actor.cast(MailerMessage::Delivered(self.next)));
    }
}
